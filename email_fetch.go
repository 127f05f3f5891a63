package espo

import (
	"context"
	"net/http"
	"slices"
)

// ResetFetching makes the server fetch the e-mails of an account anew, from a
// day on, and returns the account. The account is an EmailAccount, which is of
// one user, or an InboundEmail, which is of a group and for administrators.
//
// POST EmailAccount/{id}/resetFetchData or POST InboundEmail/{id}/resetFetchData.
// EspoCRM 10.0 and later. An account that does not exist is [ErrNotFound], one
// that the caller may not edit is [ErrForbidden].
func (s *EmailService) ResetFetching(ctx context.Context, account Ref, since Date, opts ...CallOption) (Record, error) {
	switch {
	case !slices.Contains([]string{"EmailAccount", "InboundEmail"}, account.Type):
		return nil, badInput("account", "%q is neither EmailAccount nor InboundEmail", account.Type)
	case since.IsZero():
		return nil, badInput("since", "is not a day")
	}
	req := account.request("resetFetching", http.MethodPost, "resetFetchData").json(Attrs{"fetchSince": since})
	return receiveRecord[Record](ctx, s.client, with(req.needing(featureResetFetching), opts))
}
