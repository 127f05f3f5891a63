package espotest

import (
	"errors"
	"fmt"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// WithMetadata makes the server one like the user's own, with its entity types,
// its fields with their options, limits and defaults, and its links. metadata is
// what that server answers to GET Metadata, to an administrator, who sees all of
// it: the command espogen saves it in a file with -dump.
//
//	//go:embed testdata/metadata.json
//	var metadata []byte
//
//	srv := espotest.NewServer(t, espotest.WithMetadata(metadata))
//
// Entity types of EspoCRM are there whether the metadata names them or not. What
// it names of one wins, field by field and link by link; what EspoCRM does with
// it in code, such as with the participants of a Meeting, stays. GET Metadata
// gives the metadata back as it is, and GET I18n has labels made of the names. A
// part of the answer will do, too, if it has entityDefs and scopes.
//
// What is not there is what a server does in code of its own: hooks, formulas,
// workflows, validators of an extension, and the conditions of dynamic logic. A
// type of a field that an extension has added is one that EspoCRM has, as far as
// the metadata tells which, and a text otherwise.
//
// Metadata that cannot be is an error when the server starts: what is not a JSON
// or has no entityDefs, a link to an entity type that is not there, a field that
// shows one of a link that is not there.
//
// [WithEntityType] adds to what the metadata has.
func WithMetadata(metadata []byte) Option {
	return func(c *config) error {
		if c.metadata != nil {
			return errors.New("espotest: WithMetadata: there is metadata already")
		}
		given, err := schema.ReadGiven(metadata)
		if err != nil {
			return fmt.Errorf("espotest: WithMetadata: %w", err)
		}
		c.metadata = given
		return nil
	}
}
