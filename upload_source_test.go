package espo_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestUploadOfContentsThatAreNotAsTheySay(t *testing.T) {
	srv := espotest.NewServer(t, oneMiB())
	client, ctx := srv.Client(noWait), t.Context()
	broken := errors.New("disk on fire")
	for name, c := range map[string]struct {
		content io.Reader
		size    int64
		want    error
		text    string
	}{
		"short":                {bytes.NewReader(pattern(10)), 20, io.ErrUnexpectedEOF, "end 10 bytes before the size of 20"},
		"short, in chunks":     {bytes.NewReader(pattern(1 << 20)), 2 << 20, io.ErrUnexpectedEOF, "before the size"},
		"long":                 {bytes.NewReader(pattern(21)), 20, nil, "more than the size of 20 bytes"},
		"long, in chunks":      {bytes.NewReader(pattern(2<<20 + 1)), 2 << 20, nil, "more than the size"},
		"broken":               {iotest.ErrReader(broken), 0, broken, "reading the contents"},
		"broken later":         {io.MultiReader(bytes.NewReader(pattern(2<<20)), iotest.ErrReader(broken)), 0, broken, "reading the contents"},
		"broken, in chunks":    {io.MultiReader(bytes.NewReader(pattern(2<<20)), iotest.ErrReader(broken)), 3 << 20, broken, ""},
		"broken after the end": {io.MultiReader(bytes.NewReader(pattern(20)), iotest.ErrReader(broken)), 20, broken, ""},
	} {
		up := textFile(c.content)
		up.Size = c.size
		_, err := client.Attachments.Upload(ctx, up)
		var failed *espo.UploadError
		require.ErrorAs(t, err, &failed, name)
		if c.want != nil {
			require.ErrorIs(t, err, c.want, name)
		}
		assert.ErrorContains(t, err, c.text, name)
		assert.Empty(t, srv.Records("Attachment"), name)
	}
}
