package main

import (
	"context"
	"fmt"
	"time"

	"github.com/go-espo/espo"
)

// ring reports a few calls, as a telephone system would: one of them twice.
func ring(ctx context.Context, x exchange) error {
	_, err := x.client.Contacts.Create(ctx, espo.Contact{FirstName: "Olena", LastName: "Koval", PhoneNumber: "+380441234567"})
	if err != nil {
		return err
	}
	start := time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)
	for _, e := range []event{
		{ID: "77-1", From: "044 123 45 67", Start: start, Seconds: 63},
		{ID: "77-1", From: "044 123 45 67", Start: start, Seconds: 63},
		{ID: "77-2", From: "0044 20 7946 0000", Start: start.Add(time.Hour)},
	} {
		e.Agent = "olena"
		if _, err := x.record(ctx, e); err != nil {
			return err
		}
	}
	for call, err := range x.client.Calls.All(ctx, espo.Query{OrderBy: "dateStart"}) {
		if err != nil {
			return err
		}
		fmt.Println(call.DateStart, call.Direction, call.Status, call.Name)
	}
	return nil
}
