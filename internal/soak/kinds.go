package main

import "fmt"

// kind is an entity type that workers create records of.
type kind struct {
	entity string
	mark   string // the attribute that holds the mark
	// fill makes further attributes, other ones each time.
	fill func(w *worker) map[string]any
}

var (
	accounts = kind{"Account", "name", func(w *worker) map[string]any {
		return map[string]any{
			"description": w.text(), "type": pick(w, "Customer", "Partner", "Reseller", "Investor"),
			"website": fmt.Sprintf("https://%d.example", w.rng.IntN(1000)), "billingAddressCity": pick(w, "Kyiv", "Łódź", "München"),
		}
	}}
	contacts = kind{"Contact", "lastName", func(w *worker) map[string]any {
		return map[string]any{
			"description": w.text(), "firstName": w.unique("F"), "doNotCall": w.rng.IntN(2) == 0, "addressCity": pick(w, "Lviv", "Odesa"),
		}
	}}
	leads = kind{"Lead", "lastName", func(w *worker) map[string]any {
		return map[string]any{
			"description": w.text(), "firstName": w.unique("F"), "status": pick(w, "New", "Assigned", "In Process"),
			"emailAddress": address(w.unique("lead-")),
		}
	}}
	opportunities = kind{"Opportunity", "name", func(w *worker) map[string]any {
		return map[string]any{
			"description": w.text(), "amount": w.rng.IntN(1 << 20), "amountCurrency": pick(w, "USD", "EUR"),
			"closeDate": day(w), "stage": pick(w, "Prospecting", "Proposal", "Negotiation"),
		}
	}}
	cases = kind{"Case", "name", func(w *worker) map[string]any {
		return map[string]any{"description": w.text(), "status": pick(w, "New", "Assigned", "Pending"), "priority": pick(w, "Low", "Normal", "High")}
	}}
	tasks = kind{"Task", "name", func(w *worker) map[string]any {
		return map[string]any{"description": w.text(), "status": pick(w, "Not Started", "Started"), "dateEnd": moment(w), "assignedUserId": w.client.userID}
	}}
	calls = kind{"Call", "name", func(w *worker) map[string]any {
		return map[string]any{
			"description": w.text(), "status": pick(w, "Planned", "Held"), "assignedUserId": w.client.userID, "direction": pick(w, "Outbound", "Inbound"),
			"dateStart": "2030-03-01 10:00:00", "dateEnd": fmt.Sprintf("2030-03-01 1%d:30:00", w.rng.IntN(9)),
		}
	}}
	meetings = kind{"Meeting", "name", func(w *worker) map[string]any {
		return map[string]any{
			"description": w.text(), "status": pick(w, "Planned", "Held"), "assignedUserId": w.client.userID,
			"dateStart": "2030-03-01 10:00:00", "dateEnd": fmt.Sprintf("2030-03-01 1%d:30:00", w.rng.IntN(9)),
		}
	}}
	campaigns = kind{"Campaign", "name", func(w *worker) map[string]any {
		return map[string]any{"description": w.text(), "status": pick(w, "Planning", "Active"), "startDate": day(w)}
	}}
	targetLists = kind{"TargetList", "name", func(w *worker) map[string]any { return map[string]any{"description": w.text()} }}
	articles    = kind{"KnowledgeBaseArticle", "name", func(w *worker) map[string]any {
		return map[string]any{"description": w.text(), "status": pick(w, "Draft", "Published"), "publishDate": day(w)}
	}}
	soaks = kind{soakType, "name", func(w *worker) map[string]any {
		return map[string]any{
			"description": w.text(), "count": w.rng.IntN(1000) - 500, "ratio": float64(w.rng.IntN(1000)) + 0.5, "flag": w.rng.IntN(2) == 0,
			"day": day(w), "at": moment(w), "tags": pick(w, []string{}, []string{"a"}, []string{"d", "b"}),
		}
	}}
)

func day(w *worker) string { return fmt.Sprintf("2030-%02d-%02d", 1+w.rng.IntN(12), 1+w.rng.IntN(28)) }

func moment(w *worker) string {
	return fmt.Sprintf("%s %02d:%02d:%02d", day(w), w.rng.IntN(24), w.rng.IntN(60), w.rng.IntN(60))
}

// unique is a mark for an attribute that must differ from those of others, lest
// the records are taken for duplicates.
func (w *worker) unique(start string) string { return start + w.mark() }
