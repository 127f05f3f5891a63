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
	"github.com/go-json-experiment/json/jsontext"
)

// WebhookDelivery is a batch of records that the server has posted, with a
// signature that is right. [WebhookRecords] takes it apart.
type WebhookDelivery struct {
	// ID is a digest of the whole batch, for logs. It does not tell whether
	// something has come before: what the server delivers again comes in
	// another batch. [WebhookRecord] has a digest that does.
	ID string

	WebhookID string
	Event     WebhookEvent // of the [WebhookSecret]: the delivery itself does not name it
	Body      []byte       // the JSON as it came, an array
}

// WebhookRecord is a record of a [WebhookDelivery].
type WebhookRecord[T any] struct {
	// Digest recognises what was delivered before: it is made of the webhook's
	// id and of the record's JSON as it came. When a batch is not answered with
	// success, the server delivers each of its records again, unchanged, in a
	// batch with newer ones. It does so for up to forty minutes: remember the
	// digests of what has been handled for an hour, and pass over a record
	// whose digest is among them.
	//
	// Two changes that look the same have the same digest, such as those of a
	// field that is set to a value, to another one, and back to the first: an
	// update delivers only what has changed, which need not hold a time or a
	// version of the record. (Servers deliver versionNumber with created
	// records, where the entity type has it, but not with updated ones.) The
	// later one is then passed over within that hour.
	//
	// So pass over records where handling one twice does harm, such as by an
	// e-mail. Where a copy is to be kept in step, handling one twice does none;
	// but a record that is delivered again may come after newer changes of it,
	// so that it is best to read the record itself, with [RecordService.Get].
	Digest string

	ID     string // the record's
	Record T
}

// WebhookRecords decodes the records of a delivery: structs such as [Account],
// or [Record]. After a create event they have every attribute; after an
// update, those that have changed and the id; after a fieldUpdate, the field
// and the id; after a delete, the id. A [jsontext.Value] is the JSON as it came.
//
// An [InputError] says that the body is not an array of objects that have an
// id each, or that T is not made for them.
func WebhookRecords[T any](d WebhookDelivery) ([]WebhookRecord[T], error) {
	const argument = "WebhookDelivery.Body"
	var batch []jsontext.Value
	err := json.Unmarshal(d.Body, &batch, jsonOptions)
	if err != nil || batch == nil {
		return nil, badInput(argument, "is not a JSON array")
	}
	records := make([]WebhookRecord[T], len(batch))
	for i, raw := range batch {
		var identity struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(raw, &identity, jsonOptions); err != nil || identity.ID == "" {
			return nil, badInput(argument, "record %d is not an object with an id", i)
		}
		if err := json.Unmarshal(raw, &records[i].Record, jsonOptions); err != nil {
			return nil, badInput(argument, "record %d: %v", i, err)
		}
		records[i].Digest, records[i].ID = digest(d.WebhookID, raw), identity.ID
	}
	return records, nil
}

// digest is made of what was delivered to a webhook. The JSON is taken as it
// is: a server encodes what it delivers again in the same way.
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
