package espo

// AccountService has the records of the entity type Account and their links.
//
// It is the worked example of a service with typed links: for entity types of
// your own, embed [RecordService] in the same way.
type AccountService struct {
	*RecordService[Account]
}

// Contacts is the contacts of an account. A contact may belong to several
// accounts; the columns of the link are role and isInactive:
// Account/{id}/contacts.
func (s *AccountService) Contacts(id string) *RelatedService[Contact] {
	return Related[Contact](s.client, "Account", id, "contacts")
}

// Opportunities is the opportunities of an account:
// Account/{id}/opportunities.
func (s *AccountService) Opportunities(id string) *RelatedService[Opportunity] {
	return Related[Opportunity](s.client, "Account", id, "opportunities")
}

// Cases is the cases of an account: Account/{id}/cases.
func (s *AccountService) Cases(id string) *RelatedService[Case] {
	return Related[Case](s.client, "Account", id, "cases")
}

// Meetings is the meetings whose parent is the account: Account/{id}/meetings.
func (s *AccountService) Meetings(id string) *RelatedService[Meeting] {
	return Related[Meeting](s.client, "Account", id, "meetings")
}

// Calls is the calls whose parent is the account: Account/{id}/calls.
func (s *AccountService) Calls(id string) *RelatedService[Call] {
	return Related[Call](s.client, "Account", id, "calls")
}

// Tasks is the tasks whose parent is the account: Account/{id}/tasks.
func (s *AccountService) Tasks(id string) *RelatedService[Task] {
	return Related[Task](s.client, "Account", id, "tasks")
}

// Emails is the e-mails whose parent is the account: Account/{id}/emails.
func (s *AccountService) Emails(id string) *RelatedService[Email] {
	return Related[Email](s.client, "Account", id, "emails")
}

// Documents is the documents of an account: Account/{id}/documents.
func (s *AccountService) Documents(id string) *RelatedService[Document] {
	return Related[Document](s.client, "Account", id, "documents")
}

// TargetLists is the target lists that an account is on; the column of the
// link is optedOut: Account/{id}/targetLists.
func (s *AccountService) TargetLists(id string) *RelatedService[TargetList] {
	return Related[TargetList](s.client, "Account", id, "targetLists")
}

