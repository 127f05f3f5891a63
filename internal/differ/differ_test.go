package differ

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// enough is how many of a hundred steps must agree with a real server.
const enough = 98

// The program is done to two servers, and what the client returns is compared:
// to two fakes, which must agree in everything, or with ESPO_URL set to the fake
// of that server's version and to that server, which is best a fresh
// installation: the program leaves what it makes. ESPO_FAKE_VERSION says which
// version the fakes are.
func TestDiffer(t *testing.T) {
	version := os.Getenv("ESPO_FAKE_VERSION")
	second, least := "fake", 100.0
	if url := os.Getenv("ESPO_URL"); url != "" {
		require.Empty(t, version, "ESPO_URL names a real server")
		require.NotEmpty(t, os.Getenv("ESPO_USERNAME"), "the program needs an administrator: ESPO_USERNAME and ESPO_PASSWORD")
		second, least = url, enough
	}
	if second != "fake" {
		v, err := client(t, second, os.Getenv("ESPO_USERNAME"), os.Getenv("ESPO_PASSWORD")).ServerVersion(t.Context())
		require.NoError(t, err)
		version = v.String()
	}
	start := time.Now()
	one := runFake(t, version, start)
	var two *run
	if second == "fake" {
		two = runFake(t, version, start)
	} else {
		two = runProgram(t, second, os.Getenv("ESPO_USERNAME"), os.Getenv("ESPO_PASSWORD"), start)
	}
	c := compare(one.steps, two.steps, version)
	c.print(t, fmt.Sprintf("the fake of %s beside %s", version, second))
	assert.GreaterOrEqual(t, c.agreement(), least, "of a hundred steps agree")
	assert.GreaterOrEqual(t, len(one.steps), 1500, "steps")
}

func runFake(t *testing.T, version string, start time.Time) *run {
	t.Helper()
	var opts []espotest.Option
	if version != "" {
		opts = append(opts, espotest.WithVersion(version))
	}
	srv := espotest.NewServer(t, opts...)
	return runProgram(t, srv.URL(), espotest.AdminUser, espotest.AdminPassword, start)
}

// client returns a client of a user that has a password.
func client(t *testing.T, url, name, password string, opts ...espo.Option) *espo.Client {
	t.Helper()
	c, err := espo.NewClient(url, espo.Token(name, password), opts...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}
