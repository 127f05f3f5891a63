package webhooks

import (
	"net"
	"net/url"
	"slices"

	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/where"
)

// reachable reports whether a webhook may go to an address: to every one that is
// not internal, and to those of the setting webhookAllowedAddressList. Names are
// not looked up.
func reachable(c *crm.Call, address string) bool {
	u, err := url.Parse(address)
	if err != nil || !crm.InternalHost(u.Hostname()) {
		return true
	}
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	allowed := where.IDs(c.Store.Settings["webhookAllowedAddressList"])
	return slices.Contains(allowed, net.JoinHostPort(u.Hostname(), port))
}
