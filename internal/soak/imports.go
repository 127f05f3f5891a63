package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/go-espo/espo"
)

// importFile is a file of contacts: some that are new, one that has the address
// of another contact, and one without a name, which the server refuses.
type importFile struct {
	marks     []string // of the rows that are imported
	duplicate string   // the mark of the one among them that is like another contact
	text      string
}

func (w *worker) newImportFile(likeAddress string) importFile {
	f := importFile{marks: []string{w.mark(), w.mark(), w.mark()}}
	f.duplicate = f.marks[2]
	var b strings.Builder
	b.WriteString("lastName,description,emailAddress\n")
	for _, mark := range f.marks {
		email := address(mark)
		if mark == f.duplicate {
			email = likeAddress
		}
		fmt.Fprintf(&b, "%s,\"Imported, %s\",%s\n", mark, mark, email)
	}
	fmt.Fprintf(&b, ",nameless,\n")
	f.text = b.String()
	return f
}

// workImports imports contacts, and reverts that.
func (w *worker) workImports() {
	email := address(w.mark())
	like := w.truth.create("Contact", map[string]any{"lastName": "Like " + email, "emailAddress": email})
	defer w.truth.remove("Contact", like)
	f := w.newImportFile(email)
	var file string
	r := w.do("Imports.UploadCSV", func(ctx context.Context) (err error) {
		file, err = w.client.Imports.UploadCSV(ctx, strings.NewReader(f.text))
		return err
	})
	if r.outcome != done {
		return
	}
	o := espo.ImportOptions{
		EntityType: "Contact", AttachmentID: file, Columns: []string{"lastName", "description", "emailAddress"}, InBackground: w.rng.IntN(3) == 0,
	}
	var got espo.ImportResult
	r = w.do("Imports.Run", func(ctx context.Context) (err error) {
		got, err = w.client.Imports.Run(ctx, o)
		return err
	})
	if o.InBackground {
		w.truth.runJobs()
	} else if r.outcome == done && got.Created != len(f.marks) {
		w.wrong(r, "imported %d records, and not %d", got.Created, len(f.marks))
	}
	var items []*item
	for _, mark := range f.marks {
		if it := w.created(r, "Contact", "lastName", mark, "", map[string]any{"description": "Imported, " + mark}); it != nil {
			items = append(items, it)
		}
	}
	if r.outcome == done && len(items) == len(f.marks) {
		w.readImport(got.ID, items)
		items = w.duplicates(got.ID, items)
		r = w.do("Imports.Revert", func(ctx context.Context) error { return w.client.Imports.Revert(ctx, got.ID) })
		for _, it := range items {
			w.deleted(r, it)
		}
	}
	for _, it := range items {
		w.discard(it)
	}
}

// readImport reads what there is about an import.
func (w *worker) readImport(id string, items []*item) {
	c := w.client.Imports
	var record espo.Import
	if r, ok := w.read("Imports.Wait", func(ctx context.Context) (err error) {
		record, err = c.Wait(ctx, id, espo.ImportWait{})
		return err
	}); ok && record.ImportedCount != len(items) {
		w.wrong(r, "import %s has %d records, and not %d", id, record.ImportedCount, len(items))
	}
	var ids []string
	if r, ok := w.read("Imports.Imported.All", func(ctx context.Context) error {
		ids = nil
		for record, err := range c.Imported(id).All(ctx, espo.Query{MaxSize: 2}) {
			if err != nil {
				return err
			}
			ids = append(ids, record.ID())
		}
		return nil
	}); ok {
		if problem := judgeIDs(idsOf(items), ids); problem != "" {
			w.wrong(r, "import %s: %s", id, problem)
		}
	}
	var n int
	if r, ok := w.read("Imports.Errors.Count", func(ctx context.Context) (err error) {
		n, err = c.Errors(id).Count(ctx, espo.Query{})
		return err
	}); ok && n != 1 {
		w.wrong(r, "import %s has %d errors, and not 1", id, n)
	}
	var b bytes.Buffer
	r := w.do("Imports.ExportErrors", func(ctx context.Context) error {
		b.Reset()
		_, err := c.ExportErrors(ctx, id, &b)
		return err
	})
	if r.outcome == done && !strings.Contains(b.String(), "nameless") {
		w.wrong(r, "the file of errors of import %s is %q", id, b.String())
	}
}

// duplicates removes the record that an import marked as a duplicate, or says
// that it is none, and returns the records that are left.
func (w *worker) duplicates(id string, items []*item) []*item {
	c, like := w.client.Imports, items[len(items)-1]
	marked := func() bool { return w.truth.linked("Import", id, "duplicates")[like.id] }
	var list []espo.Record
	if r, ok := w.read("Imports.Duplicates.All", func(ctx context.Context) (err error) {
		list, err = espo.Collect(c.Duplicates(id).All(ctx, espo.Query{}))
		return err
	}); ok && (len(list) != 1 || list[0].ID() != like.id) {
		w.wrong(r, "import %s has %d duplicates, and not the one %s", id, len(list), like.id)
	}
	if w.rng.IntN(2) == 0 {
		w.toggles(like.id, toggle{"Imports.UnmarkDuplicate", func(ctx context.Context) error {
			return c.UnmarkDuplicate(ctx, id, like.ref())
		}, marked, false})
		return items
	}
	r := w.do("Imports.RemoveDuplicates", func(ctx context.Context) error { return c.RemoveDuplicates(ctx, id) })
	if w.deleted(r, like); w.has(like) {
		return items
	}
	return items[:len(items)-1]
}