// Account is a company or another organisation. Entity type "Account".
//
// A field that is zero is left out when an Account is sent: Create leaves it
// to the server's default. Of an Account that was read, a zero field may also
// be null, or not have been selected.
//
// A server that finds a likely duplicate, such as one with the same name and
// e-mail address, answers Create with a [DuplicateError]. Accounts carry a
// version, so that Modify can tell when someone else changed one.
type Account struct {
	ID                        string          `json:"id,omitzero"`               // read-only
	Name                      string          `json:"name,omitzero"`             // required; at most 249 characters
	Website                   string          `json:"website,omitzero"`          // an address, with or without https://
	EmailAddress              string          `json:"emailAddress,omitzero"`     // the primary one
	EmailAddressData          []EmailAddress  `json:"emailAddressData,omitzero"` // every address
	PhoneNumber               string          `json:"phoneNumber,omitzero"`      // the primary one, with + and the country's code
	PhoneNumberData           []PhoneNumber   `json:"phoneNumberData,omitzero"`  // every number
	Type                      AccountType     `json:"type,omitzero"`
	Industry                  AccountIndustry `json:"industry,omitzero"`
	SicCode                   string          `json:"sicCode,omitzero"`                   // at most 40 characters
	ContactRole               string          `json:"contactRole,omitzero"`               // the role of a contact, where listed through Contact/{id}/accounts
	ContactIsInactive         bool            `json:"contactIsInactive,omitzero"`         // no longer with it, where listed through Contact/{id}/accounts
	BillingAddressStreet      string          `json:"billingAddressStreet,omitzero"`      // at most 255 characters
	BillingAddressCity        string          `json:"billingAddressCity,omitzero"`        // at most 100 characters
	BillingAddressState       string          `json:"billingAddressState,omitzero"`       // at most 100 characters
	BillingAddressCountry     string          `json:"billingAddressCountry,omitzero"`     // at most 100 characters
	BillingAddressPostalCode  string          `json:"billingAddressPostalCode,omitzero"`  // at most 40 characters
	ShippingAddressStreet     string          `json:"shippingAddressStreet,omitzero"`     // at most 255 characters
	ShippingAddressCity       string          `json:"shippingAddressCity,omitzero"`       // at most 100 characters
	ShippingAddressState      string          `json:"shippingAddressState,omitzero"`      // at most 100 characters
	ShippingAddressCountry    string          `json:"shippingAddressCountry,omitzero"`    // at most 100 characters
	ShippingAddressPostalCode string          `json:"shippingAddressPostalCode,omitzero"` // at most 40 characters
	Description               string          `json:"description,omitzero"`
	CampaignID                string          `json:"campaignId,omitzero"`             // link to Campaign
	CampaignName              string          `json:"campaignName,omitzero"`           // read-only
	CreatedAt                 DateTime        `json:"createdAt,omitzero"`              // read-only
	ModifiedAt                DateTime        `json:"modifiedAt,omitzero"`             // read-only
	CreatedByID               string          `json:"createdById,omitzero"`            // link to User; read-only
	CreatedByName             string          `json:"createdByName,omitzero"`          // read-only
	ModifiedByID              string          `json:"modifiedById,omitzero"`           // link to User; read-only
	ModifiedByName            string          `json:"modifiedByName,omitzero"`         // read-only
	AssignedUserID            string          `json:"assignedUserId,omitzero"`         // link to User
	AssignedUserName          string          `json:"assignedUserName,omitzero"`       // read-only
	TeamsIDs                  []string        `json:"teamsIds,omitzero"`               // link to Team
	TeamsNames                Names           `json:"teamsNames,omitzero"`             // by id; read-only
	TargetListsIDs            []string        `json:"targetListsIds,omitzero"`         // link to TargetList; not part of a record as read: see AccountService.TargetLists
	TargetListsNames          Names           `json:"targetListsNames,omitzero"`       // by id; read-only
	TargetListID              string          `json:"targetListId,omitzero"`           // link to TargetList
	TargetListName            string          `json:"targetListName,omitzero"`         // read-only
	OriginalLeadID            string          `json:"originalLeadId,omitzero"`         // link to Lead, which was converted to this; read-only
	OriginalLeadName          string          `json:"originalLeadName,omitzero"`       // read-only
	TargetListIsOptedOut      bool            `json:"targetListIsOptedOut,omitzero"`   // where listed through TargetList/{id}/accounts; read-only
	EmailAddressIsOptedOut    bool            `json:"emailAddressIsOptedOut,omitzero"` // of the primary one
	EmailAddressIsInvalid     bool            `json:"emailAddressIsInvalid,omitzero"`  // of the primary one
	PhoneNumberIsOptedOut     bool            `json:"phoneNumberIsOptedOut,omitzero"`  // of the primary one
	PhoneNumberIsInvalid      bool            `json:"phoneNumberIsInvalid,omitzero"`   // of the primary one
	StreamUpdatedAt           DateTime        `json:"streamUpdatedAt,omitzero"`        // the last note in the stream; read-only
	IsLocked                  bool            `json:"isLocked,omitzero"`               // EspoCRM 10.0 and later; read-only
	IsFollowed                bool            `json:"isFollowed,omitzero"`             // by the caller; read-only, see Stream
	FollowersIDs              []string        `json:"followersIds,omitzero"`           // link to User; read-only
	FollowersNames            Names           `json:"followersNames,omitzero"`         // by id; read-only
	IsStarred                 bool            `json:"isStarred,omitzero"`              // by the caller; read-only
	VersionNumber             int64           `json:"versionNumber,omitzero"`          // grows with every change; read-only, see Version
	Deleted                   bool            `json:"deleted,omitzero"`                // read-only

	// Extra holds the attributes that this type does not name, such as
	// custom fields.
	Extra Attrs `json:",embed"`
}

// AccountType is an option of Account.Type. A server may have other options.
type AccountType string

