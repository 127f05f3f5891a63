package email

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// Filter is what e-mails can be filtered by besides their attributes: the folder,
// the addresses, and what an e-mail is to the user. It is nil for other items.
func Filter(c *crm.Call, item where.Item) func(*store.Record) bool {
	switch item.Type {
	case "inFolder":
		if item.Attribute == "folderId" {
			return inFolder(c, item.Value)
		}
	case "equals":
		return hasAddressIn(item)
	case "isTrue", "isFalse":
		return ofUser(c, item.Attribute, item.Type == "isTrue")
	}
	return nil
}

// ofUser filters by a mark that the e-mail has for the user. Who does not have the
// e-mail finds it with neither value.
func ofUser(c *crm.Call, name string, want bool) func(*store.Record) bool {
	switch name {
	case "isNotReplied":
		return func(r *store.Record) bool { return (r.Get("isReplied") != true) == want }
	case "isNotRead":
		name, want = "isRead", !want
	case "isRead", "isImportant":
	case "inTrash", "inArchive":
		want = !want // the server has them the wrong way round
	default:
		return nil
	}
	return func(r *store.Record) bool {
		own := c.Store.ColumnsOf(r, "users", c.User.Rec.ID)
		if own == nil || name == "isRead" && !want && r.Get("sentById") == c.User.Rec.ID {
			return false
		}
		return (own[name] == true) == want
	}
}

// hasAddressIn filters by one address.
func hasAddressIn(item where.Item) func(*store.Record) bool {
	var names []string
	switch item.Attribute {
	case "emailAddress":
		names = []string{"from", "to", "cc", "bcc", "replyTo"}
	case "from", "to", "cc":
		names = []string{item.Attribute}
	default:
		return nil
	}
	address, _ := php.Text(item.Value)
	return withAddress(address, names)
}

func withAddress(address string, names []string) func(*store.Record) bool {
	address = crm.Lower(address)
	return func(r *store.Record) bool {
		return address != "" && slices.ContainsFunc(names, func(name string) bool {
			return slices.ContainsFunc(addressesIn(r.Str(name)), func(s string) bool { return crm.Lower(s) == address })
		})
	}
}

// TextFilter looks for e-mails by an address where the text is one; it is nil for
// other texts.
func TextFilter(_ *crm.Call, text string) func(*store.Record) bool {
	const shortest = 4 // for contents to be searched
	if utf8.RuneCountInString(text) < shortest || !strings.Contains(text, "@") {
		return nil
	}
	return withAddress(text, []string{"from", "to", "cc", "bcc", "replyTo"})
}

// inFolder filters by the folder that an e-mail is in for the user.
func inFolder(c *crm.Call, folder any) func(*store.Record) bool {
	b := box{c}
	marked := func(name string) func(*store.Record) bool {
		return func(r *store.Record) bool { return b.own(r)[name] == true }
	}
	switch folder {
	case "all":
		return func(*store.Record) bool { return true }
	case "inbox":
		return func(r *store.Record) bool { return b.placed(r, nil) && kept(r) && b.received(r) }
	case "sent":
		return b.sent
	case "drafts":
		return func(r *store.Record) bool { return r.Str("status") == "Draft" && b.mine(r) }
	case "important":
		return marked("isImportant")
	case "trash":
		return marked("inTrash")
	case "archive":
		return marked("inArchive")
	}
	return func(r *store.Record) bool { return kept(r) && b.placed(r, folder) }
}

// box is what e-mails are to the user of a call.
type box struct{ c *crm.Call }

func (b box) own(r *store.Record) map[string]any {
	return b.c.Store.ColumnsOf(r, "users", b.c.User.Rec.ID)
}

func (b box) mine(r *store.Record) bool { return r.Str("createdById") == b.c.User.Rec.ID }

// fromMe reports whether the e-mail is from an address of the user.
func (b box) fromMe(r *store.Record) bool {
	from := r.Str("from")
	return from != "" && slices.ContainsFunc(b.c.User.Rec.Addresses("emailAddress"), func(s string) bool { return strings.EqualFold(s, from) })
}

// placed reports whether the user has the e-mail in a folder, nil for the inbox.
func (b box) placed(r *store.Record, folder any) bool {
	o := b.own(r)
	return o != nil && o["inTrash"] != true && o["inArchive"] != true && php.Same(o["folderId"], folder)
}

// received reports whether the user did not write the e-mail.
func (b box) received(r *store.Record) bool {
	archived := r.Str("status") == "Archived"
	if len(b.c.User.Rec.Addresses("emailAddress")) == 0 {
		return archived && !b.mine(r)
	}
	return r.Str("from") != "" && !b.fromMe(r) && (archived || !b.mine(r))
}

func (b box) sent(r *store.Record) bool {
	status := r.Str("status")
	o := b.own(r)
	return (b.fromMe(r) || status == "Sent" && b.mine(r)) && status != "Draft" && o != nil && o["inTrash"] != true
}

// kept reports whether an e-mail is not a draft.
func kept(r *store.Record) bool { s := r.Str("status"); return s == "Archived" || s == "Sent" }
