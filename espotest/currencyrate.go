package espotest

import (
	"net/http"
	"slices"
)

func (s *Server) currencyRateRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "CurrencyRate", handle: (*call).readRates},
		{method: http.MethodPut, pattern: "CurrencyRate", handle: (*call).setRates},
	}
}

// mayUseRates refuses who has no right to the scope Currency.
func (c *call) mayUseRates(action string) *apiError {
	if c.user.level(c.store.types["Currency"], action) == No {
		return forbidden("")
	}
	return nil
}

func (c *call) readRates() (any, error) {
	if err := c.mayUseRates(actionRead); err != nil {
		return nil, err
	}
	rates := map[string]any{}
	for code, rate := range c.store.rates {
		rates[code] = rate
	}
	return rates, nil
}

// setRates sets the rates of known currencies; the base currency's stays 1.
func (c *call) setRates() (any, error) {
	if err := c.mayUseRates(actionEdit); err != nil {
		return nil, err
	}
	list, _ := c.store.settings["currencyList"].([]any)
	for code, v := range c.data {
		if rate, ok := number(v); ok && rate < 0 {
			return nil, badRequest("Bad value.")
		} else if !ok {
			return nil, &apiError{
				status: http.StatusInternalServerError, body: map[string]any{"message": "Slim Application Error"},
			}
		} else if slices.Contains(list, any(code)) && code != c.store.settings["baseCurrency"] {
			c.store.rates[code] = rate
		}
	}
	return true, nil
}
