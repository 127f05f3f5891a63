package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-espo/espo"
)

// fill gives a server n accounts, each with a contact, a document and a post
// with a file.
func fill(ctx context.Context, client *espo.Client, n int) error {
	for i := range n {
		account, err := client.Accounts.Create(ctx, espo.Account{
			Name: fmt.Sprintf("Account %02d", i), Website: "https://example.com", EmailAddressData: []espo.EmailAddressEntry{
				{EmailAddress: fmt.Sprintf("info%d@example.com", i), Primary: true},
				{EmailAddress: fmt.Sprintf("sales%d@example.com", i), OptOut: true},
			},
		})
		if err != nil {
			return err
		}
		if _, err = client.Contacts.Create(ctx, espo.Contact{FirstName: "Jane", LastName: fmt.Sprintf("Doe %02d", i), AccountID: account.ID, Title: "Director"}); err != nil {
			return err
		}
		file, err := client.Attachments.Upload(ctx, espo.Upload{
			Name: "offer.txt", Content: strings.NewReader(fmt.Sprint("offer ", i)), For: espo.FileField("Document", "file"),
		})
		if err != nil {
			return err
		}
		if _, err = client.Documents.Create(ctx, espo.Document{
			Name: fmt.Sprintf("Offer %02d", i), FileID: file.ID, PublishDate: espo.NewDate(2026, 11, 1), AccountsIDs: []string{account.ID},
		}); err != nil {
			return err
		}
		picture, err := client.Attachments.Upload(ctx, espo.Upload{
			Name: "note.txt", Content: strings.NewReader(fmt.Sprint("note ", i)), For: espo.FileField("Note", "attachments"),
		})
		if err != nil {
			return err
		}
		if _, err = client.Stream.Post(ctx, client.Accounts.Ref(account.ID), fmt.Sprint("Called them, round ", i), espo.PostAttachments(picture.ID)); err != nil {
			return err
		}
	}
	return nil
}
