package app

import (
	"math"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/where"
)

func currencies(c *crm.Call) []string { return where.IDs(c.Store.Settings["currencyList"]) }

// ReadRates reads the rates of all currencies in the base currency:
// GET CurrencyRate.
func ReadRates(c *crm.Call) (any, *answer.Error) {
	if c.User.Level(c.Store.Types["Currency"], rights.Read) == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	rates := answer.Object{}
	for _, name := range currencies(c) {
		rate, ok := c.Store.Rates[name]
		if !ok || name == c.Store.Settings["baseCurrency"] {
			rate = 1
		}
		rates = append(rates, answer.Member{Name: name, Value: rate})
	}
	return rates, nil
}

// SetRates takes what the server takes, too much of it: a client should
// refuse it first.
func SetRates(c *crm.Call) (any, *answer.Error) {
	if c.User.Level(c.Store.Types["Currency"], rights.Edit) == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	rates := map[string]float64{}
	for name, v := range c.Data {
		rate, ok := php.Number(v)
		if s, isText := v.(string); isText {
			rate, ok = php.ParseFloat(s)
		}
		switch {
		case v == nil && c.Has(release.RateNeeded):
			return nil, answer.Crash()
		case v == nil:
			continue
		case !ok && !c.Has(release.RatesChecked):
			rate = math.NaN() // which fails every save of an amount in it
		case !ok:
			return nil, answer.Crash()
		case name == c.Store.Settings["baseCurrency"] && !c.Has(release.RatesChecked):
			return nil, answer.Crash()
		case rate < 0:
			return nil, answer.BadRequest("Bad value.")
		}
		rates[name] = rate
	}
	for _, name := range currencies(c) {
		if rate, ok := rates[name]; ok && name != c.Store.Settings["baseCurrency"] {
			c.Store.Rates[name] = rate
		}
	}
	return true, nil
}
