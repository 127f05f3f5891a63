package release

// Feature is something that not every version of EspoCRM has.
type Feature int

// The features, by the version that brought them.
const (
	// Always is what every version has.
	Always Feature = iota
	// HexDigest is the digest of HMAC in hexadecimal form, besides the raw one.
	HexDigest
	// SearchAliases are the parameters attributeSelect and whereGroup.
	SearchAliases
	// WebhookSignature is the header Signature of a webhook's delivery.
	WebhookSignature
	// MissingLinkNotFound answers 404 to a link that does not exist, which is a
	// bare error of the server before.
	MissingLinkNotFound
	// StatusInUpdates makes notes of type Update of changes of status, with the
	// new status in value; before they are notes of type Status.
	StatusInUpdates
	// SubQueryBadRequest answers 400 to a filter with a sub-query, 403 before.
	SubQueryBadRequest
	// LinkedWithChecked refuses linkedWith of a record that does not exist, which
	// matches nothing before.
	LinkedWithChecked
	// ReasonTwice sends the reason of a refused sub-query twice.
	ReasonTwice
	// ReasonOnce ends ReasonTwice.
	ReasonOnce
	// RatesChecked fails at a currency rate that is no number, which is stored
	// before, and stores one of the base currency, at which it fails before.
	RatesChecked
	// InternalHooksRefused refuses webhooks to internal addresses.
	InternalHooksRefused
	// PartnerAttributes has, in the answer to an update of an address, the address
	// and its data as they are now; before it has the data as it was.
	PartnerAttributes

	// Routes that not every version has.
	RouteAbout
	RouteGlobalStream
	RouteUpdateStream
	RouteOwnStream
	RouteFollowers
	RouteComposeAddresses
	RouteOptedOut
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
)

// since are the versions that brought the features.
var since = [...]Release{
	HexDigest:            {8, 4, 1},
	SearchAliases:        {9, 0, 0},
	WebhookSignature:     {9, 0, 0},
	MissingLinkNotFound:  {9, 1, 0},
	StatusInUpdates:      {9, 2, 0},
	SubQueryBadRequest:   {9, 2, 0},
	LinkedWithChecked:    {9, 2, 0},
	ReasonTwice:          {9, 2, 0},
	ReasonOnce:           {10, 0, 0},
	RatesChecked:         {9, 3, 0},
	InternalHooksRefused: {9, 3, 2},
	PartnerAttributes:    {10, 0, 0},

	RouteAbout:             {8, 1, 0},
	RouteGlobalStream:      {8, 2, 0},
	RouteUpdateStream:      {8, 2, 0},
	RouteOwnStream:         {8, 2, 0},
	RouteFollowers:         {8, 2, 0},
	RouteComposeAddresses:  {8, 2, 0},
	RouteOptedOut:          {8, 2, 0},
	RouteUnsubscribe:       {8, 2, 0},
	RouteStars:             {8, 3, 0},
	RoutePins:              {8, 3, 0},
	RouteImportEML:         {8, 4, 0},
	RouteTeamPosition:      {8, 4, 0},
	RouteReactions:         {9, 0, 0},
	RouteUsersAccess:       {9, 0, 0},
	RouteEmailUsers:        {9, 0, 0},
	RouteLeadForm:          {9, 0, 0},
	RouteStreamFiles:       {9, 1, 0},
	RouteNotificationGroup: {9, 2, 0},
	RouteAppParams:         {9, 3, 0},
}
