// Massupdate creates many accounts at once, several calls at a time, changes
// them on the server in one request, and removes them:
//
//	go run ./examples/massupdate
//
// It runs on an embedded fake of EspoCRM, or on the server that ESPO_URL names,
// where it removes what it has created.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()

	// What may this user do? A mass update needs a permission of its own.
	user, err := client.App.CurrentUser(ctx)
	if err != nil {
		return err
	}
	if !user.Can(espo.AccessEdit, "Account") || user.Permission("massUpdate") != espo.AccessYes {
		return fmt.Errorf("%s may not update many accounts at once", user.User.UserName)
	}

	prefix := fmt.Sprintf("Mass %d", time.Now().UnixNano())
	mine := espo.StartsWith("name", prefix)
	accounts := make([]espo.Account, 50)
	for i := range accounts {
		accounts[i].Name = fmt.Sprintf("%s #%d", prefix, i+1)
	}
	accounts[20].Name = "" // one that the server refuses
	defer cleanUp(ctx, client, mine)
	results, err := client.Accounts.CreateAll(ctx, accounts, espo.BulkOptions{Concurrency: 8})
	var bulk *espo.BulkError
	switch {
	case errors.As(err, &bulk):
		fmt.Printf("created %d of %d accounts\n", bulk.Total-bulk.Failed-bulk.Left, bulk.Total)
		for _, r := range results {
			if r.Err != nil {
				fmt.Printf("  number %d: %v\n", r.Index+1, r.Err)
			}
		}
	case err != nil:
		return err
	}

	// A filter that has been forgotten does not become all accounts.
	_, err = client.MassActions.Update(ctx, espo.ByFilter("Account"), espo.Attrs{"type": "Customer"}, espo.MassOptions{})
	fmt.Println("without a filter:", err)

	result, err := client.MassActions.Update(ctx, espo.ByFilter("Account", mine), espo.Attrs{"type": "Customer"}, espo.MassOptions{})
	if err != nil {
		return err
	}
	fmt.Println("made customers of", result.Count, "accounts in one request")
	count, err := client.Accounts.Count(ctx, espo.Query{Where: espo.Where(mine, espo.Equal("type", "Customer"))})
	if err != nil {
		return err
	}
	fmt.Println("counted", count)
	return nil
}

// cleanUp removes the accounts, also after the program was interrupted.
func cleanUp(ctx context.Context, client *espo.Client, mine espo.Filter) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	result, err := client.MassActions.Delete(ctx, espo.ByFilter("Account", mine), espo.MassOptions{})
	if err != nil {
		fmt.Println("removing the accounts:", err)
		return
	}
	fmt.Println("removed", result.Count, "accounts")
}
