package gen

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// initialisms are the words that Go writes in capitals.
var initialisms = map[string]string{
	"acl": "ACL", "api": "API", "css": "CSS", "dns": "DNS", "hmac": "HMAC", "html": "HTML",
	"http": "HTTP", "https": "HTTPS", "id": "ID", "ids": "IDs", "ip": "IP",
	"json": "JSON", "smtp": "SMTP", "sql": "SQL", "ssh": "SSH", "tls": "TLS",
	"ttl": "TTL", "ui": "UI", "uid": "UID", "uri": "URI", "url": "URL",
	"urls": "URLs", "utc": "UTC", "uuid": "UUID", "xml": "XML",
}

// GoName returns the exported Go identifier for a name of the metadata.
func GoName(name string) string {
	id := joinWords(name)
	if first, _ := utf8.DecodeRuneInString(id); unicode.IsUpper(first) {
		return id
	}
	// Digits and scripts without capitals cannot begin an exported name.
	return "X" + id
}

// joinWords joins the words of name, each with a capital, to what may follow
// the first letter of an identifier. It is empty when name has no word.
func joinWords(name string) string {
	var id strings.Builder
	for _, word := range words(name) {
		if short, ok := initialisms[strings.ToLower(word)]; ok {
			id.WriteString(short)
			continue
		}
		for i, r := range word {
			if i == 0 {
				r = unicode.ToUpper(r)
			}
			id.WriteRune(r)
		}
	}
	return id.String()
}

// words splits name at capitals and at what an identifier cannot hold:
// "billingAddressCity" has three words, "Apparel & Accessories" two.
func words(name string) []string {
	var list []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			list = append(list, string(word))
			word = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		if unicode.IsUpper(r) && len(word) > 0 {
			afterLower := !unicode.IsUpper(word[len(word)-1])
			beforeLower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if afterLower || beforeLower {
				flush()
			}
		}
		word = append(word, r)
	}
	flush()
	return list
}

// names are the identifiers that a scope has already given away.
type names map[string]bool

// take returns id, or id with a number where id is taken.
func (n names) take(id string) string {
	free := id
	for i := 2; n[free]; i++ {
		free = id + strconv.Itoa(i)
	}
	n[free] = true
	return free
}
