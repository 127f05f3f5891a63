package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func ExampleExportService_Export() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.Seed("Account", map[string]any{"name": "Acme", "type": "Customer"}, map[string]any{"name": "Umbrella"})
	n, err := srv.Client().Exports.Export(context.Background(),
		espo.ByFilter("Account", espo.Equal("type", "Customer")), os.Stdout,
		espo.ExportOptions{Attributes: []string{"name", "type"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n, "bytes")
	// Output:
	// name,type
	// Acme,Customer
	// 24 bytes
}

func ExampleImportService_Run() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	ctx := context.Background()
	imports := srv.Client().Imports
	file, err := imports.UploadCSV(ctx, strings.NewReader("name,type\nAcme,Customer\n,Partner\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := imports.Run(ctx, espo.ImportOptions{
		EntityType: "Account", AttachmentID: file, Columns: []string{"name", "type"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Created, "created")
	for row, err := range imports.Errors(result.ID).All(ctx, espo.Query{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, f := range row.Failures {
			fmt.Printf("row %d: %s: %s\n", row.RowIndex, f.Field, f.Rule)
		}
	}
	// Output:
	// 1 created
	// row 2: name: required
}

func ExampleMassActionService_Update() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.Seed("Account", map[string]any{"name": "Acme"}, map[string]any{"name": "Umbrella"})
	client := srv.Client()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	_, err = client.MassActions.Delete(ctx, espo.ByFilter("Account"), espo.MassOptions{})
	fmt.Println(errors.Is(err, espo.ErrInput), err)

	result, err := client.MassActions.Update(ctx, espo.ByFilter("Account", espo.IsNull("type")), espo.Attrs{"type": "Customer"}, espo.MassOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Count, "updated")
	// Output:
	// true espo: ByFilter: there is no filter; AllRecords selects all records
	// 2 updated
}

// What a mass action or an export is about: some records by their ids, those
// of a filter or of a query, or all of them, which must be said.
func ExampleSelection() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	ids := srv.Seed("Account",
		espo.Attrs{"name": "Acme", "type": "Customer"}, espo.Attrs{"name": "Bolt"}, espo.Attrs{"name": "Cone"})

	for _, selection := range []espo.Selection{
		espo.ByIDs("Account", ids[:2]...),
		espo.ByFilter("Account", espo.IsNull("type")),
		espo.ByQuery("Account", espo.Query{PrimaryFilter: "customers"}),
		espo.AllRecords("Account"),
	} {
		result, err := client.MassActions.Follow(ctx, selection, espo.MassOptions{})
		fmt.Println(result.Count, err)
	}
	// Output:
	// 2 <nil>
	// 2 <nil>
	// 1 <nil>
	// 3 <nil>
}

// A mass action that the server does when its jobs run. The program waits for
// it, and asks less and less often.
func ExampleMassActionService_Wait() {
	srv, _ := example()
	defer srv.Close()
	srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Bolt"})
	client := srv.Client(
		espo.WithPolling(espo.PollPolicy{MinWait: 2 * time.Second, MaxWait: time.Minute}),
		espo.WithWait(func(context.Context, time.Duration) error { // this example does not wait
			fmt.Println("asks again")
			srv.RunJobs()
			return nil
		}))
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()

	all := espo.AllRecords("Account")
	queued, err := client.MassActions.Update(ctx, all, espo.Attrs{"type": "Customer"}, espo.MassOptions{InBackground: true})
	if err != nil {
		log.Fatal(err)
	}
	status, err := client.MassActions.Wait(ctx, queued.JobID, espo.MassWait{})
	fmt.Println(status.Status, status.Processed, err)
	// Output:
	// asks again
	// Success 2 <nil>
}

// The job has failed: the log of the server says why.
func ExampleJobError() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	queued, err := client.MassActions.Delete(ctx, espo.ByFilter("Account", espo.Equal("noSuchAttribute", 1)), espo.MassOptions{InBackground: true})
	if err != nil {
		log.Fatal(err)
	}
	srv.RunJobs() // a real server does by itself

	_, err = client.MassActions.Wait(ctx, queued.JobID, espo.MassWait{})
	var failed *espo.JobError
	if errors.As(err, &failed) {
		fmt.Println(failed.Status)
	}
	// Output: Failed
}

// An import that was a mistake is taken back as a whole.
func ExampleImportService_Revert() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	file, err := client.Imports.UploadCSV(ctx, strings.NewReader("Acme\nBolt\n"))
	if err != nil {
		log.Fatal(err)
	}
	result, err := client.Imports.Run(ctx, espo.ImportOptions{
		EntityType: "Account", AttachmentID: file, Columns: []string{"name"}, NoHeader: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Created, len(srv.Records("Account")))
	fmt.Println(client.Imports.Revert(ctx, result.ID), len(srv.Records("Account")))
	// Output:
	// 2 2
	// <nil> 0
}
