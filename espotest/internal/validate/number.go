package validate

import (
	"math"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

func numeric(f *schema.Field, value any) string {
	if value == nil {
		return ""
	}
	n, ok := php.Number(value)
	if !ok {
		n = float64(php.IntVal(value)) // which the limits are compared with
	}
	if s, isText := value.(string); isText && f.Decimal {
		n, ok = php.ParseFloat(s)
		ok = ok && !strings.ContainsAny(s, "eE")
	}
	switch {
	case f.Min != nil && n < *f.Min:
		return "min"
	case f.Max != nil && n > *f.Max:
		return "max"
	case !ok:
		return "valid"
	case f.Type == "int" && (n > math.MaxInt32 || n < math.MinInt32):
		return "rangeInternal"
	}
	return ""
}

func (v *validator) currency(f *schema.Field, value any) string {
	if rule := numeric(f, value); rule != "" {
		if rule == "valid" && f.Required && !v.st.Release.Has(release.AmountValid) {
			return "required"
		}
		return rule
	}
	code := v.get(f.Name + "Currency")
	if f.Required && value != nil && !php.True(code) {
		return "required"
	}
	list, _ := v.st.Settings["currencyList"].([]any)
	if (code != nil || value != nil) && !slices.Contains(list, code) {
		return "validCurrency"
	}
	return ""
}
