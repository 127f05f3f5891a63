package crm

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/store"
)

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
	// Load adds to what is loaded for one record.
	Load func(c *Call, mem map[string]any, r *store.Record)
	// Item adds to what a list has of a record.
	Item func(c *Call, r *store.Record, item answer.Object) answer.Object
}
