package schema

// TargetLinks are the links from a list to its targets.
var TargetLinks = []string{"accounts", "contacts", "leads", "users"}

// made is what administrators have set.
func (l *Link) made() Params { return l.params }

// DefaultColumns returns the columns of a new pair of linked records.
func (l *Link) DefaultColumns() map[string]any {
	columns := make(map[string]any, len(l.Columns))
	for name, c := range l.Columns {
		columns[name] = c.Default
	}
	return columns
}

// BackFrom returns the link of the other end that leads back. That of a parent
// is any to the entity type: the stream knows links by that only.
func (l *Link) BackFrom(e, to *EntityType) *Link {
	if l.Type != "belongsToParent" {
		return to.Links[l.Foreign]
	}
	for _, name := range to.LinkNames {
		if back := to.Links[name]; back.Entity == e.Name && back.Audited {
			return back
		}
	}
	return nil
}
