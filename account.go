package espo

import "context"

// AccountService has the records of the entity type Account, and their links.
//
// It is the worked example of a service with methods of its own: for entity
// types of yours, embed [RecordService] in the same way.
type AccountService struct {
	*RecordService[Account]
}

// AccountContact is a contact of an account, with the columns of their link.
type AccountContact struct {
	ContactID  string
	Role       string // such as "Buyer"
	IsInactive bool   // no longer with the account
}

// AddContact links a contact to an account, and says in what role.
//
// POST Account/{id}/contacts, then PUT Contact/{id}, at which end the columns of
// the link are written. When they cannot be, the contact is linked all the same.
func (s *AccountService) AddContact(ctx context.Context, id string, c AccountContact, opts ...CallOption) error {
	columns := Attrs{"role": nil, "isInactive": c.IsInactive}
	if c.Role != "" {
		columns["role"] = c.Role
	}
	if err := s.Contacts(id).Link(ctx, c.ContactID, opts...); err != nil {
		return err
	}
	return s.client.Contacts.Accounts(c.ContactID).SetColumns(ctx, id, columns, opts...)
}
