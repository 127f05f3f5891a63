package release

// Feature is something that not every version of EspoCRM has.
type Feature int

// The features, by the version that brought them.
const (
	// Always is what every version has.
	Always Feature = iota
	// NamesLoaded adds the names of links to the answer of a create or an update;
	// before, they are those that were there already.
	NamesLoaded
	// AccessReasons says which right is missing, where 403 has no reason before.
	AccessReasons
	// SearchBadRequest answers 400 to search parameters that are wrong, 500 before.
	SearchBadRequest
	// MassLinkChosen allows links of all records of a filter for some links only.
	MassLinkChosen
	// MetadataKey is the parameter key of metadata.
	MetadataKey
	// GreetingJSON greets, at the API's own address, with JSON.
	GreetingJSON
	// BoardGroups has the groups of a board in groups, in additionalData before.
	BoardGroups
	// BoardLabels has the label and the style of a board's group.
	BoardLabels
	// ImportPhoneCountry is the parameter phoneNumberCountry of an import.
	ImportPhoneCountry
	// ImportRows keeps the row of an import that could not be imported.
	ImportRows
	// ActivityFollowed has isFollowed in lists of activities.
	ActivityFollowed
	// AttendeesPlain lists attendees without their userName.
	AttendeesPlain
	// ContentsHidden has no contents in the answer to an attachment in chunks.
	ContentsHidden
	// LinkSelects takes what a link selects by itself for the select of a list of
	// linked records that has none.
	LinkSelects
	// HexDigest is the digest of HMAC in hexadecimal form, besides the raw one.
	HexDigest
	// SearchAliases are the parameters attributeSelect and whereGroup.
	SearchAliases
	// Reactions are those of notes.
	Reactions
	// ListStars has isStarred in lists.
	ListStars
	// ConvertCreator has the creator's name in what a lead can become.
	ConvertCreator
	// ConvertRefused answers 400 to a conversion of a lead that lacks what is
	// required, 500 before.
	ConvertRefused
	// WebhookSignature is the header Signature of a webhook's delivery.
	WebhookSignature
	// WebhookQueue lets administrators read the queue of webhooks.
	WebhookQueue
	// ImportErrorsHidden hides the errors of an import from all but
	// administrators, until ImportErrorsShown.
	ImportErrorsHidden
	// ImportErrorsShown ends ImportErrorsHidden.
	ImportErrorsShown
	// MissingLinkNotFound answers 404 to a link that does not exist, which is a
	// bare error of the server before.
	MissingLinkNotFound
	// NameOfBothParts joins the name of a person, as the answer to a create shows
	// it, only of a first and a last name.
	NameOfBothParts
	// StatusInUpdates makes notes of type Update of changes of status, with the
	// new status in value; before they are notes of type Status.
	StatusInUpdates
	// FilterBadRequest answers 400 to a filter that may not be, such as one with a
	// sub-query; 403 before. The reason stands twice until ReasonOnce.
	FilterBadRequest
	// LinkedWithChecked refuses linkedWith of a record that does not exist, which
	// matches nothing before.
	LinkedWithChecked
	// ReasonOnce has the reason of a refused filter once.
	ReasonOnce
	// ConvertedNamed has the account's name in the answer to a lead's conversion.
	ConvertedNamed
	// ForeignShown has attributes read through a link that was set in the answer.
	ForeignShown
	// SearchStatus has the status in the results of a global search.
	SearchStatus
	// RatesChecked fails at a currency rate that is not a number. Before, it is
	// stored, and whatever has to do with rates fails until there is another.
	RatesChecked
	// SearchInOrder has the results of a global search in the order of the
	// setting, in the opposite one before.
	SearchInOrder
	// InternalHooksRefused refuses webhooks to internal addresses.
	InternalHooksRefused
	// PartnerAttributes has, in the answer to an update of an address, the address
	// and its data as they are now; before it has the data as it was.
	PartnerAttributes
	// AllDayExplicit drops the whole days of a meeting that is not isAllDay.
	AllDayExplicit
	// PrimaryKept keeps the primary account of a contact as long as it has accounts.
	PrimaryKept
	// AssignedCollaborates makes the assigned user of a task a collaborator.
	AssignedCollaborates
	// ImportDefaultFields is the parameter defaultFieldList of an import.
	ImportDefaultFields
	// SelectFails fails at a select of a field that is not an attribute, until
	// SelectIgnores.
	SelectFails
	// SelectIgnores passes over what cannot be selected.
	SelectIgnores
	// SendingLeft leaves an e-mail that nothing can send with the status Sending, and
	// does not say why.
	SendingLeft
	// MergeChecked validates what a merge sets.
	MergeChecked
	// BoardGroupChecked refuses to order a group that a board does not have, at
	// which it fails before.
	BoardGroupChecked
	// CategoriesNumbered gives a new category its place among its siblings.
	CategoriesNumbered
	// ArraysEmpty has arrays that were never set as empty ones, null before.
	ArraysEmpty
	// InternalNotesChosen has internal notes about some entity types only.
	InternalNotesChosen
	// LinkIDsChecked refuses ids for links to many that have no field.
	LinkIDsChecked
	// SharedFilter is the bool filter of records that one collaborates on.
	SharedFilter

	// Sanitizers trim texts, make null of empty ones and read date-times of RFC 3339 and
	// phone numbers in any form.
	Sanitizers
	// LinksChecked refuses a link to a record that does not exist or may not be read.
	LinksChecked
	// SingleLinks refuses to link a record that is linked to another one already.
	SingleLinks
	// StageProbability changes the probability of an opportunity with its stage.
	StageProbability
	// ConvertChecked checks what a lead becomes, and whether there is the lead.
	ConvertChecked
	// AddressAlone changes an address by itself, without its data.
	AddressAlone
	// DataShown has, in the answer to an update of the data of addresses, the new
	// primary address.
	DataShown
	// TextOnly makes texts of numbers and flags in text fields, and fails at lists
	// no more.
	TextOnly
	// LeadNamed refuses a lead without anything to name it by.
	LeadNamed
	// AmountValid says of an amount that is not a number that it is not valid, before
	// that it is required.
	AmountValid
	// OrderChecked refuses to order by a field that the user may not read.
	OrderChecked
	// AssignedAlone assigns to themselves what users create who may assign to
	// nobody else; before they must do so on their own.
	AssignedAlone
	// OrderByMany refuses to order by a link to many, at which it fails before.
	OrderByMany

	// LimitUnexplained gives no reason after too many failed logins.
	LimitUnexplained

	// CustomPrefix puts a prefix before the names of entity types, fields and links
	// that administrators make, and says in a body which name is taken.
	CustomPrefix
	// FieldNeedsType fails at an update of a field without its type.
	FieldNeedsType
	// FieldKeepsType ends FieldNeedsType.
	FieldKeepsType
	// LinkFieldsChecked refuses a link with the name of a field.
	LinkFieldsChecked

	// MaintenanceMessage says in maintenance mode what it is in words, and not as the
	// name of a label.
	MaintenanceMessage
	// MaintenanceSpelt has the reason of maintenance mode without a misspelling.
	MaintenanceSpelt

	// CategoriesKept refuses to delete a category that holds something.
	CategoriesKept
	// CategoryCircles refuses to move a category below one of its own.
	CategoryCircles
	// RestoreConflict answers 409 to the restoring of what is not deleted, 403
	// before.
	RestoreConflict
	// DuplicateOneToOne leaves links of one record to one out of what a duplicate
	// begins with.
	DuplicateOneToOne

	// Routes that not every version has.
	RouteAbout
	RouteGlobalStream
	RouteUpdateStream
	RouteOwnStream
	RouteComposeAddresses
	RouteUnsubscribe
	RouteStars
	RoutePins
	RouteImportEML
	RouteTeamPosition
	RouteReactions
	RouteUsersAccess
	RouteEmailUsers
	RouteLeadForm
	RouteStreamFiles
	RouteNotificationGroup
	RouteAppParams
	RouteOpenAPI
	RouteNotificationGroups
	RouteResetFetching
	RoutePipelines
)

