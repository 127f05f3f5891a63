// Report sums up the opportunities by the month of their close date and by
// stage, and writes them as CSV and as a spreadsheet with a chart:
//
//	cd examples/report && go run . -months 6 -out /tmp/pipeline
//
// It runs on an embedded fake of EspoCRM with opportunities of its own, or on
// the server that ESPO_URL names, with the credentials of the other examples.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	months := flag.Int("months", 6, "how many `months` from this one on")
	out := flag.String("out", filepath.Join(os.TempDir(), "pipeline"), "`file` without its ending")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *months, *out)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, months int, out string) error {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()
	if os.Getenv("ESPO_URL") == "" { // the fake is empty
		if err := addOpportunities(ctx, client); err != nil {
			return err
		}
	}
	settings, err := client.App.Settings(ctx) // for the currency
	if err != nil {
		return err
	}
	stages, err := client.Metadata.EnumOptions(ctx, "Opportunity", "stage") // in their order
	if err != nil {
		return err
	}
	now := time.Now()
	begin := espo.NewDate(now.Year(), now.Month(), 1)
	r := newReport(begin, months, stages, settings.BaseCurrency)
	if err := r.read(ctx, client); err != nil {
		return err
	}
	if err := r.writeCSV(out + ".csv"); err != nil {
		return err
	}
	if err := r.writeSheet(out + ".xlsx"); err != nil {
		return err
	}
	fmt.Printf("%d opportunities from %s on, in %s, are in %s.csv and .xlsx\n", r.count, begin, r.currency, out)
	for _, row := range r.rows() {
		fmt.Println(row)
	}
	return nil
}
