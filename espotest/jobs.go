package espotest

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
)

// job is work that is queued until the server's scheduled jobs run.
type job struct {
	id        string
	kind      string // "MassAction", "Export" or "Import"
	user      *rights.User
	status    string
	processed int
	fileID    any // of an export's file
	run       func(*call, *job) *answer.Error
}

const (
	jobPending = "Pending"
	jobSuccess = "Success"
	jobFailed  = "Failed"
)

// RunJobs does what is queued: mass actions, exports and imports that were to
// be done in the background. A server does that when its scheduled jobs run;
// this one only when it is called.
func (s *Server) RunJobs() {
	s.crm.runJobs()
}

func (s *crm) runJobs() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.jobs {
		if j.status != jobPending {
			continue
		}
		c := s.internalCall()
		c.user = j.user
		if err := j.run(c, j); err != nil {
			j.status = jobFailed
		} else {
			j.status = jobSuccess
		}
	}
}

// enqueue adds a job of the caller's.
func (c *call) enqueue(kind string, run func(*call, *job) *answer.Error) *job {
	j := &job{id: c.store.NewID(), kind: kind, user: c.user, status: jobPending, run: run}
	c.jobs = append(c.jobs, j)
	return j
}

// job returns the job that the path names, if it is the caller's.
func (c *call) job(kind string) (*job, *answer.Error) {
	i := slices.IndexFunc(c.jobs, func(j *job) bool { return j.kind == kind && j.id == c.params["id"] })
	if i < 0 {
		return nil, answer.NotFound("")
	}
	if j := c.jobs[i]; j.user == c.user {
		return j, nil
	}
	return nil, answer.Forbidden("")
}

// subscribed answers that the user will hear of the end of a job.
func subscribed(kind string) func(*call) (any, *answer.Error) {
	return func(c *call) (any, *answer.Error) {
		if _, err := c.job(kind); err != nil {
			return nil, err
		}
		return true, nil
	}
}
