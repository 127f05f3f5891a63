package schema

import (
	"slices"
)

// EmailAddresses are attributes of an e-mail that hold addresses.
var EmailAddresses = []string{"from", "to", "cc", "bcc", "replyTo"}

// AddressAttributes are what lists have when an attribute with addresses is
// selected.
var AddressAttributes = func() []string {
	names := slices.Clone(EmailAddresses)
	for _, name := range EmailAddresses[1:] {
		names = append(names, name+"EmailAddressesIds", name+"EmailAddressesNames")
	}
	return names
}()

// UnparsedAddresses would be read from the headers of a received e-mail.
var UnparsedAddresses = []string{"fromName", "fromAddress", "replyToName", "replyToAddress"}
