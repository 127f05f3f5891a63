// Package demo gives the examples a server to talk to: the one that the
// environment names, or an embedded fake.
package demo

import (
	"errors"
	"fmt"
	"os"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Connect returns a client for the server at ESPO_URL, or for an embedded
// fake when that is unset, and says which one it is. done ends the fake.
func Connect() (client *espo.Client, done func(), err error) {
	url := os.Getenv("ESPO_URL")
	if url == "" {
		srv, err := espotest.Start()
		if err != nil {
			return nil, nil, err
		}
		fmt.Println("ESPO_URL is not set: this runs on an embedded fake of EspoCRM.")
		return srv.Client(), srv.Close, nil
	}
	auth, err := Credentials()
	if err != nil {
		return nil, nil, err
	}
	client, err = espo.NewClient(url, auth)
	if err != nil {
		return nil, nil, err
	}
	fmt.Println("Connected to", url)
	return client, client.CloseIdleConnections, nil
}

// Credentials returns those that the environment holds.
func Credentials() (espo.Authenticator, error) {
	env := os.Getenv
	switch {
	case env("ESPO_API_KEY") != "":
		return espo.APIKey(env("ESPO_API_KEY")), nil
	case env("ESPO_HMAC_KEY") != "":
		return espo.HMAC(env("ESPO_HMAC_KEY"), env("ESPO_HMAC_SECRET")), nil
	case env("ESPO_USERNAME") != "":
		return espo.Token(env("ESPO_USERNAME"), env("ESPO_PASSWORD")), nil
	}
	return nil, errors.New("set ESPO_API_KEY, or ESPO_HMAC_KEY and ESPO_HMAC_SECRET, or ESPO_USERNAME and ESPO_PASSWORD")
}
