package main

import (
	"encoding/base64"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/internal/wire"
)

// learn maps the recorded ids to the server's where both answers have one in the
// same place.
func learn(p *wire.Player, recorded, own any) {
	switch recorded := recorded.(type) {
	case map[string]any:
		object, _ := own.(map[string]any)
		for name, v := range recorded {
			if got, ok := object[p.Mapped(name)]; ok {
				learn(p, v, got)
			}
		}
	case []any:
		list, _ := own.([]any)
		for i := range min(len(recorded), len(list)) {
			learn(p, recorded[i], list[i])
		}
	case string:
		if got, ok := own.(string); ok && wire.IsID(recorded) && wire.IsID(got) && len(recorded) == len(got) {
			p.Map(recorded, got)
		}
	}
}

// isCut reports whether captures keep of an answer only what clients use: the
// whole is large, and says much about an installation.
func isCut(path string) bool {
	return path == "App/user" || path == "I18n" || path == "Settings" || path == "Metadata"
}

// cut leaves of an answer the members that the recorded one has.
func cut(recorded, own wire.Raw) wire.Raw {
	var want map[string]jsontext.Value
	if json.Unmarshal(recorded, &want) != nil || want == nil || jsontext.Value(own).Kind() != jsontext.KindBeginObject {
		return own
	}
	dec := jsontext.NewDecoder(strings.NewReader(string(own)))
	var b strings.Builder
	enc := jsontext.NewEncoder(&b)
	// The order of the answer stays.
	_, _ = dec.ReadToken()
	_ = enc.WriteToken(jsontext.BeginObject)
	for dec.PeekKind() != jsontext.KindEndObject {
		name, err := dec.ReadToken()
		if err != nil {
			return own
		}
		key := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return own
		}
		if part, ok := want[key]; ok {
			_ = enc.WriteToken(jsontext.String(key))
			_ = enc.WriteValue(jsontext.Value(cut(wire.Raw(part), wire.Raw(value.Clone()))))
		}
	}
	_ = enc.WriteToken(jsontext.EndObject)
	return wire.Raw(strings.TrimSpace(b.String()))
}

// scrub puts the stand-ins in place of the credentials and of the address, in
// every form in which they may occur.
func (r *recorder) scrub(x wire.Exchange) wire.Exchange {
	var pairs []string
	replace := func(secret, by string) {
		if secret != "" && secret != by {
			pairs = append(pairs, secret, by)
		}
	}
	b64 := base64.StdEncoding.EncodeToString
	replace(b64([]byte(r.keys.User+":"+r.keys.Password)), b64([]byte(wire.StandIns.User+":"+wire.StandIns.Password)))
	replace(r.keys.APIKey, wire.StandIns.APIKey)
	replace(r.keys.LimitedAPIKey, wire.StandIns.LimitedAPIKey)
	replace(r.keys.HMACKey, wire.StandIns.HMACKey)
	replace(r.keys.HMACSecret, wire.StandIns.HMACSecret)
	replace(r.keys.Password, wire.StandIns.Password)
	replace(strings.TrimSuffix(r.url, "/"), "http://localhost")
	replace(strings.ReplaceAll(strings.TrimSuffix(r.url, "/"), "/", `\/`), `http:\/\/localhost`)
	clean := strings.NewReplacer(pairs...).Replace

	x.Request.Path, x.Request.Query = clean(x.Request.Path), clean(x.Request.Query)
	x.Request.Headers, x.Response.Headers = cleaned(x.Request.Headers, clean), cleaned(x.Response.Headers, clean)
	for _, body := range []*wire.Raw{&x.Request.Body, &x.Response.Body} {
		if *body != nil {
			*body = wire.Raw(clean(string(*body)))
		}
	}
	for _, text := range []**string{&x.Request.BodyText, &x.Response.BodyText} {
		if *text != nil {
			s := clean(**text)
			*text = &s
		}
	}
	return x
}

func cleaned(headers map[string]string, clean func(string) string) map[string]string {
	out := make(map[string]string, len(headers))
	for name, v := range headers {
		out[name] = clean(v)
	}
	return out
}
