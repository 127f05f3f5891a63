package espotest

import (
	"encoding/base64"
	"errors"
	"io"
)

// phpBase64 decodes as PHP does: what is no base64 digit is skipped, and a
// rest of less than a byte is dropped.
func phpBase64(r io.Reader) io.Reader {
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
