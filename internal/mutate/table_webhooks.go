package main

// webhooks is the deliveries of webhooks.
var webhooks = []mutation{
	{"webhook-signature-not-compared", "webhook_handler.go",
		`if !hmac.Equal(mac.Sum(nil), sum) {`, `if false && !hmac.Equal(mac.Sum(nil), sum) {`,
		"a delivery is accepted whatever its signature"},
	{"webhook-signature-without-the-body", "webhook_handler.go",
		`mac.Write(body)`, `mac.Write(nil)`,
		"the signature is compared without the body"},
	{"webhook-signature-of-another-key", "webhook_handler.go",
		`if !hmac.Equal(mac.Sum(nil), sum) {`, `
			right := false
			for _, other := range h.known {
				m := hmac.New(sha256.New, []byte(other.key.value()))
				m.Write(body)
				right = right || hmac.Equal(m.Sum(nil), sum)
			}
			if !right {`,
		"a delivery is accepted that is signed with the key of another webhook"},
	{"webhook-body-read-first", "webhook_handler.go",
		`if !ok {`, "if !ok {\n_, _ = io.ReadAll(r.Body)",
		"the body of a webhook that is not known is read"},
	{"webhook-body-without-limit", "webhook_handler.go",
		`io.ReadAll(http.MaxBytesReader(w, r.Body, h.maxBody))`, `io.ReadAll(r.Body)`,
		"a body of any size is accepted"},
	{"webhook-batch-lost", "webhook_handler.go",
		`return refuse(http.StatusInternalServerError, err)`, `return refuse(http.StatusRequestEntityTooLarge, err)`,
		"a batch that is too large is lost, since the server does not deliver it again"},
	{"webhook-error-is-a-success", "webhook_handler.go",
		`w.WriteHeader(http.StatusInternalServerError)`, `w.WriteHeader(http.StatusOK)`,
		"a batch that the function could not handle is not delivered again"},
	{"webhook-digest-without-the-webhook", "webhook_delivery.go",
		`sum.Write([]byte(webhookID + ":"))`, `_ = webhookID`,
		"the same record of two webhooks has one digest"},
	{"webhook-digest-of-the-batch", "webhook_delivery.go",
		`digest(d.WebhookID, raw)`, `digest(d.WebhookID, d.Body)`,
		"a record that is delivered again in another batch has another digest"},
}
