package app

import (
	"maps"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// ReadSettings reads the settings: all for a user, and the public ones without
// a login.
// GET Settings.
func ReadSettings(c *crm.Call) (any, *answer.Error) {
	if c.User != nil {
		settings := maps.Clone(c.Store.Settings)
		for _, name := range schema.HiddenSettings {
			delete(settings, name)
		}
		settings["siteUrl"] = siteURL(c)
		return settings, nil
	}
	settings := map[string]any{}
	for _, name := range schema.PublicSettings {
		if v, ok := c.Store.Settings[name]; ok {
			settings[name] = v
		}
	}
	return settings, nil
}

// siteURL is where the client has found the installation: a server without a
// listener has no address of its own.
func siteURL(c *crm.Call) string {
	scheme := "http://"
	if c.Req.TLS != nil {
		scheme = "https://"
	}
	return scheme + c.Req.Host + c.Base
}

// mostPerPage is how many records a page of the web page can have.
const mostPerPage = 200

// UpdateSettings knows the settings that the server was started with; it
// ignores others.
func UpdateSettings(c *crm.Call) (any, *answer.Error) {
	if !c.User.Admin() {
		return nil, answer.Forbidden("")
	}
	if v, ok := c.Data["recordsPerPage"]; ok {
		if n, isNumber := php.Number(v); !isNumber || n < 1 {
			return nil, answer.Invalid("Settings", "recordsPerPage", "min")
		} else if n > mostPerPage {
			return nil, answer.Invalid("Settings", "recordsPerPage", "max")
		}
	}
	for name, v := range c.Data {
		if _, ok := c.Store.Settings[name]; ok && name != "version" {
			c.Store.Settings[name] = v
		}
	}
	return ReadSettings(c)
}

// About reads the version: GET App/about.
func About(c *crm.Call) (any, *answer.Error) {
	return map[string]any{"version": c.Store.Settings["version"], "text": "A fake of EspoCRM for tests."}, nil
}

// Params reads the parameters of the application: GET App/appParams.
func Params(*crm.Call) (any, *answer.Error) {
	return map[string]any{"maxUploadSize": int64(64)}, nil
}