// Options of AccountType.
const (
	AccountTypeCustomer AccountType = "Customer"
	AccountTypeInvestor AccountType = "Investor"
	AccountTypePartner  AccountType = "Partner"
	AccountTypeReseller AccountType = "Reseller"
)

// AccountIndustry is an option of Account.Industry. A server may have other options.
type AccountIndustry string

// Options of AccountIndustry.
const (
	AccountIndustryAdvertising                    AccountIndustry = "Advertising"
	AccountIndustryAerospace                      AccountIndustry = "Aerospace"
	AccountIndustryAgriculture                    AccountIndustry = "Agriculture"
	AccountIndustryApparelAccessories             AccountIndustry = "Apparel & Accessories"
	AccountIndustryArchitecture                   AccountIndustry = "Architecture"
	AccountIndustryAutomotive                     AccountIndustry = "Automotive"
	AccountIndustryBanking                        AccountIndustry = "Banking"
	AccountIndustryBiotechnology                  AccountIndustry = "Biotechnology"
	AccountIndustryBuildingMaterialsEquipment     AccountIndustry = "Building Materials & Equipment"
	AccountIndustryChemical                       AccountIndustry = "Chemical"
	AccountIndustryConstruction                   AccountIndustry = "Construction"
	AccountIndustryConsulting                     AccountIndustry = "Consulting"
	AccountIndustryComputer                       AccountIndustry = "Computer"
	AccountIndustryCulture                        AccountIndustry = "Culture"
	AccountIndustryCreative                       AccountIndustry = "Creative"
	AccountIndustryDefense                        AccountIndustry = "Defense"
	AccountIndustryEducation                      AccountIndustry = "Education"
	AccountIndustryElectronics                    AccountIndustry = "Electronics"
	AccountIndustryElectricPower                  AccountIndustry = "Electric Power"
	AccountIndustryEnergy                         AccountIndustry = "Energy"
	AccountIndustryEntertainmentLeisure           AccountIndustry = "Entertainment & Leisure"
	AccountIndustryFinance                        AccountIndustry = "Finance"
	AccountIndustryFoodBeverage                   AccountIndustry = "Food & Beverage"
	AccountIndustryGrocery                        AccountIndustry = "Grocery"
	AccountIndustryHealthcare                     AccountIndustry = "Healthcare"
	AccountIndustryHospitality                    AccountIndustry = "Hospitality"
	AccountIndustryInsurance                      AccountIndustry = "Insurance"
	AccountIndustryLegal                          AccountIndustry = "Legal"
	AccountIndustryManufacturing                  AccountIndustry = "Manufacturing"
	AccountIndustryMassMedia                      AccountIndustry = "Mass Media"
	AccountIndustryMarketing                      AccountIndustry = "Marketing"
	AccountIndustryMining                         AccountIndustry = "Mining"
	AccountIndustryMusic                          AccountIndustry = "Music"
	AccountIndustryPublishing                     AccountIndustry = "Publishing"
	AccountIndustryPetroleum                      AccountIndustry = "Petroleum"
	AccountIndustryRealEstate                     AccountIndustry = "Real Estate"
	AccountIndustryRetail                         AccountIndustry = "Retail"
	AccountIndustryService                        AccountIndustry = "Service"
	AccountIndustrySports                         AccountIndustry = "Sports"
	AccountIndustrySoftware                       AccountIndustry = "Software"
	AccountIndustrySupport                        AccountIndustry = "Support"
	AccountIndustryShipping                       AccountIndustry = "Shipping"
	AccountIndustryTravel                         AccountIndustry = "Travel"
	AccountIndustryTechnology                     AccountIndustry = "Technology"
	AccountIndustryTelecommunications             AccountIndustry = "Telecommunications"
	AccountIndustryTelevision                     AccountIndustry = "Television"
	AccountIndustryTransportation                 AccountIndustry = "Transportation"
	AccountIndustryTestingInspectionCertification AccountIndustry = "Testing, Inspection & Certification"
	AccountIndustryVentureCapital                 AccountIndustry = "Venture Capital"
	AccountIndustryWholesale                      AccountIndustry = "Wholesale"
	AccountIndustryWater                          AccountIndustry = "Water"
)
