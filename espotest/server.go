package espotest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/area/files"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// TB is the part of [testing.TB] that [NewServer] needs.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Server is an EspoCRM server in memory. Its methods are safe for concurrent
// use.
type Server struct {
	http   *httptest.Server // nil without a listener
	crm    *crm.CRM
	onFail func(format string, args ...any) // ends the test
	onBad  func(format string, args ...any) // fails the test; nil where there is none
	routes []route
	stamp  int64 // X-App-Timestamp
	maxURL int   // of a request line; 0 is any

	faults  faults
	log     requestLog
	clients []*espo.Client // guarded by the installation's lock
}

// NewServer starts a server that is closed when the test ends.
func NewServer(t TB, opts ...Option) *Server {
	t.Helper()
	s, err := Start(opts...)
	if err != nil {
		t.Fatalf("espotest: %v", err)
	}
	s.onFail = func(format string, args ...any) { t.Helper(); t.Fatalf(format, args...) }
	s.onBad = t.Errorf
	t.Cleanup(s.Close)
	return s
}

// Start starts a server that the caller closes: for programs; tests use
// [NewServer].
func Start(opts ...Option) (*Server, error) {
	cfg := config{clock: time.Now, path: "/crm", maxURL: maxRequestLine, release: release.Default}
	for _, opt := range opts {
		if err := opt(&cfg); err != nil {
			return nil, err
		}
	}
	s := &Server{maxURL: cfg.maxURL, stamp: cfg.clock().Unix()}
	s.onFail = func(format string, args ...any) { panic(fmt.Errorf(format, args...)) }
	s.log.setLimits(cfg.log)
	types, err := schema.Declare(cfg.release, cfg.metadata, cfg.declared)
	if err != nil {
		return nil, fmt.Errorf("espotest: %w", err)
	}
	settings := schema.DefaultSettings(cfg.release)
	maps.Copy(settings, cfg.settings)
	st := store.New(cfg.release, types, settings, cfg.clock)
	st.Metadata = cfg.metadataOf(types)
	s.crm = crm.New(cfg.path, AdminUser, st, hooksFor(types))
	s.crm.Rebuild = func(custom *schema.Custom) error {
		types, err := schema.Customized(cfg.release, cfg.metadata, cfg.declared, custom)
		if err != nil {
			return err
		}
		s.crm.Custom = custom
		s.crm.Retype(types, hooksFor(types))
		st.Metadata = cfg.metadataOf(types)
		return nil
	}
	if err := s.crm.AddUsers(slices.Concat(stockUsers(), cfg.users), slices.Concat(stockRoles(), cfg.roles)); err != nil {
		return nil, fmt.Errorf("espotest: %w", err)
	}
	s.crm.InternalHooks = !cfg.strict
	crm.Local[files.Images](s.crm).ByURL = cfg.images
	s.routes = newRoutes(routesOf(cfg.release))
	if err := s.listen(cfg.listen); err != nil {
		return nil, err
	}
	return s, nil
}

// metadataOf returns what makes the metadata when it is first asked for.
func (c *config) metadataOf(types map[string]*schema.EntityType) func() map[string]any {
	return sync.OnceValue(func() map[string]any {
		metadata := schema.Metadata(c.release, types)
		if c.metadata != nil {
			metadata = c.metadata.Over(metadata)
		}
		return metadata
	})
}

