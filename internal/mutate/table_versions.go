package main

// versions are bugs of what depends on the server's version.
var versions = []mutation{
	{"version-asked-each-time", "learned.go",
		`l.value, l.known = q.value, true`, `l.value = q.value`,
		"the server is asked for its version each time"},
	{"version-of-a-call-given-up", "learned.go",
		`q.givenUp = q.err != nil && ctx.Err() != nil`, `q.givenUp = false`,
		"who waits for the version fails with the call that was given up"},
	{"aliases-of-old-servers", "send.go",
		`if err == nil && featureSearchAliases.missing(v) != nil {`, `if err == nil && v.Major < 0 {`,
		"SearchAliases goes to a server that would list every record"},
	{"guard-not-checked", "crud.go",
		`req.guards = s.entityType`, ``,
		"IfVersion goes to a server that would ignore it"},
	{"guard-turned-off", "guard.go",
		`if err == nil && !on {`, `if err == nil && !on && !slices.Contains(guardedSince, entityType) {`,
		"IfVersion forgets that a server can have the guard turned off"},
	{"modify-unguarded", "modify.go",
		`|| slices.Contains(guardedSince, s.entityType)`, ``,
		"Modify of an account goes to a server that guards nothing"},
	{"modify-null-version", "modify.go",
		`if err == nil && head.Version != nil {`, `if err == nil && head.Version != nil && head.Version.Kind() != 'n' {`,
		"a record without a version is taken for one of an entity type without the guard"},
	{"modify-null-version-passes", "modify.go",
		`case before.guarded && before.version == 0 && m.version != "":`, `case false:`,
		"Modify with IfVersion changes a record that has no version"},
	{"version-asked-by-each", "learned.go",
		`if q == nil {`, `if true {`,
		"calls that need the version at the same time each ask for it"},
	{"explained-after-a-login", "send.go",
		`return false, o.err
	}
	x.unclear`, `return false, x.client.explain(ctx, x.req, o.err)
	}
	x.unclear`,
		"a login that the server refuses is sent again, to learn its version"},
	{"not-supported-not-explained", "features.go",
		`if missing := req.needs.missing(v); missing != nil {`, `if missing := req.needs.missing(v); false {`,
		"the answer of a server that is too old is taken for another refusal"},
	{"silent-feature", "features.go",
		`if !known && !f.silent {`, `if !known {`,
		"what an old server ignores without a word is sent to a server of which nothing is known"},
	{"metadata-whole", "metadata.go",
		`whole.Scopes == nil {`, `whole.Scopes == nil || true {`,
		"the whole metadata of an old server is taken for a part of it"},
}
