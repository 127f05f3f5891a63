package wire

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest"
)

// Keys are the credentials that the requests of captures name.
type Keys struct {
	APIKey, LimitedAPIKey string
	HMACKey, HMACSecret   string
	User, Password        string            // of an administrator
	Passwords             map[string]string // of others who log in, by user name
	Code                  string            // of a second factor
}

// StandIns are the credentials that stand in the captures in place of real ones.
// A fake server takes them.
var StandIns = Keys{
	APIKey: espotest.FullAPIKey, LimitedAPIKey: espotest.LimitedAPIKey,
	HMACKey: espotest.HMACAPIKey, HMACSecret: espotest.HMACSecret,
	User: espotest.AdminUser, Password: espotest.AdminPassword,
	Passwords: map[string]string{espotest.TOTPUser: espotest.TOTPPassword}, Code: espotest.TOTPCode,
}

// Player sends the requests of one capture to a server. It puts that server's
// ids and tokens in place of the recorded ones.
type Player struct {
	URL  string // without api/v1
	HTTP *http.Client
	Keys Keys

	IDs  map[string]string // recorded id or token to the server's
	Back map[string]string // and back
}

// NewPlayer returns a player that knows no ids yet.
func NewPlayer(url string, keys Keys) *Player {
	return &Player{URL: strings.TrimSuffix(url, "/"), HTTP: &http.Client{}, Keys: keys, IDs: map[string]string{}, Back: map[string]string{}}
}

// Answer is what the server has answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