// answer is the HTTP handler.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), s.crm.Base+"/api/v1/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	if s.tooLong(r) {
		s.log.finish(s.log.start(s.crm.Clock(), r, path, nil, 0), http.StatusRequestURITooLong)
		s.write(w, frontPage(http.StatusRequestURITooLong), 0)
		return
	}
	_, inner := portalOf(path)
	rt, params, allowed := findRoute(s.routes, r.Method, inner)
	c := &crm.Call{CRM: s.crm, Req: r, Path: path, Params: params}
	defer c.CloseBody()
	if err := c.ReadBody(rt != nil && rt.spooled); err != nil { // no room, or the client is gone
		s.log.finish(s.log.start(s.crm.Clock(), r, path, nil, c.BodySize()), http.StatusInternalServerError)
		s.write(w, answer.ReplyTo(answer.FailedWith("espotest: the body cannot be kept: %v", err)), 0)
		return
	}
	entry := s.log.start(s.crm.Clock(), r, path, c.Raw, c.BodySize())
	f := s.nextFault(r.Method, path)
	if f.Kind != nil {
		c.Fails = f.Kind.stage()
	}
	rep := s.meet(r.Context(), c, f, func() answer.Reply { return s.serve(c, rt, allowed, f.Kind) })
	if f.Cut {
		panic(http.ErrAbortHandler)
	}
	truncate := f.Truncate
	if problem := f.checkReply(c, rep); problem != "" {
		rep, truncate = s.cannotHappen(c, f, rep, problem), 0
	}
	s.log.finish(entry, rep.Status)
	s.write(w, rep, truncate)
}

// meet answers a request that meets a fault.
func (s *Server) meet(ctx context.Context, c *crm.Call, f *Fault, serve func() answer.Reply) answer.Reply {
	var rep answer.Reply
	if f.After {
		rep = serve()
	}
	if f.Delay != nil {
		f.Delay(ctx)
	}
	switch {
	case f.instead():
		rep.Close()
		return f.reply(s, c)
	case f.After:
		return rep
	}
	return serve()
}

// serve answers a request as EspoCRM does.
func (s *Server) serve(c *crm.Call, rt *route, allowed []string, kind Kind) answer.Reply {
	r := c.Req
	if id, _ := portalOf(c.Path); id != "" {
		if c.Portal = s.crm.FindPortal(id); c.Portal == nil {
			return answer.ReplyTo(answer.ServerError())
		}
	}
	if rt == nil {
		return noRoute(r.Method, allowed)
	}
	if !rt.public || crm.HasCredentials(r) {
		if err := s.crm.Authenticate(c); err != nil {
			return answer.ReplyTo(err)
		}
	} else if c.Meets(crm.BeforeLogin) || c.Meets(crm.AfterLogin) {
		c.Misfit = "the request logs nobody in"
	}
	if err := c.ParseBody(); err != nil {
		return answer.ReplyTo(err)
	}
	if rt.reads {
		s.crm.Mu.RLock()
		defer s.crm.Mu.RUnlock()
	} else {
		s.crm.Mu.Lock()
		defer s.crm.Mu.Unlock()
	}
	var out any
	var err *answer.Error
	if kind != nil {
		out, err = kind.handle(s, c, rt)
	} else {
		out, err = handle(c, rt)
	}
	if err != nil {
		return answer.ReplyTo(c.ErrorOf(err))
	}
	rep, ok := out.(answer.Reply)
	if !ok {
		rep = answer.Reply{Body: out}
	}
	rep.Status = max(rep.Status, http.StatusOK)
	rep.Header = c.Out()
	rep.Header.Set("X-App-Timestamp", strconv.FormatInt(s.stamp, 10))
	rep.Header.Set("Date", s.crm.Clock().UTC().Format(http.TimeFormat))
	if rep.Raw == nil && rep.Content == nil {
		// Encoded under the lock: the body may share values with the store.
		raw, err := answer.Encode(rep.Body)
		if err != nil {
			return answer.Reply{Status: http.StatusInternalServerError}
		}
		rep.Raw = raw
	}
	return rep
}

// write sends the reply. With truncate, it sends only so many bytes of the body
// and cuts the connection.
func (s *Server) write(w http.ResponseWriter, rep answer.Reply, truncate int) {
	defer rep.Close()
	content := io.Reader(bytes.NewReader(rep.Raw))
	if rep.Content != nil {
		content = rep.Content
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	maps.Copy(h, rep.Header)
	h.Set("Content-Length", strconv.FormatInt(rep.Length(), 10))
	w.WriteHeader(rep.Status)
	if truncate > 0 {
		_, _ = io.CopyN(w, content, int64(truncate))
		_ = http.NewResponseController(w).Flush() // else nothing of it would go out
		panic(http.ErrAbortHandler)
	}
	_, _ = io.Copy(w, content)
}
