// Attachments uploads a small and a large file, the latter in chunks and with
// its progress, makes documents of them, and downloads them again. It runs on
// an embedded fake of EspoCRM, or on the server at ESPO_URL with the
// credentials in ESPO_API_KEY, in ESPO_HMAC_KEY and ESPO_HMAC_SECRET, or in
// ESPO_USERNAME and ESPO_PASSWORD.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

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
	dir, err := os.MkdirTemp("", "attachments-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	// Small: one request. The reader need not know its length.
	const text = "All is well.\n"
	small, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "report.txt", Content: strings.NewReader(text), For: espo.FileField("Document", "file"),
	})
	if err != nil {
		return err
	}
	fmt.Printf("Uploaded   %s, %s, %d bytes\n", small.Name, small.Type, small.Size)

	// Large: a file on the disk, sent in chunks of the size that the server
	// takes. It is never whole in memory.
	content := bytes.Repeat([]byte("0123456789abcdef"), 10<<20/16)
	source := filepath.Join(dir, "source.csv")
	if err := os.WriteFile(source, content, 0o600); err != nil {
		return err
	}
	f, err := os.Open(source)
	if err != nil {
		return err
	}
	defer f.Close()
	large, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "large.csv", Content: f, For: espo.FileField("Document", "file"),
		Progress: func(p espo.UploadProgress) { fmt.Printf("           %3d %%\n", p.Sent*100/p.Size) },
	})
	var broken *espo.UploadError
	if errors.As(err, &broken) {
		fmt.Printf("It broke off after %d of %d bytes; nothing is left of it: %t\n", broken.Sent, broken.Size, broken.Removed)
	}
	if err != nil {
		return err
	}
	fmt.Printf("Uploaded   %s, %s, %d bytes\n", large.Name, large.Type, large.Size)

	for _, att := range []espo.Attachment{small, large} {
		doc, createErr := client.Documents.Create(ctx, espo.Document{
			Name: "Example " + att.Name, FileID: att.ID, PublishDate: espo.DateOf(att.CreatedAt.Time),
		})
		if createErr != nil {
			return createErr
		}
		defer func() {
			err = errors.Join(err, client.Documents.Delete(context.WithoutCancel(ctx), doc.ID))
		}()
		fmt.Printf("Document   %q has %s\n", doc.Name, doc.FileName)
	}

	// Into a writer, and into a directory under the file's own name.
	var b bytes.Buffer
	if _, err := client.Attachments.DownloadTo(ctx, small.ID, &b); err != nil {
		return err
	}
	if b.String() != text {
		return fmt.Errorf("downloaded %q instead of %q", b.String(), text)
	}
	fmt.Printf("Downloaded %q\n", b.String())
	path, err := client.Attachments.DownloadFile(ctx, large.ID, dir)
	if err != nil {
		return err
	}
	got, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, content) {
		return fmt.Errorf("%s is not what was uploaded", path)
	}
	fmt.Printf("Downloaded %s, %d bytes, the same\n", filepath.Base(path), len(got))

	// What a field does not take is refused before it is stored.
	_, err = client.Attachments.Upload(ctx, espo.Upload{
		Name: "program.exe", Content: strings.NewReader("MZ"), For: espo.FileField("Document", "file"),
	})
	if !errors.Is(err, espo.ErrForbidden) {
		return fmt.Errorf("a program as a document: %w", err)
	}
	fmt.Println("Refused    program.exe:", err)
	return nil
}
