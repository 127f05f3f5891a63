package crm

import (
	"net"
	"strings"
)

// InternalHost reports whether a host is one that the server does not reach out to.
// Names are not looked up.
func InternalHost(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified())
}
