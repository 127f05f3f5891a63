package schema

import (
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// readOptions are for JSON that PHP wrote or a person has cut down.
var readOptions = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// factNames are the names that facts have here, by those of the metadata, where
// they differ.
var factNames = map[string]string{
	"allowCustomOptions": "customOptions", "optionsReference": "optionsFrom", "dependeeAttributeList": "dependees",
	"probabilityMap": "probabilities", "additionalColumns": "columns",

	"aclActionList": "aclActions", "aclLevelList": "aclLevels", "duplicateCheckFieldList": "duplicateCheckFields",
	"activityStatusList": "activityStatuses", "historyStatusList": "historyStatuses",
	"canceledStatusList": "canceledStatuses",

	"mandatoryAttributeList": "mandatoryAttributes", "forceSelectAllAttributes": "selectAll",
}

// objectFacts are facts that are objects. PHP writes an empty one as [].
var objectFacts = []string{"columns", "columnAttributeMap", "collection", "probabilities", "style"}

// lay sets the facts that an object of the metadata has. Those that it does not
// have stay.
func lay(raw jsontext.Value, facts any) error {
	var params ordered[jsontext.Value]
	if err := json.Unmarshal(raw, &params, readOptions); err != nil {
		return err
	}
	named := make(map[string]jsontext.Value, len(params.names))
	for name, v := range params.values {
		if own, ok := factNames[name]; ok {
			name = own
		}
		if v.Kind() != '[' || !slices.Contains(objectFacts, name) {
			named[name] = v
		}
	}
	b, err := json.Marshal(named, readOptions)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, facts, readOptions)
}
