// Token logs in with a user name and a password, gives the code of a second
// factor when the server wants one, goes on with a stored token as a later run
// of a program would, and logs out. It runs on an embedded fake of EspoCRM, or
// on the server at ESPO_URL with ESPO_USERNAME and ESPO_PASSWORD; a code is
// then read from the terminal.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"

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
	url, user, password := os.Getenv("ESPO_URL"), os.Getenv("ESPO_USERNAME"), os.Getenv("ESPO_PASSWORD")
	readCode := fromTerminal
	if url == "" {
		srv, err := espotest.Start()
		if err != nil {
			return err
		}
		defer srv.Close()
		fmt.Println("ESPO_URL is not set: this runs on an embedded fake of EspoCRM.")
		url, user, password = srv.URL(), espotest.TOTPUser, espotest.TOTPPassword
		readCode = func() (string, error) { return espotest.TOTPCode, nil }
	}

	var stored string // a program would keep it in a file that only its user can read
	auth := espo.Token(user, password,
		espo.SecondFactor(func(_ context.Context, request espo.SecondFactorRequest) (string, error) {
			fmt.Println("Asked      for a code:", request.Message)
			return readCode()
		}),
		espo.OnToken(func(token string) {
			stored = token
			fmt.Println("Stored     the token")
		}))
	client, err := espo.NewClient(url, auth)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	me, err := client.App.CurrentUser(ctx) // the first call logs in
	if err != nil {
		return err
	}
	fmt.Println("Logged in ", me.User.UserName)

	// A later run: no password goes out, and no code is asked for.
	later, err := espo.NewClient(url, espo.Token(user, password, espo.StoredToken(stored)))
	if err != nil {
		return err
	}
	defer later.CloseIdleConnections()
	if me, err = later.App.CurrentUser(ctx); err != nil {
		return err
	}
	fmt.Println("Went on   ", me.User.UserName, "with the stored token")

	if err := client.Logout(ctx); err != nil {
		return err
	}
	fmt.Println("Logged out")
	if _, err := later.App.CurrentUser(ctx); err == nil {
		fmt.Println("Logged in  again, which this user can do without a code")
		return later.Logout(ctx)
	} else if !errors.Is(err, espo.ErrUnauthorized) {
		return err
	}
	fmt.Println("Refused    the token that was logged out")
	return nil
}

func fromTerminal() (string, error) {
	fmt.Print("Code: ")
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	return strings.TrimSpace(line), err
}
