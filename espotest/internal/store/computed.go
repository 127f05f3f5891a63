package store

import (
	"time"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// compute works out an attribute that the server's database works out whenever
// a record is read. schema's computedAttributes names them.
func (r *Record) compute(a *schema.Attribute) any {
	switch a.Computed {
	case "deleted":
		return r.Deleted
	case "versionNumber":
		return int64(r.Version)
	case "duration":
		return r.duration()
	case "Contact.title":
		return r.primaryAccountColumn("role")
	case "Contact.accountIsInactive":
		return r.primaryAccountColumn("isInactive")
	case "Contact.hasPortalUser":
		return len(r.Store.Linked(r, "portalUser")) > 0
	case "CampaignTrackingUrl.urlToUse":
		return "{trackingUrl:" + r.ID + "}"
	case "Opportunity.amountWeightedConverted":
		return r.weightedAmount()
	}
	panic("espotest: nothing computes " + a.Computed)
}

func (r *Record) duration() any {
	start, err1 := time.Parse(time.DateTime, r.Str("dateStart"))
	end, err2 := time.Parse(time.DateTime, r.Str("dateEnd"))
	if err1 != nil || err2 != nil {
		return nil
	}
	return int64(end.Sub(start).Seconds())
}

func (r *Record) primaryAccountColumn(column string) any {
	return r.Store.ColumnsOf(r, "accounts", r.Str("accountId"))[column]
}

func (r *Record) weightedAmount() any {
	amount, ok := php.Number(r.Get("amount"))
	if !ok {
		return nil
	}
	probability, _ := php.Number(r.Get("probability"))
	return amount * probability * r.Store.Rates[r.Str("amountCurrency")] / 100
}
