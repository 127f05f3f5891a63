package espo

// EmailAddress is one of the addresses in an attribute such as
// emailAddressData. Sent, the list replaces all addresses of the record; the
// attribute emailAddress alone sets the primary one.
type EmailAddress struct {
	EmailAddress string `json:"emailAddress"`
	Lower        string `json:"lower,omitzero"` // in lower case; read-only
	Primary      bool   `json:"primary"`        // true for one of the list
	OptOut       bool   `json:"optOut"`         // wants no mass e-mail
	Invalid      bool   `json:"invalid"`        // mail to it bounced
}

// PhoneNumber is one of the numbers in an attribute such as phoneNumberData.
// Sent, the list replaces all numbers of the record; the attribute
// phoneNumber alone sets the primary one.
type PhoneNumber struct {
	PhoneNumber string `json:"phoneNumber"`   // with + and the country's code
	Type        string `json:"type,omitzero"` // such as "Office" or "Mobile"
	Primary     bool   `json:"primary"`       // true for one of the list
	OptOut      bool   `json:"optOut"`        // wants no calls
	Invalid     bool   `json:"invalid"`
}

// Reminder reminds the users of a meeting, a call or a task.
type Reminder struct {
	Type    string `json:"type"`    // "Popup" or "Email"
	Seconds int64  `json:"seconds"` // before the start
}
