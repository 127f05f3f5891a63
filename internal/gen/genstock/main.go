// Command genstock regenerates the stock entity types of package espo. It
// runs in the root of the module, by go generate.
package main

import (
	"log"
	"os"

	"github.com/go-espo/espo/internal/gen"
)

func main() {
	log.SetFlags(0)
	if err := run("testdata/metadata/espocrm-9.3.10.json"); err != nil {
		log.Fatal("genstock: ", err)
	}
}

func run(metadata string) error {
	files, err := gen.StockFiles(metadata)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(f.Name, f.Source, 0o644); err != nil {
			return err
		}
	}
	return nil
}
