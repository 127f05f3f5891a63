package crm

import (
	"net/http"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/release"
)

// olderErrors are errors that were others before a feature came.
var olderErrors = []struct {
	since  release.Feature
	status int
	reason string // how it begins
	before func(*answer.Error) *answer.Error
}{
	{release.MissingLinkNotFound, http.StatusNotFound, "Link does not exist.", serverError},
	{release.MissingLinkNotFound, http.StatusNotFound, "Entity ", serverError},
	{release.AccessReasons, http.StatusForbidden, "No create access.", withoutReason},
	{release.AccessReasons, http.StatusForbidden, "No read access.", withoutReason},
	{release.AccessReasons, http.StatusForbidden, "No edit access.", withoutReason},
	{release.AccessReasons, http.StatusForbidden, "No delete access.", withoutReason},
	{release.AccessReasons, http.StatusForbidden, "No stream access.", withoutReason},
	{release.AccessReasons, http.StatusForbidden, "No access to ", withoutReason},
	{release.AccessReasons, http.StatusNotFound, "Record not found.", withoutReason},
	{release.SearchBadRequest, http.StatusBadRequest, "Order by non-existing field", failed},
	{release.SearchBadRequest, http.StatusBadRequest, "Unknown where item type", failed},
	{release.SearchBadRequest, http.StatusBadRequest, "No primary filter", failed},
	{release.SearchBadRequest, http.StatusBadRequest, "No bool filter", failed},
	{release.SearchBadRequest, http.StatusBadRequest, "Bad where item '", failed},
	{release.SearchBadRequest, http.StatusBadRequest, "order value is bad.", serverError},
	{release.SearchBadRequest, http.StatusBadRequest, "select should be array.", serverError},
	{release.SearchBadRequest, http.StatusBadRequest, "where should be array.", serverError},
}

// ErrorOf is how the release of the installation refuses what later ones refuse by
// the error.
func (c *Call) ErrorOf(err *answer.Error) *answer.Error {
	switch {
	case err.Refusal == "":
	case !c.Has(release.FilterBadRequest):
		return answer.Forbidden("%s", err.Refusal)
	case c.Has(release.ReasonOnce):
		return answer.BadRequest("%s", err.Refusal)
	}
	for _, o := range olderErrors {
		if c.Has(o.since) || err.Status != o.status || !strings.HasPrefix(err.Reason, o.reason) {
			continue
		}
		// The endpoints that are not actions of all entity types had reasons before.
		if _, general := c.Params["controller"]; general || o.since != release.AccessReasons {
			return o.before(err)
		}
	}
	return err
}

func serverError(*answer.Error) *answer.Error { return answer.ServerError() }

func failed(err *answer.Error) *answer.Error { return answer.FailedWith("%s", err.Reason) }

func withoutReason(err *answer.Error) *answer.Error {
	e := *err
	e.Reason = ""
	return &e
}
