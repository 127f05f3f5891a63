package espotest

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/area/files"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// WithImage puts an image on the part of the web that the server can reach
// for Attachment/fromImageUrl. It reaches no other.
func WithImage(url, contentType string, content []byte) Option {
	return func(c *config) error {
		if c.images == nil {
			c.images = map[string]files.Image{}
		}
		c.images[url] = files.Image{ContentType: contentType, Content: content}
		return nil
	}
}

// Option sets up a server.
type Option func(*config) error

type config struct {
	clock    func() time.Time
	path     string
	metadata *schema.Given
	declared []schema.Declaration
	settings map[string]any
	users    []rights.Login
	roles    []rights.Role
	images   map[string]files.Image
	maxURL   int
	log      RequestLog
	listen   listen
	release  release.Release
	strict   bool // refuses webhooks to internal addresses
}

// WithClock sets the server's clock, [time.Now] by default. It decides ids,
// createdAt and what "today" is in a filter. Records of another time need no
// other clock: [Server.Seed] can set createdAt.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("espotest: WithClock: nil clock")
		}
		c.clock = now
		return nil
	}
}

// WithPath sets the path of the installation below the host, "/crm" by
// default.
func WithPath(path string) Option {
	return func(c *config) error {
		if path = strings.TrimSuffix(path, "/"); path != "" && !strings.HasPrefix(path, "/") {
			return fmt.Errorf("espotest: WithPath: %q does not start with a slash", path)
		}
		c.path = path
		return nil
	}
}

// WithSettings changes settings of the server, such as timeZone,
// recordListMaxSizeLimit or fiscalYearShift. How many failed logins the server
// takes before it bars everyone stands in authMaxFailedAttemptNumber, 10 by
// default, and within which time in authFailedAttemptsPeriod, "60 seconds" by
// default.
func WithSettings(settings espo.Attrs) Option {
	return func(c *config) error {
		if c.settings == nil {
			c.settings = map[string]any{}
		}
		b, err := json.Marshal(settings) // as the server's own are: any type of a number will do
		if err != nil {
			return fmt.Errorf("espotest: WithSettings: %w", err)
		}
		plain, err := php.DecodeJSON(b)
		if err != nil {
			return fmt.Errorf("espotest: WithSettings: %w", err)
		}
		if values, ok := plain.(map[string]any); ok {
			maps.Copy(c.settings, values)
		}
		return nil
	}
}

// WithUser adds a user to the stock ones, or replaces the one of that name.
func WithUser(u User) Option {
	return func(c *config) error {
		if u.UserName == "" {
			return errors.New("espotest: WithUser: a user needs a UserName")
		}
		c.users = append(c.users, u.login())
		return nil
	}
}

// WithRole adds a role that users can have by its name.
func WithRole(r Role) Option {
	return func(c *config) error {
		if r.Name == "" {
			return errors.New("espotest: WithRole: a role needs a Name")
		}
		c.roles = append(c.roles, r.rights())
		return nil
	}
}
