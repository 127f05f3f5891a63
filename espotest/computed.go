package espotest

import "time"

// computed attributes by "EntityType.attribute", or by the name alone when they
// are of no field: the server's database works them out whenever a record is
// read.
var computed map[string]func(r *record) any

func init() { // a variable initialiser would refer to itself through record.get
	computed = map[string]func(r *record) any{
		"deleted":          func(r *record) any { return r.deleted },
		"versionNumber":    func(r *record) any { return int64(r.version) },
		"Meeting.duration": duration,
		"Call.duration":    duration,
		"Contact.title":    func(r *record) any { return primaryAccountColumn(r, "role") },
		"Contact.accountIsInactive": func(r *record) any {
			return primaryAccountColumn(r, "isInactive")
		},
		"CampaignTrackingUrl.urlToUse": func(r *record) any { return "{trackingUrl:" + r.ID + "}" },
		"Contact.hasPortalUser":        func(r *record) any { return len(r.st.linked(r, "portalUser")) > 0 },
		"Opportunity.amountWeightedConverted": func(r *record) any {
			amount, ok := number(r.get("amount"))
			if !ok {
				return nil
			}
			probability, _ := number(r.get("probability"))
			return amount * probability * r.st.rates[r.str("amountCurrency")] / 100
		},
	}
}

func duration(r *record) any {
	start, err1 := time.Parse(time.DateTime, r.str("dateStart"))
	end, err2 := time.Parse(time.DateTime, r.str("dateEnd"))
	if err1 != nil || err2 != nil {
		return nil
	}
	return int64(end.Sub(start).Seconds())
}

func primaryAccountColumn(r *record, column string) any {
	return r.st.columnsOf(r, "accounts", r.str("accountId"))[column]
}
