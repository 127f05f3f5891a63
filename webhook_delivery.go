package espo

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"
)

// WebhookDelivery is a batch of records that the server has posted, with a
// signature that is right. [WebhookRecords] takes it apart.
type WebhookDelivery struct {
	// ID is a digest of what was delivered. The server delivers again what was
	// not answered with success, so a delivery that was handled may come a
	// second time, with the same ID. But two equal changes of a record, such
	// as to a value and later back to it, can have the same ID too: remember
	// IDs for minutes, not for ever.
	ID string

	WebhookID string
	Event     WebhookEvent // of the [WebhookSecret]: the delivery itself does not name it
	Body      []byte       // the JSON as it came, an array
}

// WebhookRecords decodes the records of a delivery: structs such as [Account],
// or [Record]. After a create event they have every attribute; after an
// update, those that have changed and the id; after a fieldUpdate, the field
// and the id; after a delete, the id.
func WebhookRecords[T any](d WebhookDelivery) ([]T, error) {
	var records []T
	if err := json.Unmarshal(d.Body, &records, jsonOptions); err != nil {
		return nil, badInput("WebhookDelivery.Body", "%v", err)
	}
	return records, nil
}

// digest is made of what was delivered to a webhook.
func digest(webhookID string, delivered []byte) string {
	sum := sha256.New()
	sum.Write([]byte(webhookID + ":"))
	sum.Write(delivered)
	return hex.EncodeToString(sum.Sum(nil))
}

// signatureOf reads the header Signature or, where only older servers' is
// there, X-Signature.
func signatureOf(header http.Header) (webhookID string, sum []byte, err error) {
	if s := header.Get("Signature"); s != "" {
		return parseSignature(s, true)
	}
	return parseSignature(header.Get("X-Signature"), false)
}

// parseSignature reads base64(webhookID:digest), where the digest is the hex
// form or, of older servers, the bytes of an HMAC-SHA256.
func parseSignature(s string, hexDigest bool) (webhookID string, sum []byte, err error) {
	if s == "" {
		return "", nil, errors.New("there is no signature")
	}
	text, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return "", nil, fmt.Errorf("the signature is not base64: %w", err)
	}
	id, digest, ok := bytes.Cut(text, []byte(":"))
	if !ok || len(id) == 0 {
		return "", nil, errors.New("the signature names no webhook")
	}
	if hexDigest {
		if digest, err = hex.AppendDecode(nil, digest); err != nil {
			return "", nil, fmt.Errorf("the signature's digest is not hex: %w", err)
		}
	}
	if len(digest) != sha256.Size {
		return "", nil, fmt.Errorf("the signature's digest has %d bytes", len(digest))
	}
	return string(id), digest, nil
}