// since are the versions that brought the features.
var since = [...]Release{
	NamesLoaded:          {8, 0, 0},
	AccessReasons:        {8, 0, 0},
	SearchBadRequest:     {8, 0, 0},
	MassLinkChosen:       {8, 0, 0},
	MetadataKey:          {8, 2, 0},
	GreetingJSON:         {8, 3, 6},
	BoardGroups:          {8, 0, 0},
	BoardLabels:          {8, 4, 0},
	ImportPhoneCountry:   {8, 0, 0},
	ImportRows:           {8, 0, 0},
	ActivityFollowed:     {8, 0, 0},
	AttendeesPlain:       {8, 0, 0},
	ContentsHidden:       {8, 0, 0},
	LinkSelects:          {8, 0, 0},
	HexDigest:            {8, 4, 1},
	SearchAliases:        {9, 0, 0},
	Reactions:            {9, 0, 0},
	ListStars:            {9, 0, 0},
	ConvertCreator:       {9, 0, 0},
	ConvertRefused:       {9, 0, 0},
	WebhookSignature:     {9, 0, 0},
	WebhookQueue:         {8, 0, 0},
	ImportErrorsHidden:   {9, 0, 0},
	ImportErrorsShown:    {9, 1, 0},
	MissingLinkNotFound:  {9, 1, 0},
	NameOfBothParts:      {9, 1, 0},
	StatusInUpdates:      {9, 2, 0},
	FilterBadRequest:     {9, 2, 0},
	LinkedWithChecked:    {9, 2, 0},
	ReasonOnce:           {10, 0, 0},
	ConvertedNamed:       {9, 2, 0},
	ForeignShown:         {9, 2, 0},
	SearchStatus:         {9, 2, 0},
	RatesChecked:         {9, 3, 0},
	SearchInOrder:        {9, 3, 0},
	InternalHooksRefused: {9, 3, 2},
	PartnerAttributes:    {10, 0, 0},
	AllDayExplicit:       {10, 0, 0},
	PrimaryKept:          {10, 0, 0},
	AssignedCollaborates: {10, 0, 0},
	ImportDefaultFields:  {10, 0, 0},
	SelectFails:          {8, 0, 0},
	SelectIgnores:        {9, 2, 0},
	SendingLeft:          {9, 2, 0},
	MergeChecked:         {10, 0, 0},
	BoardGroupChecked:    {9, 3, 0},
	CategoriesNumbered:   {9, 2, 0},
	SharedFilter:         {9, 0, 0},
	ArraysEmpty:          {10, 0, 0},
	LinkIDsChecked:       {9, 0, 0},
	InternalNotesChosen:  {10, 0, 0},

	Sanitizers:       {8, 0, 0},
	LinksChecked:     {8, 0, 0},
	SingleLinks:      {8, 0, 0},
	StageProbability: {8, 0, 0},
	ConvertChecked:   {8, 0, 0},
	AddressAlone:     {8, 1, 4},
	DataShown:        {9, 0, 0},
	TextOnly:         {9, 0, 0},
	LeadNamed:        {9, 1, 0},
	AmountValid:      {9, 1, 0},
	OrderChecked:     {9, 1, 0},
	AssignedAlone:    {8, 0, 0},
	OrderByMany:      {9, 2, 0},

	CustomPrefix:      {8, 0, 0},
	FieldNeedsType:    {8, 0, 0},
	FieldKeepsType:    {10, 0, 0},
	LinkFieldsChecked: {9, 1, 0},

	LimitUnexplained:   {8, 0, 0},
	MaintenanceMessage: {8, 0, 0},
	MaintenanceSpelt:   {9, 1, 0},

	CategoriesKept:    {9, 0, 0},
	CategoryCircles:   {9, 2, 0},
	RestoreConflict:   {10, 0, 0},
	DuplicateOneToOne: {10, 0, 0},

	RouteAbout:              {8, 1, 0},
	RouteGlobalStream:       {8, 2, 0},
	RouteUpdateStream:       {8, 2, 0},
	RouteOwnStream:          {8, 2, 0},
	RouteComposeAddresses:   {8, 2, 0},
	RouteUnsubscribe:        {8, 2, 0},
	RouteStars:              {8, 3, 0},
	RoutePins:               {8, 3, 0},
	RouteImportEML:          {8, 4, 0},
	RouteTeamPosition:       {8, 4, 0},
	RouteReactions:          {9, 0, 0},
	RouteUsersAccess:        {9, 0, 0},
	RouteEmailUsers:         {9, 0, 0},
	RouteLeadForm:           {9, 0, 0},
	RouteStreamFiles:        {9, 1, 0},
	RouteNotificationGroup:  {9, 2, 0},
	RouteAppParams:          {9, 3, 0},
	RouteOpenAPI:            {9, 3, 0},
	RouteNotificationGroups: {10, 0, 0},
	RouteResetFetching:      {10, 0, 0},
	RoutePipelines:          {10, 0, 0},
}