var (
	idOrToken = regexp.MustCompile(`[0-9a-f]{32}|[0-9a-f]{17}`)

	// In a query, %22 may stand right before an id and look like a part of it.
	escapedOrID = regexp.MustCompile(`%[0-9A-Fa-f]{2}|[0-9a-f]{32}|[0-9a-f]{17}`)
	token       = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

// IDsIn are the ids and tokens in a path, a query or a body.
func IDsIn(s string) []string {
	return slices.DeleteFunc(escapedOrID.FindAllString(s, -1), func(id string) bool { return id[0] == '%' })
}

// IsID reports whether the whole text is an id or a token.
func IsID(s string) bool { return s != "" && idOrToken.FindString(s) == s }

// Mapped replaces recorded ids and tokens by the server's.
func (p *Player) Mapped(s string) string {
	return escapedOrID.ReplaceAllStringFunc(s, func(id string) string { return cmp.Or(p.IDs[id], id) })
}

// Map says that the server has an id of its own for a recorded one. It reports
// whether that agrees with what is known.
func (p *Player) Map(recorded, own string) bool {
	if known, ok := p.IDs[recorded]; ok {
		return known == own
	}
	if _, taken := p.Back[own]; taken {
		return false
	}
	p.IDs[recorded], p.Back[own] = own, recorded
	return true
}

// Rewritten is the request of an exchange with the server's ids.
func (p *Player) Rewritten(ctx context.Context, x Exchange) (Request, error) {
	r := x.Request
	r.Path, r.Query = p.Mapped(r.Path), p.Mapped(r.Query)
	if r.Body != nil {
		r.Body = Raw(p.Mapped(string(r.Body)))
	}
	if r.BodyText != nil {
		text := p.Mapped(*r.BodyText)
		r.BodyText = &text
	}
	headers := map[string]string{}
	for name, v := range r.Headers {
		mapped, err := p.mappedHeader(ctx, name, v, x.Response.Status)
		if err != nil {
			return r, err
		}
		headers[name] = mapped
	}
	r.Headers = headers
	return r, nil
}

// Send sends a request.
func (p *Player) Send(ctx context.Context, r Request) (Answer, error) {
	var body io.Reader
	switch {
	case r.Body != nil:
		body = strings.NewReader(string(r.Body))
	case r.BodyText != nil:
		body = strings.NewReader(*r.BodyText)
	}
	u := p.URL + "/api/v1/" + r.Path
	if r.Query != "" {
		u += "?" + r.Query
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, u, body)
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Accept", "application/json") // or some errors are pages
	for name, v := range r.Headers {
		req.Header.Set(name, v)
	}
	p.authenticate(req, r.Auth, r.Path)
	resp, err := p.HTTP.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return Answer{resp.StatusCode, resp.Header, b}, err
}

// Put sends a value as the administrator, to set what a scenario begins with.
func (p *Player) Put(ctx context.Context, path string, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	answer, err := p.Send(ctx, Request{
		Method: http.MethodPut, Path: path, Auth: "basic", Headers: map[string]string{"Content-Type": "application/json"}, Body: body,
	})
	if err == nil && answer.Status != http.StatusOK {
		err = fmt.Errorf("PUT %s: %d", path, answer.Status)
	}
	return err
}

func (p *Player) authenticate(req *http.Request, auth Auth, path string) {
	k, b64 := p.Keys, base64.StdEncoding.EncodeToString
	admin := b64([]byte(k.User + ":" + k.Password))
	mac := hmac.New(sha256.New, []byte(k.HMACSecret))
	mac.Write([]byte(req.Method + " /" + path))
	switch auth {
	case "apiKey":
		req.Header.Set("X-Api-Key", k.APIKey)
	case "limitedApiKey":
		req.Header.Set("X-Api-Key", k.LimitedAPIKey)
	case "basic":
		req.Header.Set("Authorization", "Basic "+admin)
	case "espo":
		req.Header.Set("Espo-Authorization", admin)
	case "hmac":
		req.Header.Set("X-Hmac-Authorization", b64([]byte(k.HMACKey+":"+hex.EncodeToString(mac.Sum(nil)))))
	case "hmacLegacy":
		req.Header.Set("X-Hmac-Authorization", b64([]byte(k.HMACKey+":"+string(mac.Sum(nil)))))
	}
}

// mappedHeader maps within base64 credentials, too. A token of a login that
// was not recorded is made up for by a login.
func (p *Player) mappedHeader(ctx context.Context, name, v string, status int) (string, error) {
	scheme, encoded := "", v
	switch name {
	case "Espo-Authorization":
	case "Authorization":
		if scheme, encoded, _ = strings.Cut(v, " "); encoded == "" {
			return v, nil
		}
		scheme += " "
	default:
		return p.Mapped(v), nil
	}
	b, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || p.Mapped(string(b)) == string(b) && status == http.StatusUnauthorized {
		return v, nil //nolint:nilerr // it was recorded because it is not a base64
	}
	user, secret, _ := strings.Cut(string(b), ":")
	if token.MatchString(secret) && p.IDs[secret] == "" {
		own, err := p.login(ctx, user)
		if err != nil {
			return "", err
		}
		if own != "" {
			p.IDs[secret] = own
		}
	}
	return scheme + base64.StdEncoding.EncodeToString([]byte(p.Mapped(string(b)))), nil
}

// login returns the token of a new login; "" without a password.
func (p *Player) login(ctx context.Context, user string) (string, error) {
	password := p.Keys.Passwords[user]
	if user == p.Keys.User {
		password = p.Keys.Password
	}
	if password == "" {
		return "", nil
	}
	a, err := p.Send(ctx, Request{Method: http.MethodGet, Path: "App/user", Headers: map[string]string{
		"Espo-Authorization":      base64.StdEncoding.EncodeToString([]byte(user + ":" + password)),
		"Espo-Authorization-Code": p.Keys.Code,
	}})
	if err != nil {
		return "", err
	}
	if a.Status != http.StatusOK {
		return "", fmt.Errorf("%s cannot log in: %d", user, a.Status)
	}
	var body struct {
		Token string `json:"token"`
	}
	err = json.Unmarshal(a.Body, &body)
	return body.Token, err
}

// LearnUsers maps the ids of the recorded server's users. Answers name them: by
// createdById and createdByName, usersIds and usersNames, or as records. own
// are the ids of the server's users by user name and by name.
func (p *Player) LearnUsers(c Capture, own map[string]string) {
	learn := func(id, name any) {
		recorded, _ := id.(string)
		text, _ := name.(string)
		if IsID(recorded) && own[text] != "" && p.IDs[recorded] == "" {
			p.IDs[recorded], p.Back[own[text]] = own[text], recorded
		}
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			learn(v["id"], v["userName"])
			for key, value := range v {
				if base, ok := strings.CutSuffix(key, "Id"); ok && (v[base+"Type"] == nil || v[base+"Type"] == "User") {
					learn(value, v[base+"Name"])
				}
				if names, ok := value.(map[string]any); ok && slices.Contains([]string{"usersNames", "followersNames", "assignedUsersNames", "collaboratorsNames"}, key) {
					for id, name := range names {
						learn(id, name)
					}
				}
				walk(value)
			}
		}
	}
	for _, x := range c.Exchanges {
		walk(x.Response.Body.Value())
	}
}
