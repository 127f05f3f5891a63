package espootel

import (
	"net/http"
	"net/url"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/go-espo/espo"
)

// describe returns what the semantic conventions call a request for the
// operation, and the attributes that are known before it is sent.
func describe(o espo.Operation) (name string, attrs []attribute.KeyValue) {
	attrs = make([]attribute.KeyValue, 0, 8) // with those of the end
	name = o.Method
	if standard(o.Method) {
		attrs = append(attrs, semconv.HTTPRequestMethodKey.String(o.Method))
	} else {
		name = "HTTP"
		attrs = append(attrs, semconv.HTTPRequestMethodOther, semconv.HTTPRequestMethodOriginal(o.Method))
	}
	server, err := url.Parse(o.Server)
	if err != nil { // the client has parsed it before
		return name, attrs
	}
	port, err := strconv.Atoi(server.Port())
	if err != nil {
		port = map[string]int{"http": 80, "https": 443}[server.Scheme]
	}
	template := server.EscapedPath() + o.Route
	return name + " " + template,
		append(attrs, semconv.URLTemplate(template), semconv.ServerAddress(server.Hostname()), semconv.ServerPort(port))
}

// standard reports whether the semantic conventions have this method.
func standard(method string) bool {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodHead, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return true
	}
	return false
}
