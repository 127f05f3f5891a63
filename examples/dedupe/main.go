// Dedupe finds contacts that have the same e-mail address and merges each group
// into its oldest contact. Without -merge it says what it would do:
//
//	go run ./examples/dedupe -merge
//
// Contacts of different last names are left alone: they may share an address.
// It runs on an embedded fake of EspoCRM with contacts of its own, or on the
// server that ESPO_URL names, with the credentials of the other examples.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	merge := flag.Bool("merge", os.Getenv("ESPO_URL") == "", "merge, and do not only say so")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *merge)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, merge bool) error {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()
	if os.Getenv("ESPO_URL") == "" { // the fake is empty
		if err := addContacts(ctx, client); err != nil {
			return err
		}
	}
	contacts := client.Records("Contact")
	groups, err := find(ctx, contacts)
	if err != nil {
		return err
	}
	for _, g := range groups {
		names := make([]string, 0, len(g.others))
		for _, other := range g.others {
			names = append(names, other.Name())
		}
		fmt.Printf("%s: %s into %s, which gets %v\n", g.address, strings.Join(names, ", "), g.into.Name(), g.gets())
		if merge {
			if err := g.merge(ctx, contacts); err != nil {
				return err // the groups before this one are done, and are not found again
			}
		}
	}
	return nil
}

// taken are the attributes that a contact gets from others where it has none.
var taken = []string{"phoneNumber", "accountId", "description", "addressStreet", "addressPostalCode", "addressCity", "addressCountry"}

// group are contacts who are one person.
type group struct {
	address string
	into    espo.Record   // the oldest
	others  []espo.Record // from the older to the newer
}

func find(ctx context.Context, contacts *espo.RecordService[espo.Record]) ([]group, error) {
	known := make(map[string][]espo.Record)
	q := espo.Query{
		Where:  espo.Where(espo.IsNotNull("emailAddress")),
		Select: append([]string{"name", "lastName", "emailAddress", "createdAt", "doNotCall"}, taken...),
	}
	for contact, err := range contacts.All(ctx, q) {
		if err != nil {
			return nil, err
		}
		address := strings.ToLower(contact.String("emailAddress"))
		known[address] = append(known[address], contact)
	}
	var groups []group
	for _, address := range slices.Sorted(maps.Keys(known)) {
		same := known[address]
		if len(same) < 2 {
			continue
		}
		if !oneName(same) {
			fmt.Printf("%s: %d contacts of different names are left alone\n", address, len(same))
			continue
		}
		slices.SortFunc(same, func(a, b espo.Record) int {
			return cmp.Or(a.DateTime("createdAt").Compare(b.DateTime("createdAt").Time), cmp.Compare(a.ID(), b.ID()))
		})
		groups = append(groups, group{address: address, into: same[0], others: same[1:]})
	}
	return groups, nil
}

func oneName(contacts []espo.Record) bool {
	return !slices.ContainsFunc(contacts, func(c espo.Record) bool {
		return !strings.EqualFold(c.String("lastName"), contacts[0].String("lastName"))
	})
}

// gets is what the oldest contact gets from the others: what it lacks, from the
// newest who has it, and the wish not to be called, if either has it.
func (g group) gets() espo.Attrs {
	attrs := espo.Attrs{}
	for _, other := range g.others {
		for _, attribute := range taken {
			if g.into.String(attribute) == "" && other.String(attribute) != "" {
				attrs[attribute] = other.String(attribute)
			}
		}
		if other.Bool("doNotCall") && !g.into.Bool("doNotCall") {
			attrs["doNotCall"] = true
		}
	}
	return attrs
}

// merge leaves one contact, to which all that was linked to the others is linked.
func (g group) merge(ctx context.Context, contacts *espo.RecordService[espo.Record]) error {
	ids := make([]string, 0, len(g.others))
	for _, other := range g.others {
		ids = append(ids, other.ID())
	}
	_, err := contacts.Merge(ctx, g.into.ID(), ids, g.gets())
	return err
}
