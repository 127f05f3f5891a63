// Doctor looks whether a client of an EspoCRM will get what it needs: can the
// server be reached, which version is it, who is the client and what may it do,
// does the server's cron run, and has it given up delivering to webhooks.
//
//	go run ./examples/doctor -need Account.read,Contact.create,exportPermission
//
// It asks the server at ESPO_URL with the credentials of the environment, or an
// embedded fake. Its exit code is 0 when all is well, 1 when something lacks, and
// 2 when the server cannot be asked. Cron and webhooks are for administrators to
// see.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	need := flag.String("need", "", "`rights` that the client must have, such as Account.read,exportPermission")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Stdout, *need)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, out io.Writer, need string) int {
	client, done, err := demo.Connect()
	if err != nil {
		_, _ = fmt.Fprintln(out, err)
		return 2
	}
	defer done()
	var needs []string
	if need != "" {
		needs = strings.Split(need, ",")
	}
	d := &doctor{client: client, out: out, now: time.Now}
	return d.examine(ctx, needs)
}
