package php

import (
	"encoding/base64"
	"errors"
	"io"
	"strings"
)

// DecodeBase64 decodes as PHP does: padding is optional, other characters are
// skipped.
func DecodeBase64(s string) []byte {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '/' {
			return r
		}
		return -1
	}, s)
	b, _ := base64.RawStdEncoding.DecodeString(s)
	return b
}

// Base64 decodes as PHP does: what is not a base64 digit is skipped, and a
// rest of less than a byte is dropped.
func Base64(r io.Reader) io.Reader {
	return &untilRest{base64.NewDecoder(base64.RawStdEncoding, &digits{r})}
}

type digits struct{ r io.Reader }

func (d *digits) Read(p []byte) (int, error) {
	for {
		n, err := d.r.Read(p)
		kept := 0
		for _, b := range p[:n] {
			if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '+' || b == '/' {
				p[kept] = b
				kept++
			}
		}
		if kept > 0 || err != nil {
			return kept, err
		}
	}
}

type untilRest struct{ r io.Reader }

func (u *untilRest) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	var corrupt base64.CorruptInputError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
		err = io.EOF
	}
	return n, err
}
