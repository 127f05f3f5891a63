package main

import (
	"context"

	"github.com/go-espo/espo"
)

// addContacts creates contacts of whom some are there twice.
func addContacts(ctx context.Context, client *espo.Client) error {
	_, err := client.Contacts.CreateAll(ctx, []espo.Contact{
		{FirstName: "Olena", LastName: "Koval", EmailAddress: "olena@acme.example"},
		{FirstName: "O.", LastName: "Koval", EmailAddress: "Olena@acme.example", PhoneNumber: "+380441234567", DoNotCall: true},
		{FirstName: "Jane", LastName: "Roe", EmailAddress: "office@bolt.example"},
		{FirstName: "John", LastName: "Smith", EmailAddress: "office@bolt.example"},
	}, espo.BulkOptions{Concurrency: 1}, espo.SkipDuplicateCheck())
	return err
}
