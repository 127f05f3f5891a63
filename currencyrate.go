package espo

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// CurrencyRateService reads and sets the rates of currencies. It needs a role
// with access to the scope Currency, and [ErrForbidden] says that there is
// none.
type CurrencyRateService struct{ client *Client }

// Get reads the rate of each currency: what one unit of it is worth in the
// base currency, whose own rate is 1.
//
// GET CurrencyRate.
func (s *CurrencyRateService) Get(ctx context.Context, opts ...CallOption) (map[string]Number, error) {
	return receive[fullObject[Number]](ctx, s.client, with(newRequest("CurrencyRate.get", http.MethodGet, "CurrencyRate"), opts))
}

// Set sets the rates of the given currencies; others stay as they are.
//
// Servers accept rates that make every later save of an amount fail, and drop
// others without a word. Set therefore reads the server's currencies first and
// refuses with an [InputError] what is not a number above zero, a currency
// that the server does not have, and the base currency, whose rate is 1.
//
// PUT CurrencyRate, after GET Settings.
func (s *CurrencyRateService) Set(ctx context.Context, rates map[string]Number, opts ...CallOption) error {
	if len(rates) == 0 {
		return badInput("rates", "there is none")
	}
	if err := checkRates(rates); err != nil {
		return err
	}
	settings, err := s.client.App.Settings(ctx, opts...)
	if err != nil {
		return err
	}
	for _, currency := range slices.Sorted(maps.Keys(rates)) {
		switch {
		case currency == settings.BaseCurrency:
			return badInput("rates", "%s is the base currency, whose rate is 1", currency)
		case !slices.Contains(settings.CurrencyList, currency):
			return badInput("rates", "%s is not a currency of this server", currency)
		}
	}
	return s.client.doTrue(ctx, with(newRequest("CurrencyRate.set", http.MethodPut, "CurrencyRate").json(rates), opts))
}

// checkRates refuses what is not a number above zero.
func checkRates(rates map[string]Number) error {
	for _, currency := range slices.Sorted(maps.Keys(rates)) {
		rate := rates[currency]
		value, err := strconv.ParseFloat(string(rate), 64)
		if _, jsonErr := marshalTo(rate); err != nil || jsonErr != nil {
			return badInput("rates", "%s: %q is not a number", currency, string(rate))
		}
		if value <= 0 {
			return badInput("rates", "%s: %s is not above zero", currency, rate)
		}
	}
	return nil
}
