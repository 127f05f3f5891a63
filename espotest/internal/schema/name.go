package schema

import (
	"strings"
)

// JoinName joins first and last name, as EspoCRM does by default.
func JoinName(f *Field, get func(string) any) any {
	name := ""
	parts := NameParts(f.Name)
	for _, part := range []string{parts[1], parts[3]} {
		if s, _ := get(part).(string); s != "" {
			if name != "" {
				name += " "
			}
			name += s
		}
	}
	if name == "" {
		return nil
	}
	return name
}

// NameParts returns the attributes that the name of a person is made of.
func NameParts(name string) []string {
	if name == "name" {
		return []string{"salutationName", "firstName", "middleName", "lastName"}
	}
	upper := strings.ToUpper(name[:1]) + name[1:]
	return []string{"salutation" + upper, "first" + upper, "middle" + upper, "last" + upper}
}
