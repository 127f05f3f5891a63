package espo

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// decodeError makes the error for a response whose status is not a success,
// and closes nothing: the caller owns the body.
func decodeError(req *request, resp *http.Response, max int64) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, min(max, maxErrorReply)))
	e := &Error{
		Method: req.method, Path: req.escapedPath(), Status: resp.StatusCode,
		Reason: clipReason(resp.Header.Get("X-Status-Reason")),
		Header: resp.Header.Clone(), Body: clip(body, maxErrorBody),
	}
	text := bytes.TrimSpace(body)
	if len(text) == 0 {
		e.unmarked = !marked(resp.Header)
		if barred(e) {
			e.cause = ErrLoginBarred
		}
		return e
	}
	if !jsontext.Value(text).IsValid() {
		e.Reason, e.cause = foreign(resp, text, e.Reason), ErrNotEspoCRM
		return e
	}
	switch {
	case e.Status == http.StatusBadRequest:
		return decodeValidation(e, text)
	case e.Status == http.StatusUnauthorized && e.Reason == "second-step-required":
		var reply SecondFactorRequest
		if json.Unmarshal(text, &reply, jsonOptions, json.MatchCaseInsensitiveNames(true)) == nil {
			return &SecondFactorError{Err: e, Request: reply}
		}
	case e.Status == http.StatusConflict && text[0] == '[':
		var records []Record
		noID := func(r Record) bool { return !validID(r.ID()) }
		if json.Unmarshal(text, &records, jsonOptions) == nil && !slices.ContainsFunc(records, noID) {
			return &DuplicateError{Err: e, Records: records}
		}
	case e.Status == http.StatusConflict && text[0] == '{':
		var reply struct {
			Values  Record `json:"values"`
			Version int64  `json:"versionNumber"`
		}
		if json.Unmarshal(text, &reply, jsonOptions) == nil && reply.Version > 0 {
			return &ConflictError{Err: e, Values: reply.Values, Version: reply.Version}
		}
	}
	if e.Reason == "" {
		var reply struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(text, &reply) == nil {
			e.Reason = clipReason(strings.TrimPrefix(reply.Message, fmt.Sprintf("%d ", e.Status)))
			if e.Reason == http.StatusText(e.Status) {
				e.Reason = ""
			}
		}
	}
	return e
}

func decodeValidation(e *Error, text []byte) error {
	var reply struct {
		MessageTranslation struct {
			Label string `json:"label"`
			Data  struct {
				Field string `json:"field"`
				Type  string `json:"type"`
			} `json:"data"`
		} `json:"messageTranslation"`
	}
	if json.Unmarshal(text, &reply, jsonOptions) != nil || reply.MessageTranslation.Data.Field == "" {
		return e
	}
	_, after, _ := strings.Cut(e.Reason, "entityType: ")
	entityType, _, _ := strings.Cut(after, ",")
	return &ValidationError{
		Err: e, EntityType: entityType,
		Field: reply.MessageTranslation.Data.Field,
		Rule:  reply.MessageTranslation.Data.Type,
	}
}

// foreign describes a body that EspoCRM's API would not send.
func foreign(resp *http.Response, body []byte, reason string) string {
	what := "the body is not JSON"
	if isHTML(resp, body) {
		what = "the body is an HTML page"
	}
	if reason != "" {
		return reason + " (" + what + ")"
	}
	return what
}

func isHTML(resp *http.Response, body []byte) bool {
	start := bytes.ToLower(bytes.TrimSpace(clip(body, 256)))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) ||
		strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && bytes.HasPrefix(start, []byte("<"))
}

// isPage is isHTML for a reply that may also be a file.
func isPage(resp *http.Response, start []byte) bool {
	return resp.Header.Get("Content-Disposition") == "" && isHTML(resp, start)
}

// marked reports whether the header of an empty reply can be EspoCRM's. All of
// its replies have a media type.
func marked(h http.Header) bool {
	return len(h["X-Status-Reason"]) > 0 || h.Get("X-App-Timestamp") != "" || h.Get("Content-Type") != ""
}

// limitReason is what EspoCRM before 8.0 says after too many failed logins.
const limitReason = "Max failed login attempts exceeded."

// barred reports whether an answer without a body is how EspoCRM refuses a login
// before it looks at the credentials. When a right is missing, it sends a reason,
// if only an empty one, and the media type of JSON.
func barred(e *Error) bool {
	if e.Status != http.StatusForbidden {
		return false
	}
	return e.Reason == limitReason ||
		len(e.Header["X-Status-Reason"]) == 0 && strings.HasPrefix(e.Header.Get("Content-Type"), "text/html")
}

// clipReason makes text of the server's fit to be shown.
func clipReason(s string) string { return printable(s[:min(len(s), maxReason)]) }

// printable replaces what would break a line or a terminal that shows s.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// clip copies at most n bytes of b, so that a large body is not kept alive.
func clip(b []byte, n int) []byte { return bytes.Clone(b[:min(len(b), n)]) }
