package crm

import (
	"reflect"
	"sync"
	"time"

	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// CRM is an installation of EspoCRM: all that is not about HTTP.
type CRM struct {
	Base  string // the path of the installation, "/crm"
	admin string // the name of the user who does what the server does by itself
	Clock func() time.Time
	hooks map[string]Hooks // by entity type

	// InternalHooks lets webhooks go to internal addresses, whatever the release.
	InternalHooks bool

	Mu    sync.RWMutex // guards all below but auth and locals
	Store *store.Store
	Users map[string]*rights.User // by id
	Roles rights.Roles            // that the installation was given
	Files store.Files
	jobs  []*Job // queued work, also what is done

	Hooked []HookedRecord // to be delivered to webhooks
	Emails []Email        // that were sent

	Auth   authState
	locals sync.Map // what areas keep, by type

	Custom  *schema.Custom             // what administrators have made of the entity types
	Rebuild func(*schema.Custom) error // makes the entity types anew
}

// New makes an installation at the address base whose administrator is called
// admin.
func New(base, admin string, st *store.Store, hooks map[string]Hooks) *CRM {
	return &CRM{Base: base, admin: admin, Clock: st.Now, hooks: hooks, Store: st, Users: map[string]*rights.User{}, Roles: rights.Roles{}}
}

// Retype gives the installation other entity types, with their hooks.
func (s *CRM) Retype(types map[string]*schema.EntityType, hooks map[string]Hooks) {
	s.Store.Retype(types)
	s.hooks = hooks
	s.ForgetRights()
}

// ForgetRights makes the roles of all users be read anew.
func (s *CRM) ForgetRights() {
	for _, u := range s.Users {
		u.Forget()
	}
}

// Has reports whether the installation is of a release that has the feature.
func (s *CRM) Has(f release.Feature) bool { return s.Store.Release.Has(f) }

// Local returns what an area keeps in the installation for itself, such as its
// boards. It is made when it is first asked for; what is in it is guarded by the
// installation's lock.
func Local[T any](s *CRM) *T {
	v, _ := s.locals.LoadOrStore(reflect.TypeFor[T](), new(T))
	return v.(*T)
}

// Email is an e-mail that was sent.
type Email struct {
	ID, From, To, CC, BCC string
	Subject, Body         string
	Time                  time.Time
}

// HasSMTP reports whether the setting smtpServer says where to send e-mails to.
func (s *CRM) HasSMTP() bool {
	server, _ := s.Store.Settings["smtpServer"].(string)
	return server != ""
}

// Post sends an e-mail.
func (s *CRM) Post(e Email) {
	e.Time = s.Clock()
	s.Emails = append(s.Emails, e)
}
