package espotest

import (
	"fmt"

	"github.com/go-espo/espo/espotest/internal/release"
)

// WithVersion makes the server answer as a version of EspoCRM does: 7.5, 8.4,
// 9.0, 9.1, 9.2, 9.3 or 10.0, with or without the number of a patch. It has the
// entity types, fields and routes of that version, its errors, and what it
// ignores. Without this option it is 9.3.
//
// From 9.3.2 on, EspoCRM refuses webhooks to internal addresses, such as that of
// a test's own server, unless its setting webhookAllowedAddressList names them.
// A server with this option does, too; one without takes them.
func WithVersion(version string) Option {
	return func(c *config) error {
		r, err := release.Parse(version)
		if err != nil {
			return fmt.Errorf("espotest: WithVersion: %w", err)
		}
		c.release, c.strict = r, true
		return nil
	}
}
