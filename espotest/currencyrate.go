package espotest

import (
	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/where"
)

func (c *call) currencies() []string { return where.IDs(c.store.Settings["currencyList"]) }

func (c *call) readRates() (any, *answer.Error) {
	if c.user.Level(c.store.Types["Currency"], rights.Read) == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	rates := answer.Object{}
	for _, name := range c.currencies() {
		rate, ok := c.store.Rates[name]
		if !ok || name == c.store.Settings["baseCurrency"] {
			rate = 1
		}
		rates = append(rates, answer.Member{Name: name, Value: rate})
	}
	return rates, nil
}

// setRates takes what the server takes, too much of it: a client should
// refuse it first.
func (c *call) setRates() (any, *answer.Error) {
	if c.user.Level(c.store.Types["Currency"], rights.Edit) == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	rates := map[string]float64{}
	for name, v := range c.data {
		rate, ok := php.Number(v)
		if s, isText := v.(string); isText {
			rate, ok = php.ParseFloat(s)
		}
		switch {
		case v == nil:
			continue
		case !ok:
			return nil, answer.Crash()
		case rate < 0:
			return nil, answer.BadRequest("Bad value.")
		}
		rates[name] = rate
	}
	for _, name := range c.currencies() {
		if rate, ok := rates[name]; ok && name != c.store.Settings["baseCurrency"] {
			c.store.Rates[name] = rate
		}
	}
	return true, nil
}
