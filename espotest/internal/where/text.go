package where

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-espo/espo/espotest/internal/collation"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// The server's settings for text searches.
const (
	containsMinLength = 4 // for a text field to be searched within
	fullTextMinLength = 4 // for a full-text search
	wordMinLength     = 3 // of the database's full-text index
)

// fullTextTypes are the entity types whose texts have a full-text index.
var fullTextTypes = []string{"Case", "Email", "KnowledgeBaseArticle", "Note"}

// Text tells whether one of the fields matches a text filter. Most fields
// must begin with the text; with * for any text in it, they must match it as a
// pattern. Long texts are searched within, and by words where there is an index.
func Text(rec *store.Record, fields []string, text string) bool {
	if strings.Contains(text, "*") {
		if strings.Trim(text, "*") == "" && slices.Contains(fullTextTypes, rec.Entity.Name) {
			return false // there is no word in it
		}
		pattern := strings.ReplaceAll(text, "*", "%")
		return likeAny(rec, fields, text, func(*schema.Field) string { return pattern })
	}
	if slices.Contains(fullTextTypes, rec.Entity.Name) {
		return wordMatch(rec, fields, text)
	}
	length := utf8.RuneCountInString(text)
	return likeAny(rec, fields, text, func(f *schema.Field) string {
		if f != nil && (f.Type == "text" || f.Type == "wysiwyg") && length >= containsMinLength {
			return "%" + text + "%"
		}
		return text + "%"
	})
}

// likeAny matches the pattern of each field; integers must equal the text.
func likeAny(rec *store.Record, fields []string, text string, pattern func(*schema.Field) string) bool {
	for _, name := range fields {
		f := rec.Entity.Fields[name]
		p := pattern(f)
		match := func(s string) bool { return collation.Like(p, s) }
		switch {
		case f != nil && (f.Type == "email" || f.Type == "phone"):
			if slices.ContainsFunc(rec.Addresses(name), match) {
				return true
			}
		case f != nil && f.Type == "personName":
			if matched, _ := rec.MatchName(match); matched {
				return true
			}
		case isInteger(f):
			if isNumber(rec, name, text) {
				return true
			}
		default:
			if v := rec.Get(name); v != nil && match(columnText(v)) {
				return true
			}
		}
	}
	return false
}

// isInteger tells whether a text filter takes the field's values as a whole.
func isInteger(f *schema.Field) bool {
	return f != nil && (f.Type == "int" || f.Type == "autoincrement")
}

func isNumber(rec *store.Record, name, text string) bool {
	v, ok := php.Number(rec.Get(name))
	return ok && php.IsNumeric(text) && float64(php.Int(text)) == v
}

// wordMatch is a full-text search: one of the words must be in the fields.
func wordMatch(rec *store.Record, fields []string, text string) bool {
	words := searchWords(text)
	searched := utf8.RuneCountInString(text) >= fullTextMinLength
	return slices.ContainsFunc(fields, func(name string) bool {
		if isInteger(rec.Entity.Fields[name]) {
			return isNumber(rec, name, text)
		}
		return searched && slices.ContainsFunc(searchWords(rec.Str(name)), func(have string) bool {
			return slices.ContainsFunc(words, func(want string) bool { return collation.Compare(have, want) == 0 })
		})
	})
}

func searchWords(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_'
	})
	return slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < wordMinLength })
}
