package schema

import (
	"maps"

	"github.com/go-espo/espo/espotest/internal/release"
)

// DefaultSettings are the settings of a new installation of a release that
// clients or the server itself read.
func DefaultSettings(r release.Release) map[string]any {
	settings := maps.Clone(defaultSettings)
	settings["version"] = r.String()
	return settings
}

var defaultSettings = map[string]any{
	"timeZone": "UTC", "dateFormat": "DD.MM.YYYY", "timeFormat": "HH:mm", "weekStart": int64(0),
	"currencyList": []any{"USD", "EUR", "UAH"}, "defaultCurrency": "USD", "baseCurrency": "USD",
	"recordsPerPage": int64(20), "recordListMaxSizeLimit": int64(200), "attachmentUploadMaxSize": int64(256), "attachmentUploadChunkSize": int64(4),
	"fiscalYearShift": int64(0), "language": "en_US", "aclAllowDeleteCreated": false, "availableReactions": []any{"Like"},
	"authMaxFailedAttemptNumber": int64(10), "authFailedAttemptsPeriod": "60 seconds",
}

// HiddenSettings are what the server shows to nobody.
var HiddenSettings = []string{"authMaxFailedAttemptNumber", "authFailedAttemptsPeriod"}

// PublicSettings are what the page of the login needs.
var PublicSettings = []string{
	"applicationName", "timeZone", "dateFormat", "timeFormat", "weekStart", "decimalMark", "language",
	"aclAllowDeleteCreated", "siteUrl",
}
