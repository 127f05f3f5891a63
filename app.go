package espo

import (
	"context"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
)

// AppService says who the client is and what the server is set to.
type AppService struct{ client *Client }

// CurrentUser reads who the client is, what it may do, and the settings that apply
// to it.
//
// GET App/user. Credentials that the server does not accept are
// [ErrUnauthorized], so that it is also a way to check them.
func (s *AppService) CurrentUser(ctx context.Context, opts ...CallOption) (CurrentUser, error) {
	user, err := receive[CurrentUser](ctx, s.client, with(newRequest("App.currentUser", http.MethodGet, "App/user"), opts))
	delete(user.User.Extra, "token") // of a login; the Token authenticator keeps it
	return user, err
}

// Ping asks whether an EspoCRM server is there that knows the client: the
// least that can be asked of one.
//
// GET on the API's own address, api/v1/. Credentials that the server does not
// accept are [ErrUnauthorized].
func (s *AppService) Ping(ctx context.Context, opts ...CallOption) error {
	req := with(newRequest("App.ping", http.MethodGet, ""), opts)
	text, err := s.client.text(ctx, req)
	if err != nil {
		return err
	}
	// Before EspoCRM 8.3.6, the text is not JSON.
	if v := jsontext.Value(text); string(text) != apiName && (v.Kind() != '"' || !v.IsValid()) {
		e := req.failure(http.StatusOK, "the body is not that of the API's own address", ErrNotEspoCRM)
		e.Body = clip(text, maxErrorBody)
		return e
	}
	return nil
}

// apiName is what the API's own address answers.
const apiName = "EspoCRM REST API"

// Settings reads the settings that the user may see.
//
// GET Settings.
func (s *AppService) Settings(ctx context.Context, opts ...CallOption) (Settings, error) {
	return receive[Settings](ctx, s.client, with(newRequest("App.settings", http.MethodGet, "Settings"), opts))
}

// UpdateSettings changes exactly the given settings and returns them all. It
// needs an administrator.
//
// PUT Settings, or PATCH by [WithUpdateMethod].
func (s *AppService) UpdateSettings(ctx context.Context, settings Attrs, opts ...CallOption) (Settings, error) {
	if len(settings) == 0 {
		return Settings{}, badInput("settings", "there is none")
	}
	req := newRequest("App.updateSettings", s.client.updateMethod, "Settings").json(settings)
	return receive[Settings](ctx, s.client, with(req, opts))
}

// About reads the server's version and licence.
//
// GET App/about. EspoCRM 8.1 and later; [Client.ServerVersion] is for all.
func (s *AppService) About(ctx context.Context, opts ...CallOption) (About, error) {
	return receive[About](ctx, s.client, with(newRequest("App.about", http.MethodGet, "App/about").needing(featureAbout), opts))
}

// Params reads parameters of the application, such as maxUploadSize, that
// [AppService.CurrentUser] has too.
//
// GET App/appParams. EspoCRM 9.3 and later.
func (s *AppService) Params(ctx context.Context, opts ...CallOption) (Record, error) {
	params, err := receive[fullObject[any]](ctx, s.client, with(newRequest("App.params", http.MethodGet, "App/appParams").needing(featureParams), opts))
	return Record(params), err
}

// About is what a server says of itself.
type About struct {
	Version string `json:"version,omitzero"` // such as "9.3.10"
	Text    string `json:"text,omitzero"`    // licence and authors, in Markdown

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// Settings are the settings of a server that a client uses; Extra holds the
// others.
type Settings struct {
	Version         string   `json:"version,omitzero"`  // of EspoCRM, such as "9.3.10"
	SiteURL         string   `json:"siteUrl,omitzero"`  // of the web client
	Language        string   `json:"language,omitzero"` // such as "en_US"
	TimeZone        string   `json:"timeZone,omitzero"` // such as "UTC" or "Europe/Kyiv"
	DateFormat      string   `json:"dateFormat,omitzero"`
	TimeFormat      string   `json:"timeFormat,omitzero"`
	WeekStart       int      `json:"weekStart,omitzero"` // 0 is Sunday
	DecimalMark     string   `json:"decimalMark,omitzero"`
	CurrencyList    []string `json:"currencyList,omitzero"` // such as "USD"
	DefaultCurrency string   `json:"defaultCurrency,omitzero"`
	BaseCurrency    string   `json:"baseCurrency,omitzero"`

	RecordListMaxSizeLimit    int    `json:"recordListMaxSizeLimit,omitzero"`    // records of one page
	AttachmentUploadMaxSize   Number `json:"attachmentUploadMaxSize,omitzero"`   // MiB
	AttachmentUploadChunkSize Number `json:"attachmentUploadChunkSize,omitzero"` // MiB

	// Extra holds the settings that have no field here.
	Extra Attrs `json:",embed"`
}
