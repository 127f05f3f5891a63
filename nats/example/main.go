// Example receives webhooks from an embedded fake of EspoCRM into an inbox in
// JetStream of an embedded server of NATS, and processes each of them once,
// although an answer gets lost and one cannot be processed at first.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/inbox"
	"github.com/go-espo/espo/internal/inboxdemo"
	esponats "github.com/go-espo/espo/nats"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) (err error) {
	srv, err := espotest.Start()
	if err != nil {
		return err
	}
	defer srv.Close()
	client := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))

	dir, err := os.MkdirTemp("", "espo")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ns, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true})
	if err != nil {
		return err
	}
	ns.Start()
	defer func() { ns.Shutdown(); ns.WaitForShutdown() }()
	if !ns.ReadyForConnections(10 * time.Second) {
		return errors.New("the server of NATS does not start")
	}
	nc, err := nats.Connect(ns.ClientURL())
	if err != nil {
		return err
	}
	defer nc.Close()
	store, err := esponats.Inbox(ctx, nc, esponats.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()

	processed := make(chan string, 2)
	box, err := inbox.New(store, func(ctx context.Context, c inbox.Claim) error {
		account, err := client.Accounts.Get(ctx, c.RecordID) // as it is now, whatever has come late
		if err != nil {
			return err
		}
		if account.Name == "Acme" && c.Attempt == 1 {
			return errors.New("the other system is down")
		}
		processed <- fmt.Sprintf("Processed  %s %q at try %d", c.Event, account.Name, c.Attempt)
		return nil
	}, inbox.Report(func(err error) { fmt.Println("Failed    ", err) }),
		inbox.Backoff(func(int) time.Duration { return 100 * time.Millisecond }), inbox.Workers(1))
	if err != nil {
		return err
	}
	if err := inboxdemo.Deliver(ctx, srv, client, box); err != nil {
		return err
	}

	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- box.Run(ctx) }()
	fmt.Println(<-processed)
	fmt.Println(<-processed)
	stop()
	return <-ended
}
