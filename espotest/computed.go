package espotest

import (
	"time"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// compute works out an attribute that the server's database works out whenever
// a record is read. schema's computedAttributes names them.
func (r *record) compute(a *schema.Attribute) any {
	switch a.Computed {
	case "deleted":
		return r.deleted
	case "versionNumber":
		return int64(r.version)
	case "Meeting.duration", "Call.duration":
		return r.duration()
	case "Contact.title":
		return r.primaryAccountColumn("role")
	case "Contact.accountIsInactive":
		return r.primaryAccountColumn("isInactive")
	case "Contact.hasPortalUser":
		return len(r.st.linked(r, "portalUser")) > 0
	case "CampaignTrackingUrl.urlToUse":
		return "{trackingUrl:" + r.ID + "}"
	case "Opportunity.amountWeightedConverted":
		return r.weightedAmount()
	}
	panic("espotest: nothing computes " + a.Computed)
}

func (r *record) duration() any {
	start, err1 := time.Parse(time.DateTime, r.str("dateStart"))
	end, err2 := time.Parse(time.DateTime, r.str("dateEnd"))
	if err1 != nil || err2 != nil {
		return nil
	}
	return int64(end.Sub(start).Seconds())
}

func (r *record) primaryAccountColumn(column string) any {
	return r.st.columnsOf(r, "accounts", r.str("accountId"))[column]
}

func (r *record) weightedAmount() any {
	amount, ok := php.Number(r.get("amount"))
	if !ok {
		return nil
	}
	probability, _ := php.Number(r.get("probability"))
	return amount * probability * r.st.rates[r.str("amountCurrency")] / 100
}
