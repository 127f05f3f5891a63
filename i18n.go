package espo

import (
	"context"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json"
)

// I18nService reads the labels of the web client.
type I18nService struct{ client *Client }

// Labels reads every label, some hundred kilobytes, in the language that the
// user has chosen in its Preferences, or else in the server's. To read another
// one, set the attribute language of the user's Preferences.
//
// GET I18n.
func (s *I18nService) Labels(ctx context.Context, opts ...CallOption) (Labels, error) {
	return s.read(ctx, nil, opts)
}

// DefaultLabels reads every label in the server's default language, whatever
// the user has chosen.
//
// GET I18n?default=true.
func (s *I18nService) DefaultLabels(ctx context.Context, opts ...CallOption) (Labels, error) {
	return s.read(ctx, url.Values{"default": {"true"}}, opts)
}

// globalScope has the labels that are not of one entity type.
func (s *I18nService) read(ctx context.Context, query url.Values, opts []CallOption) (Labels, error) {
	reply, err := receive[labelsReply](ctx, s.client, with(newRequest("I18n.labels", http.MethodGet, "I18n").ask(query), opts))
	return Labels(reply), err
}

const globalScope = "Global"

// Labels has texts by scope, which is an entity type or "Global", then by
// category, such as "fields", "links", "labels" or "options", then by name.
// Options have the field between: scope, "options", field, option.
type Labels map[string]Record

// MarshalJSON encodes every label as it is: the label of a field such as
// password is not a credential.
func (l Labels) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]Record(l), jsonOptions, json.Deterministic(true))
}

// Find returns the text at a path such as "Account", "fields", "website". What
// the scope does not have is looked for in Global.
func (l Labels) Find(scope, category string, name ...string) (text string, ok bool) {
	if len(name) == 0 {
		return "", false
	}
	for _, scope := range []string{scope, globalScope} {
		var at any = map[string]any(l[scope])
		for _, key := range append([]string{category}, name...) {
			m, _ := at.(map[string]any)
			at = m[key]
		}
		if text, ok := at.(string); ok {
			return text, true
		}
	}
	return "", false
}

// Text is [Labels.Find] with the last part of name itself where there is no
// label, as the web client shows it.
func (l Labels) Text(scope, category string, name ...string) string {
	text, ok := l.Find(scope, category, name...)
	if !ok && len(name) > 0 {
		return name[len(name)-1]
	}
	return text
}

// Field returns the label of a field.
func (l Labels) Field(entityType, field string) string { return l.Text(entityType, "fields", field) }

// Link returns the label of a link.
func (l Labels) Link(entityType, link string) string { return l.Text(entityType, "links", link) }

// Option returns the label of an option of an enum field.
func (l Labels) Option(entityType, field, option string) string {
	return l.Text(entityType, "options", field, option)
}

// Scope returns the name of an entity type for one record, such as "Case".
func (l Labels) Scope(entityType string) string {
	return l.Text(globalScope, "scopeNames", entityType)
}

// ScopePlural returns the name of an entity type for many records, such as
// "Cases".
func (l Labels) ScopePlural(entityType string) string {
	return l.Text(globalScope, "scopeNamesPlural", entityType)
}
