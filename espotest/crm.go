package espotest

import (
	"reflect"
	"sync"
	"time"

	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// crm is an installation of EspoCRM: all that is not about HTTP.
type crm struct {
	base  string // the path of the installation, "/crm"
	admin string // the name of the user who does what the server does by itself
	clock func() time.Time
	hooks map[string]entityHooks // by entity type

	mu    sync.RWMutex // guards all below but auth and locals
	store *store.Store
	users map[string]*rights.User // by id
	files store.Files
	jobs  []*job // queued work, also what is done

	hooked []hookedRecord // to be delivered to webhooks
	emails []email        // that were sent

	auth   authState
	locals sync.Map // what areas keep, by type
}

func newCRM(base, admin string, st *store.Store, hooks map[string]entityHooks) *crm {
	return &crm{base: base, admin: admin, clock: st.Now, hooks: hooks, store: st, users: map[string]*rights.User{}}
}

// local returns what an area keeps in the installation for itself, such as its
// boards. It is made when it is first asked for; what is in it is guarded by the
// installation's lock.
func local[T any](s *crm) *T {
	v, _ := s.locals.LoadOrStore(reflect.TypeFor[T](), new(T))
	return v.(*T)
}

// email is an e-mail that was sent.
type email struct {
	ID, From, To, CC, BCC string
	Subject, Body         string
	Time                  time.Time
}
