package espotest

// joinName joins first and last name, as EspoCRM does by default.
func joinName(f *field, get func(string) any) any {
	name := ""
	parts := nameParts(f.Name)
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
