package crm

// ParentAccount sets the account of an activity from its parent.
func ParentAccount(c *Call, mem, before map[string]any) {
	id, _ := mem["parentId"].(string)
	if !Changed(mem, before, "parentId") {
		return
	}
	if id == "" {
		if before != nil && before["accountId"] != nil {
			mem["accountId"], mem["accountName"] = nil, nil
		}
		return
	}
	typ, _ := mem["parentType"].(string)
	if c.Store.Types[typ] == nil {
		return
	}
	parent := c.Store.Find(typ, id)
	if parent == nil {
		return
	}
	var account any
	switch typ {
	case "Account":
		account = id
	case "Lead":
		account = parent.Get("createdAccountId")
	default:
		account = parent.Get("accountId")
	}
	if account != nil || before != nil {
		mem["accountId"] = account
		if id, _ := account.(string); id != "" {
			mem["accountName"] = c.LinkName(c.Store.Types["Contact"], "account", "", id)
		}
	}
}
