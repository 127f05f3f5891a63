package differ

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-espo/espo"
)

// names replaces what must differ from one server to another: ids, times and
// secrets.
type names struct {
	url   string
	start time.Time
	byID  map[string]string
}

func newNames(url string, start time.Time) *names {
	return &names{url: url, start: start, byID: map[string]string{}}
}

var (
	idText     = regexp.MustCompile(`(?i)\b[0-9a-f]{17}\b`)
	secretText = regexp.MustCompile(`\b[0-9a-f]{32}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)
	shownTime  = regexp.MustCompile(`\b\d\d\.\d\d\.\d{4} \d\d:\d\d\b`)
	timeText   = regexp.MustCompile(`\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(Z|\+00:00)?`)
)

// learn gives the id of a record, if it has none yet, a name.
func (n *names) learn(value any, name string) {
	text, err := espo.Marshal(value)
	if err != nil {
		return
	}
	var record struct{ ID string }
	if json.Unmarshal(text, &record) == nil && idText.MatchString(record.ID) && n.byID[record.ID] == "" {
		n.byID[record.ID] = "<" + name + ">"
	}
}

// plain is a value as JSON has it, with names.
func (n *names) plain(value any) any {
	text, err := espo.Marshal(value)
	if err != nil {
		return "cannot be shown: " + err.Error()
	}
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return "cannot be read: " + err.Error()
	}
	s := step{n, map[string]string{}}
	return s.value("", v)
}

// step knows the ids that are new to a step, in the order of their appearance.
type step struct {
	*names
	unknown map[string]string
}

// counted are attributes that count what the server has seen before.
var counted = map[string]string{"number": "<number>", "appTimestamp": "<stamp>", "messageId": "<message id>", "uid": "<uid>"}

func (s step) value(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, k := range s.keys(v) {
			out[s.text(k)] = s.value(k, v[k])
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = s.value("", v[i])
		}
		return out
	case string:
		if name := counted[key]; name != "" && v != "" {
			return name
		}
		return s.text(v)
	case json.Number:
		if name := counted[key]; name != "" {
			return name
		}
	}
	return v
}

// keys are the keys of an object: those that are ids in the order of what they
// stand for.
func (s step) keys(m map[string]any) []string {
	rank := func(k string) string {
		if idText.MatchString(k) && s.byID[k] == "" {
			text, _ := json.Marshal(m[k])
			return "~" + string(text)
		}
		return s.text(k)
	}
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
}

func (s step) text(v string) string {
	v = strings.ReplaceAll(v, s.url, "<url>")
	v = idText.ReplaceAllStringFunc(v, func(id string) string {
		if name := s.byID[strings.ToLower(id)]; name != "" {
			return name
		}
		if s.unknown[id] == "" {
			s.unknown[id] = fmt.Sprintf("<id %d>", len(s.unknown)+1)
		}
		return s.unknown[id]
	})
	v = secretText.ReplaceAllString(v, "<secret>")
	v = s.times(v, timeText, func(text string) (time.Time, error) {
		return time.Parse(time.DateTime, strings.Replace(text[:19], "T", " ", 1))
	})
	return s.times(v, shownTime, func(text string) (time.Time, error) {
		return time.Parse("02.01.2006 15:04", text)
	})
}

// times gives each time of the run one name.
func (s step) times(v string, pattern *regexp.Regexp, parse func(string) (time.Time, error)) string {
	return pattern.ReplaceAllStringFunc(v, func(text string) string {
		at, err := parse(text)
		if err == nil && at.After(s.start.Add(-5*time.Minute)) && at.Before(time.Now().Add(5*time.Minute)) {
			return "<now>"
		}
		return text
	})
}

// describe is what a caller can learn from an error.
func describe(err error) map[string]any {
	out := map[string]any{"type": fmt.Sprintf("%T", err), "class": espo.ErrorClass(err)}
	var (
		answer    *espo.Error
		invalid   *espo.ValidationError
		duplicate *espo.DuplicateError
		conflict  *espo.ConflictError
	)
	if errors.As(err, &answer) {
		out["reason"] = answer.Reason
	} else {
		out["text"] = err.Error()
	}
	if errors.As(err, &invalid) {
		out["field"], out["rule"], out["entityType"] = invalid.Field, invalid.Rule, invalid.EntityType
	}
	if errors.As(err, &duplicate) {
		out["records"] = duplicate.Records
	}
	if errors.As(err, &conflict) {
		out["values"], out["version"] = conflict.Values, conflict.Version
	}
	return out
}
