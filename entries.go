package espo

// EmailAddressEntry is one of the addresses in an attribute such as
// emailAddressData. Sent, the list replaces all addresses of the record; the
// attribute emailAddress alone sets the primary one.
type EmailAddressEntry struct {
	EmailAddress string `json:"emailAddress"`
	Lower        string `json:"lower,omitzero"` // in lower case; read-only
	Primary      bool   `json:"primary"`        // true for one of the list
	OptOut       bool   `json:"optOut"`         // wants no mass e-mail
	Invalid      bool   `json:"invalid"`        // mail to it bounced

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// PhoneNumberEntry is one of the numbers in an attribute such as phoneNumberData.
// Sent, the list replaces all numbers of the record; the attribute
// phoneNumber alone sets the primary one.
type PhoneNumberEntry struct {
	PhoneNumber string `json:"phoneNumber"`   // with + and the country's code
	Type        string `json:"type,omitzero"` // such as "Office" or "Mobile"
	Primary     bool   `json:"primary"`       // true for one of the list
	OptOut      bool   `json:"optOut"`        // wants no calls
	Invalid     bool   `json:"invalid"`

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// ReminderEntry reminds the users of a meeting, a call or a task.
type ReminderEntry struct {
	Type    ReminderType `json:"type"`
	Seconds int64        `json:"seconds"` // before the start

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// ReminderType is how a reminder reaches its users.
type ReminderType string

// The types of reminders.
const (
	ReminderPopup ReminderType = "Popup" // in the web client
	ReminderEmail ReminderType = "Email"
)
