// Record sends the requests of the captures of one version of EspoCRM to a
// server of another one, and writes what that answers as captures of it. So the
// next version of EspoCRM is added:
//
//	go run ./internal/record -url http://127.0.0.1:8080 -from testdata/wire/espocrm-9.3.10 -out testdata/wire-versions/espocrm-10.1.0
//
// The server must be newly installed, as testdata/wire/README.md says, and hold
// no records: after each scenario the command deletes what the scenario has left.
// It therefore refuses a server that holds any. The credentials come from the
// environment: ESPO_API_KEY, ESPO_LIMITED_API_KEY, ESPO_HMAC_KEY and
// ESPO_HMAC_SECRET, ESPO_USERNAME and ESPO_PASSWORD of an administrator, and
// ESPO_CODE, the present code of the user with a second factor. In the captures
// they are replaced by those that the README names, and so is the address of the
// server. Read them before you commit them all the same.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"

	"github.com/go-espo/espo/internal/wire"
)

func main() {
	log.SetFlags(0)
	var r recorder
	flag.StringVar(&r.url, "url", os.Getenv("ESPO_URL"), "`URL` of the server; ESPO_URL by default")
	flag.StringVar(&r.from, "from", "testdata/wire/espocrm-9.3.10", "`folder` of the captures whose requests are sent")
	flag.StringVar(&r.out, "out", "", "`folder` to write to")
	flag.StringVar(&r.only, "only", "", "record this `scenario` alone")
	flag.Parse()
	r.keys = keys(os.Getenv)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := r.run(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

// keys are the credentials of the environment; those that it lacks are the
// stand-ins.
func keys(getenv func(string) string) wire.Keys {
	k := wire.StandIns
	for name, key := range map[string]*string{
		"ESPO_API_KEY": &k.APIKey, "ESPO_LIMITED_API_KEY": &k.LimitedAPIKey, "ESPO_HMAC_KEY": &k.HMACKey,
		"ESPO_HMAC_SECRET": &k.HMACSecret, "ESPO_USERNAME": &k.User, "ESPO_PASSWORD": &k.Password, "ESPO_CODE": &k.Code,
	} {
		if v := getenv(name); v != "" {
			*key = v
		}
	}
	return k
}

// say reports what is being done.
func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }
