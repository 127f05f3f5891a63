package schema

// DefaultSettings are the settings of a new installation that clients or the
// server itself read.
var DefaultSettings = map[string]any{
	"version": "9.3.10", "timeZone": "UTC", "dateFormat": "DD.MM.YYYY", "timeFormat": "HH:mm", "weekStart": int64(0),
	"currencyList": []any{"USD", "EUR", "UAH"}, "defaultCurrency": "USD", "baseCurrency": "USD",
	"recordListMaxSizeLimit": int64(200), "attachmentUploadMaxSize": int64(256), "attachmentUploadChunkSize": int64(4),
	"fiscalYearShift": int64(0), "language": "en_US", "aclAllowDeleteCreated": false, "availableReactions": []any{"Like"},
}

// PublicSettings are what the page of the login needs.
var PublicSettings = []string{
	"applicationName", "timeZone", "dateFormat", "timeFormat", "weekStart", "decimalMark", "language",
	"aclAllowDeleteCreated", "siteUrl",
}
