// Hmac authenticates as an API user by HMAC: the secret key stays here, and
// each request carries a signature of its method and path. It runs on an
// embedded fake of EspoCRM, or on the server at ESPO_URL with the keys in
// ESPO_HMAC_KEY and ESPO_HMAC_SECRET.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	url, key, secret := os.Getenv("ESPO_URL"), os.Getenv("ESPO_HMAC_KEY"), os.Getenv("ESPO_HMAC_SECRET")
	if url == "" {
		srv, err := espotest.Start()
		if err != nil {
			return err
		}
		defer srv.Close()
		fmt.Println("ESPO_URL is not set: this runs on an embedded fake of EspoCRM.")
		url, key, secret = srv.URL(), espotest.HMACAPIKey, espotest.HMACSecret
	}

	auth := espo.HMAC(key, secret)
	fmt.Printf("Print       %+v: what prints an authenticator shows no secret\n", auth)
	client, err := espo.NewClient(url, auth)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	me, err := client.App.CurrentUser(ctx)
	if err != nil {
		return err
	}
	fmt.Println("Signed in  ", me.User.UserName)

	// The query is not a part of what is signed, and ids are escaped before.
	page, err := client.Accounts.List(ctx, espo.Query{Where: espo.Where(espo.Contains("name", "a & b/ü?")), MaxSize: 1})
	if err != nil {
		return err
	}
	fmt.Println("Listed     ", page.Total, "accounts")
	if _, err := client.Accounts.Get(ctx, "no such?id"); !errors.Is(err, espo.ErrNotFound) {
		return fmt.Errorf("a record that does not exist: %w", err)
	}
	fmt.Println("Not found   an id that had to be escaped")

	stranger, err := espo.NewClient(url, espo.HMAC(key, "another secret"))
	if err != nil {
		return err
	}
	defer stranger.CloseIdleConnections()
	if _, err := stranger.App.CurrentUser(ctx); !errors.Is(err, espo.ErrUnauthorized) {
		return fmt.Errorf("a wrong secret was not refused: %w", err)
	}
	fmt.Println("Refused     a signature by another secret")
	return nil
}
