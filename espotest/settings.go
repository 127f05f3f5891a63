package espotest

import (
	"maps"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/schema"
)

func (c *call) readSettings() (any, *answer.Error) {
	if c.user != nil {
		settings := maps.Clone(c.store.Settings)
		settings["siteUrl"] = c.siteURL()
		return settings, nil
	}
	settings := map[string]any{}
	for _, name := range schema.PublicSettings {
		if v, ok := c.store.Settings[name]; ok {
			settings[name] = v
		}
	}
	return settings, nil
}

// siteURL is where the client has found the installation: a server without a
// listener has no address of its own.
func (c *call) siteURL() string {
	scheme := "http://"
	if c.req.TLS != nil {
		scheme = "https://"
	}
	return scheme + c.req.Host + c.base
}

// updateSettings knows the settings that the server was started with; it
// ignores others.
func (c *call) updateSettings() (any, *answer.Error) {
	if !c.user.Admin() {
		return nil, answer.Forbidden("")
	}
	for name, v := range c.data {
		if _, ok := c.store.Settings[name]; ok && name != "version" {
			c.store.Settings[name] = v
		}
	}
	return c.readSettings()
}

func (c *call) about() (any, *answer.Error) {
	return map[string]any{"version": c.store.Settings["version"], "text": "A fake of EspoCRM for tests."}, nil
}

func (c *call) appParams() (any, *answer.Error) {
	return map[string]any{"maxUploadSize": int64(64)}, nil
}
