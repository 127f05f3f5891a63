package crm

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// AfterLink tells the record's entity type that a link was made, or taken away.
func (c *Call) AfterLink(r *store.Record, l *schema.Link, to *store.Record) {
	if h := c.hooks[r.Entity.Name].AfterLink; h != nil {
		h(c, r, l, to)
	}
}

// Hooks is what the server does for one entity type only.
type Hooks struct {
	// BeforeCheck runs before the validation, with what the record will hold.
	BeforeCheck func(c *Call, mem map[string]any) *answer.Error
	// AfterCheck runs after the validation and the checks of rights.
	AfterCheck func(c *Call, mem, before map[string]any) *answer.Error
	// BeforeSave completes mem. before is nil for a new record.
	BeforeSave func(c *Call, mem, before map[string]any)
	// AfterSave runs when the record is stored.
	AfterSave func(c *Call, r *store.Record, mem, before map[string]any)
	// BeforeDelete refuses to delete a record.
	BeforeDelete func(c *Call, r *store.Record) *answer.Error
	// Final says that nothing is left of a deleted record.
	Final bool
	// AfterDelete runs when the record is deleted.
	AfterDelete func(c *Call, r *store.Record)
	// AfterLink runs when a record was linked to it, or unlinked, by a request
	// about the link.
	AfterLink func(c *Call, r *store.Record, l *schema.Link, to *store.Record)
	// Filter is what a filter matches that only records of the entity type know; nil
	// leaves it to the rules for all.
	Filter func(c *Call, item where.Item) func(*store.Record) bool
	// TextFilter is what a text finds where it is not looked for in texts; nil
	// leaves it to the rules for all.
	TextFilter func(c *Call, text string) func(*store.Record) bool
	// Load adds to what is loaded for one record.
	Load func(c *Call, mem map[string]any, r *store.Record)
	// Item adds to what a list has of a record.
	Item func(c *Call, r *store.Record, item answer.Object) answer.Object
}
