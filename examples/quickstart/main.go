// Quickstart creates, reads, finds, changes and deletes accounts, and shows
// how errors are told apart. It runs on an embedded fake of EspoCRM, or on
// the server at ESPO_URL with the credentials in ESPO_API_KEY, in
// ESPO_HMAC_KEY and ESPO_HMAC_SECRET, or in ESPO_USERNAME and ESPO_PASSWORD.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) (err error) {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()

	// A name of its own, so that the example can run on a server in use.
	name := fmt.Sprintf("Quickstart %d", time.Now().UnixNano())

	acc, err := client.Accounts.Create(ctx, espo.Account{
		Name:         name,
		Type:         espo.AccountTypeCustomer,
		Website:      "https://quickstart.example",
		EmailAddress: "info@quickstart.example",
	}, espo.SkipDuplicateCheck())
	if err != nil {
		return err
	}
	fmt.Printf("Created    %q, type %s, at %s\n", acc.Name, acc.Type, acc.CreatedAt)
	defer func() { // whatever happens below, the account goes
		if acc.ID != "" {
			err = errors.Join(err, client.Accounts.Delete(context.WithoutCancel(ctx), acc.ID))
		}
	}()

	got, err := client.Accounts.Get(ctx, acc.ID)
	if err != nil {
		return err
	}
	fmt.Printf("Read       %q, website %s\n", got.Name, got.Website)

	customers := espo.Query{Where: espo.Where(
		espo.Equal("type", espo.AccountTypeCustomer),
		espo.StartsWith("name", "Quickstart "),
	)}
	for found, err := range client.Accounts.All(ctx, customers) {
		if err != nil {
			return err
		}
		if found.ID == acc.ID {
			fmt.Printf("Found      %q by its type and name\n", found.Name)
		}
	}

	// Exactly these attributes: nil is null, and everything else stays.
	acc, err = client.Accounts.Update(ctx, acc.ID, espo.Attrs{"industry": "Software", "website": nil})
	if err != nil {
		return err
	}
	fmt.Printf("Updated    industry %q, website %q\n", acc.Industry, acc.Website)

	// Read, change and write, guarded against writers in between.
	acc, err = client.Accounts.Modify(ctx, acc.ID, func(a *espo.Account) error {
		a.Description += "Seen by the quickstart."
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Printf("Modified   description %q, version %d\n", acc.Description, acc.VersionNumber)

	_, err = client.Accounts.Create(ctx, espo.Account{Name: name + " B", EmailAddress: "not an address"})
	var invalid *espo.ValidationError
	if !errors.As(err, &invalid) {
		return fmt.Errorf("a bad e-mail address was not refused: %w", err)
	}
	fmt.Printf("Refused    field %s breaks the rule %s\n", invalid.Field, invalid.Rule)

	_, err = client.Accounts.Create(ctx, espo.Account{Name: name})
	var duplicate *espo.DuplicateError
	if !errors.As(err, &duplicate) {
		return fmt.Errorf("a duplicate was not noticed: %w", err)
	}
	fmt.Printf("Duplicate  of %q\n", duplicate.Records[0].Name())

	if err := client.Accounts.Delete(ctx, acc.ID); err != nil {
		return err
	}
	id := acc.ID
	acc.ID = ""
	if _, err := client.Accounts.Get(ctx, id); !errors.Is(err, espo.ErrNotFound) {
		return fmt.Errorf("the deleted account is still there: %w", err)
	}
	fmt.Println("Deleted    and no longer to be found")
	return nil
}
