package app

import (
	"maps"
	"math"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

func currencies(c *crm.Call) []string { return where.IDs(c.Store.Settings["currencyList"]) }

// ReadRates reads the rates of all currencies in the base currency:
// GET CurrencyRate.
func ReadRates(c *crm.Call) (any, *answer.Error) {
	if c.User.Level(c.Store.Types["Currency"], rights.Read) == rights.LevelNo {
		return nil, answer.Forbidden("")
	}
	rates := answer.Object{}
	for _, name := range currencies(c) {
		rate, ok := c.Store.Rates[name]
		switch {
		case !ok || name == c.Store.Settings["baseCurrency"]:
			rate = 1
		case math.IsNaN(rate):
			return nil, answer.Crash()
		}
		rates = append(rates, answer.Member{Name: name, Value: rate})
	}
	return rates, nil
}

// SetRates takes what the server takes, too much of it: a client should
// refuse it first. Rates of the base currency and of currencies that there are
// not have no effect.
func SetRates(c *crm.Call) (any, *answer.Error) {
	if c.User.Level(c.Store.Types["Currency"], rights.Edit) == rights.LevelNo {
		return nil, answer.Forbidden("")
	}
	var rates map[string]float64
	var err *answer.Error
	if c.Has(release.RatesChecked) {
		rates, err = checkedRates(c)
	} else {
		rates, err = uncheckedRates(c)
	}
	if err != nil {
		return nil, err
	}
	maps.Copy(c.Store.Rates, rates)
	return true, nil
}

// hasRate reports whether a currency has a rate that can be set.
func hasRate(c *crm.Call, name string) bool {
	return name != c.Store.Settings["baseCurrency"] && slices.Contains(currencies(c), name)
}

// checkedRates returns the rates of the body, in whose order they are checked.
func checkedRates(c *crm.Call) (map[string]float64, *answer.Error) {
	rates := map[string]float64{}
	for _, name := range named(c) {
		v := c.Data[name]
		rate, ok := rateOf(v)
		switch {
		case isNegative(v):
			return nil, answer.BadRequest("Bad value.")
		case !hasRate(c, name):
			continue
		case !ok:
			return nil, answer.Crash()
		}
		const places = 1e8 // that are stored
		rates[name] = math.Round(rate*places) / places
	}
	return rates, nil
}

// uncheckedRates is checkedRates for releases that store what is not a number.
// Until it is replaced, nothing that has to do with rates works.
func uncheckedRates(c *crm.Call) (map[string]float64, *answer.Error) {
	rates := map[string]float64{}
	for name, v := range c.Data {
		if isNegative(v) {
			return nil, answer.BadRequest("Bad value.")
		}
		rate, ok := rateOf(v)
		if !ok {
			rate = math.NaN()
		}
		if v != nil && hasRate(c, name) {
			rates[name] = rate
		}
	}
	for _, name := range currencies(c) {
		if _, replaced := rates[name]; !replaced && math.IsNaN(c.Store.Rates[name]) {
			return nil, answer.Crash()
		}
	}
	return rates, nil
}

// named are the names in the body, in its order where it is JSON.
func named(c *crm.Call) []string {
	body, err := php.DecodeJSONArrays(string(c.Raw))
	if object, ok := body.(*php.Array); err == nil && ok {
		return object.Keys
	}
	return slices.Sorted(maps.Keys(c.Data))
}

// rateOf is a value as a rate, if it is a number to the server.
func rateOf(v any) (float64, bool) {
	switch v := v.(type) {
	case bool:
		return float64(store.BoolRank(v)), true
	case string:
		return php.ParseFloat(v)
	}
	return php.Number(v)
}

// isNegative reports whether a value is below 0 to PHP, which compares a text that
// is not a number as one.
func isNegative(v any) bool {
	rate, ok := rateOf(v)
	if s, isText := v.(string); isText && !ok {
		return s < "0"
	}
	return rate < 0
}
