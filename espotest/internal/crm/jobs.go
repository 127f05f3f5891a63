package crm

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
)

// Job is work that is queued until the server's scheduled jobs run.
type Job struct {
	ID        string
	kind      string // "MassAction", "Export" or "Import"
	user      *rights.User
	Status    string
	Processed int
	FileID    any // of an export's file
	run       func(*Call, *Job) *answer.Error
}

// The statuses of a job.
const (
	JobPending = "Pending"
	jobSuccess = "Success"
	jobFailed  = "Failed"
)

// RunJobs does what is queued.
func (s *CRM) RunJobs() {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	for _, j := range s.jobs {
		if j.Status != JobPending {
			continue
		}
		c := s.InternalCall()
		c.User = j.user
		if err := j.run(c, j); err != nil {
			j.Status = jobFailed
		} else {
			j.Status = jobSuccess
		}
	}
}

// Enqueue adds a job of the caller's.
func (c *Call) Enqueue(kind string, run func(*Call, *Job) *answer.Error) *Job {
	j := &Job{ID: c.Store.NewID(), kind: kind, user: c.User, Status: JobPending, run: run}
	c.jobs = append(c.jobs, j)
	return j
}

// Job returns the job that the path names, if it is the caller's.
func (c *Call) Job(kind string) (*Job, *answer.Error) {
	i := slices.IndexFunc(c.jobs, func(j *Job) bool { return j.kind == kind && j.ID == c.Params["id"] })
	if i < 0 {
		return nil, answer.NotFound("")
	}
	if j := c.jobs[i]; j.user.Rec == c.User.Rec {
		return j, nil
	}
	return nil, answer.Forbidden("")
}

// Subscribed answers that the user will hear of the end of a job.
func Subscribed(kind string) func(*Call) (any, *answer.Error) {
	return func(c *Call) (any, *answer.Error) {
		if _, err := c.Job(kind); err != nil {
			return nil, err
		}
		return true, nil
	}
}
