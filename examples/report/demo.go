package main

import (
	"context"
	"time"

	"github.com/go-espo/espo"
)

// addOpportunities creates some that close in these months.
func addOpportunities(ctx context.Context, client *espo.Client) error {
	now := time.Now()
	in := func(months int) espo.Date { return espo.NewDate(now.Year(), now.Month()+time.Month(months), 15) }
	_, err := client.Opportunities.CreateAll(ctx, []espo.Opportunity{
		{Name: "Roof", Stage: espo.OpportunityStageProposal, Amount: "1200.50", CloseDate: in(0)},
		{Name: "Barn", Stage: espo.OpportunityStageProposal, Amount: "800.10", CloseDate: in(0)},
		{Name: "Wall", Stage: espo.OpportunityStageClosedWon, Amount: "2000", CloseDate: in(1)},
		{Name: "Road", Stage: espo.OpportunityStageProspecting, Amount: "9000", CloseDate: in(3)},
	}, espo.BulkOptions{}, espo.SkipDuplicateCheck())
	return err
}
