// Invoice files a PDF with the customer that it is for: the file becomes a
// document, linked to the account, and the stream of the account shows it.
//
//	go run ./examples/invoice -file 2026-017.pdf -number 2026-017 -account Acme
//
// It runs on an embedded fake of EspoCRM with a file of its own, or on the
// server that ESPO_URL names, with the credentials of the other examples.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	file := flag.String("file", "", "PDF `file`")
	number := flag.String("number", "2026-017", "`number` of the invoice")
	account := flag.String("account", "Acme", "`name` of the account")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *file, *number, *account)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, file, number, account string) error {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()
	var content io.ReadSeeker = bytes.NewReader([]byte("%PDF-1.4\n%%EOF\n"))
	switch {
	case file != "":
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		content = f
	case os.Getenv("ESPO_URL") != "":
		return errors.New("which -file?")
	default: // the fake is empty
		if _, err := client.Accounts.Create(ctx, espo.Account{Name: account}); err != nil {
			return err
		}
	}
	invoice := invoice{number: number, account: account, date: espo.DateOf(time.Now()), pdf: content}
	for range 2 { // as a program that was started twice by mistake
		doc, created, err := invoice.file(ctx, client)
		if err != nil {
			return err
		}
		fmt.Println(doc.Name, doc.Status, "new:", created)
	}
	return nil
}

type invoice struct {
	number, account string
	date            espo.Date
	pdf             io.Reader
}

// file files the invoice, unless it is there already, and reports whether it
// was new.
func (i invoice) file(ctx context.Context, client *espo.Client) (espo.Document, bool, error) {
	account, err := one(ctx, client.Accounts, i.account)
	if err != nil {
		return espo.Document{}, false, err
	}
	name := "Invoice " + i.number
	same := espo.Query{Where: espo.Where(espo.Equal("name", name)), MaxSize: 1}
	filed, err := client.Accounts.Documents(account.ID).List(ctx, same)
	if err != nil {
		return espo.Document{}, false, err
	}
	if len(filed.Records) > 0 {
		return filed.Records[0], false, nil
	}

	// The file first: a document must have one. If the program ends in between,
	// the server removes the file that no document has taken.
	file, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: i.number + ".pdf", ContentType: "application/pdf", Content: i.pdf, For: espo.FileField("Document", "file"),
	})
	if err != nil {
		return espo.Document{}, false, err
	}
	doc, err := client.Documents.Create(ctx, espo.Document{
		Name: name, FileID: file.ID, PublishDate: i.date, Status: espo.DocumentStatusActive,
		AccountsIDs: []string{account.ID}, // in the same request: so it is never there without its account
	})
	if err != nil {
		return doc, false, err
	}
	text := fmt.Sprintf("[%s](#Document/view/%s) is filed.", doc.Name, doc.ID)
	_, err = client.Stream.Post(ctx, client.Accounts.Ref(account.ID), text)
	return doc, true, err
}

// one finds the only account of a name: an invoice must not get to another one.
func one(ctx context.Context, accounts *espo.AccountService, name string) (espo.Account, error) {
	page, err := accounts.List(ctx, espo.Query{Where: espo.Where(espo.Equal("name", name)), MaxSize: 2})
	switch {
	case err != nil:
		return espo.Account{}, err
	case len(page.Records) == 0:
		return espo.Account{}, fmt.Errorf("account %q: %w", name, espo.ErrNotFound)
	case len(page.Records) > 1:
		return espo.Account{}, fmt.Errorf("account %q: %w", name, espo.ErrAmbiguous)
	}
	return page.Records[0], nil
}
