package espotest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
)

// maxRequestLine is what web servers take of a request line by default:
// Apache's LimitRequestLine. nginx has 8 KiB with the line's end.
const maxRequestLine = 8190

// WithMaxURL sets how long a request line may be, in bytes: the method, the
// path with the query, and the protocol. What is longer is answered 414 as a
// web server in front of EspoCRM does, and reaches no endpoint and no fault.
// The default is 8190, which is Apache's; nginx has about the same. 0 is no
// limit.
func WithMaxURL(bytes int) Option {
	return func(c *config) error {
		if bytes < 0 {
			return fmt.Errorf("espotest: WithMaxURL: %d is not a length", bytes)
		}
		c.maxURL = bytes
		return nil
	}
}

// tooLong reports whether a web server would refuse the request line.
func (s *Server) tooLong(r *http.Request) bool {
	uri := r.RequestURI
	if uri == "" { // a request that came over no network
		uri = r.URL.RequestURI()
	}
	return s.maxURL > 0 && len(r.Method)+len(" ")+len(uri)+len(" ")+len(r.Proto) > s.maxURL
}

// loginPage is what a portal or a firewall in front of EspoCRM may send instead
// of what was asked for.
const loginPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n"

// pageTitles are the titles of nginx's pages, where they are not the usual
// texts of the statuses.
var pageTitles = map[int]string{
	http.StatusUnauthorized:       "Authorization Required",
	http.StatusMethodNotAllowed:   "Not Allowed",
	http.StatusRequestURITooLong:  "Request-URI Too Large",
	http.StatusServiceUnavailable: "Service Temporarily Unavailable",
	http.StatusGatewayTimeout:     "Gateway Time-out",
}

// frontPage is what a web server or a proxy in front of EspoCRM answers by
// itself. The page is nginx's.
func frontPage(status int) answer.Reply {
	rep := answer.Reply{Status: status, Header: http.Header{"Content-Type": {"text/html"}}}
	switch {
	case status == http.StatusNotModified: // has no body
	case status < http.StatusMultipleChoices:
		rep.Raw = []byte(loginPage)
	default:
		title, ok := pageTitles[status]
		if !ok {
			title = http.StatusText(status)
		}
		title = strings.TrimSpace(strconv.Itoa(status) + " " + title)
		rep.Raw = []byte("<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
			"</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n")
	}
	return rep
}
