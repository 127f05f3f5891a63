package gen

import "os"

// stockTypes are the entity types that package espo has Go types for.
var stockTypes = []string{
	"Account", "Contact", "Lead", "Opportunity", "Case", "Meeting", "Call",
	"Task", "Email", "Document", "TargetList", "Campaign",
	"KnowledgeBaseArticle", "User", "Team",
}

// stockDocs says what the records of the stock entity types are.
var stockDocs = map[string]string{
	"Account":              "a company or another organisation",
	"Contact":              "a person, mostly one who belongs to an account",
	"Lead":                 "a person or company that may become a customer, and is converted then",
	"Opportunity":          "a deal that may be won",
	"Case":                 "a customer's question or problem",
	"Meeting":              "a meeting with users, contacts and leads",
	"Call":                 "a call, made or planned",
	"Task":                 "a thing to do",
	"Email":                "an e-mail, sent, received or in the making",
	"Document":             "a file with what is known about it",
	"TargetList":           "a list of the accounts, contacts, leads and users that campaigns go to",
	"Campaign":             "a marketing campaign and its results",
	"KnowledgeBaseArticle": "an article of the knowledge base",
	"User":                 "a user, of any kind: regular, administrator, portal, API",
	"Team":                 "a team of users",
}

// stockServices are the entity types whose services have methods beside those
// of the links, and are declared with them.
var stockServices = []string{"Account", "Lead", "Email", "TargetList", "Campaign", "User", "Team"}

// stockSkipped are links whose records nobody may read.
var stockSkipped = map[string][]string{
	"Email": {"toEmailAddresses", "ccEmailAddresses", "bccEmailAddresses", "replyToEmailAddresses"},
}

// newer marks what servers before EspoCRM 10.0 do not have.
const newer = "EspoCRM 10.0 and later"

// stockAdded are fields that the metadata of EspoCRM 9.3.10 lacks and that
// other versions have.
var stockAdded = map[string][]Field{
	"Account": {{Name: "isLocked", Type: "bool", ReadOnly: true, Note: newer}},
	"Case":    {{Name: "collaborators", Type: "linkMultiple", Entities: []string{"User"}, Note: newer}},
	"Meeting": {{Name: "externalService", Type: "enum", MaxLength: 100, Note: newer}},
	"Task":    {{Name: "collaborators", Type: "linkMultiple", Entities: []string{"User"}, Note: newer}},
	"User":    {{Name: "passwordVersion", Type: "int", ReadOnly: true, Note: newer}},
}

// stockStars are the entity types whose records can be starred in the
// captures; the compact metadata does not say.
var stockStars = []string{"Account", "Contact"}

// stockPatches change what the metadata says of a field.
var stockPatches = map[string]map[string]func(Facts, *Field){
	"Contact": {
		"accountType":              sameAs("Account.type"),
		"acceptanceStatusMeetings": sameAs("Meeting.acceptanceStatus"),
		"acceptanceStatusCalls":    sameAs("Call.acceptanceStatus"),
	},
	"Lead": {
		"industry":                 sameAs("Account.industry"),
		"acceptanceStatusMeetings": sameAs("Meeting.acceptanceStatus"),
		"acceptanceStatusCalls":    sameAs("Call.acceptanceStatus"),
	},
	"Opportunity": {
		"lastStage":   sameAs("Opportunity.stage"),
		"leadSource":  sameAs("Lead.source"),
		"contactRole": sameAs("Contact.opportunityRole"),
	},
	"Email": {
		"addressNameMap":      as("espo.Names"),
		"nameHash":            as("espo.Names"),
		"typeHash":            as("espo.Names"),
		"idHash":              as("espo.Names"),
		"skipNotificationMap": as("espo.Record"),
		"icsEventData":        as("espo.Record"),
	},
	"Call": {"phoneNumbersMap": as("espo.Names")},
	// Declared as integers; a fraction must not fail the whole record.
	"Campaign": {
		"openedPercentage":   exact,
		"clickedPercentage":  exact,
		"optedOutPercentage": exact,
		"bouncedPercentage":  exact,
	},
	"User": {
		"acceptanceStatusMeetings": sameAs("Meeting.acceptanceStatus"),
		"acceptanceStatusCalls":    sameAs("Call.acceptanceStatus"),
		"apiKey":                   secret,
		"secretKey":                secret,
		"token":                    secret,
		"recordAccessLevels":       as("espo.RecordAccess"),
		"auth2FA":                  func(_ Facts, f *Field) { f.Type, f.ReadOnly = "bool", true },
	},
}

func exact(_ Facts, f *Field) { f.GoType = "espo.Number" }

// as gives a field a Go type.
func as(typ string) func(Facts, *Field) { return func(_ Facts, f *Field) { f.GoType = typ } }

func secret(_ Facts, f *Field) { f.GoType = "espo.Secret" }

// sameAs gives an enum that the compact metadata leaves without options the
// type of the enum that it repeats.
func sameAs(field string) func(Facts, *Field) {
	return func(facts Facts, f *Field) {
		f.Type, f.ReadOnly = "enum", f.ReadOnly || f.Type == "foreign"
		f.SameAs, f.Options = field, facts.options(field)
	}
}

// StockFiles generates the stock entity types of package espo from a file
// with the metadata of EspoCRM 9.3.10.
func StockFiles(metadata string) ([]File, error) {
	data, err := os.ReadFile(metadata)
	if err != nil {
		return nil, err
	}
	facts, err := ReadFacts(data)
	if err != nil {
		return nil, err
	}
	completeStock(facts)
	return Generate(facts, Config{
		Package: "espo", InEspo: true, Types: stockTypes, Docs: stockDocs,
		Services: true, HasService: stockServices, SkipLinks: stockSkipped,
	})
}

// completeStock adds to the metadata of EspoCRM 9.3.10 what it lacks.
func completeStock(facts Facts) {
	for _, t := range stockTypes {
		e := facts[t]
		for i := range e.Fields {
			if patch := stockPatches[t][e.Fields[i].Name]; patch != nil {
				patch(facts, &e.Fields[i])
			}
		}
		e.Fields = append(e.Fields, stockAdded[t]...)
	}
	for _, t := range stockStars {
		facts[t].Stars = true
	}
}
