package espo_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func ExampleAttachmentService_Upload() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()

	att, err := client.Attachments.Upload(ctx, espo.Upload{
		Name:    "report.txt",
		Content: strings.NewReader("All is well."),
		For:     espo.FileField("Document", "file"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := client.Documents.Create(ctx, espo.Document{Name: "Report", FileID: att.ID, PublishDate: espo.NewDate(2026, 11, 24)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(doc.FileName, att.Type, att.Size)
	// Output: report.txt text/plain 12
}

// A file is read as it comes, such as into the answer of a web server.
func ExampleAttachmentService_Download() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	att, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "report.txt", Content: strings.NewReader("All is well."), For: espo.FileField("Document", "file"),
	})
	if err != nil {
		log.Fatal(err)
	}

	file, err := client.Attachments.Download(ctx, att.ID)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	fmt.Println(file.Name, file.Size, string(content), err)

	var b bytes.Buffer // or any other writer
	n, err := client.Attachments.DownloadTo(ctx, att.ID, &b)
	fmt.Println(n, b.String(), err)
	// Output:
	// report.txt 12 All is well. <nil>
	// 12 All is well. <nil>
}

// Into a directory, under the name that the file has on the server, made safe:
// a name that others have chosen must not lead elsewhere.
func ExampleAttachmentService_DownloadFile() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "reports-")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	att, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "report.txt", Content: strings.NewReader("All is well."), For: espo.FileField("Document", "file"),
	})
	if err != nil {
		log.Fatal(err)
	}

	path, err := client.Attachments.DownloadFile(ctx, att.ID, dir)
	fmt.Println(filepath.Base(path), err)
	fmt.Println(espo.FileName("../../etc/passwd", "file"))
	// Output:
	// report.txt <nil>
	// passwd
}

// pixel is an image of one pixel.
func pixel() []byte {
	b, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		log.Fatal(err)
	}
	return b
}

// What a file is for decides whether the server takes it: several files of a
// task, an image in the text of an e-mail.
func ExampleFileTarget() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()

	report, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "report.txt", Content: strings.NewReader("All is well."), For: espo.AttachmentField("Task", "attachments"),
	})
	fmt.Println(report.Name, report.Role, err)
	again, err := client.Attachments.Copy(ctx, report.ID, espo.AttachmentField("Email", "attachments"))
	fmt.Println(again.Name, again.ID != report.ID, err)

	image, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "logo.png", Content: bytes.NewReader(pixel()), For: espo.InlineImage("Email", "body"),
	})
	fmt.Println(image.Type, image.Role, err)
	// Output:
	// report.txt Attachment <nil>
	// report.txt true <nil>
	// image/png Inline Attachment <nil>
}

// An image that the server fetches by itself.
func ExampleAttachmentService_FromImageURL() {
	const logo = "https://www.example.com/logo.png"
	srv, err := espotest.Start(espotest.WithImage(logo, "image/png", pixel())) // what is on the web
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	image, err := srv.Client().Attachments.FromImageURL(context.Background(), logo, espo.FileField("User", "avatar"))
	fmt.Println(image.Type, image.Size, err)
	// Output: image/png 70 <nil>
}

// A large file goes in chunks. When it breaks off in the end, the error says
// how far it came, and nothing is left of it on the server.
func ExampleUploadError() {
	srv, client := example()
	defer srv.Close()
	srv.Fail(espotest.Fault{Path: "Attachment/chunk/*", Nth: 2, Status: http.StatusForbidden})

	content := strings.Repeat("0123456789abcdef", 10<<20/16)
	_, err := client.Attachments.Upload(context.Background(), espo.Upload{
		Name: "large.csv", Content: strings.NewReader(content), For: espo.FileField("Document", "file"),
		Progress: func(p espo.UploadProgress) { fmt.Println(p.Sent*100/p.Size, "%") },
	})
	var broken *espo.UploadError
	if errors.As(err, &broken) {
		fmt.Println(broken.Sent>>20, "of", broken.Size>>20, "MiB; removed:", broken.Removed)
	}
	// Output:
	// 40 %
	// 4 of 10 MiB; removed: true
}

// A document is a record with a file, which others can be linked to.
func ExampleDocumentService() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	att, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "lease.txt", Content: strings.NewReader("..."), For: espo.FileField("Document", "file"),
	})
	if err != nil {
		log.Fatal(err)
	}
	doc, err := client.Documents.Create(ctx, espo.Document{Name: "Lease", FileID: att.ID, PublishDate: espo.NewDate(2026, time.November, 24)})
	if err != nil {
		log.Fatal(err)
	}

	if err := client.Documents.Accounts(doc.ID).Link(ctx, account); err != nil {
		log.Fatal(err)
	}
	for d, err := range client.Accounts.Documents(account).All(ctx, espo.Query{}) {
		fmt.Println(d.Name, d.Status, err)
	}
	// Output: Lease Active <nil>
}
