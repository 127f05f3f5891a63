package espo

// Feature is a row of docs/versions.md.
type Feature struct {
	Name    string
	Since   ServerVersion
	Methods []string
	Instead string // what the client does on servers before it; empty where it refuses
	Silent  bool   // whether the client asks for the version before
}

// Features are what not every version has.
func Features() []Feature {
	list := make([]Feature, len(features))
	for i, f := range features {
		list[i] = Feature{Name: f.name, Since: f.since, Methods: f.methods, Instead: f.instead, Silent: f.silent}
	}
	return list
}
