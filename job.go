package espo

import (
	"context"
	"fmt"
)

// JobStatus is how far a queued job is. A server may have other values.
type JobStatus string

// The statuses of a job.
const (
	JobPending JobStatus = "Pending"
	JobRunning JobStatus = "Running"
	JobSuccess JobStatus = "Success"
	JobFailed  JobStatus = "Failed"

	// Those of an [Import], which may also be Pending and Failed.
	JobInProcess JobStatus = "In Process"
	JobComplete  JobStatus = "Complete"
)

// JobError says that a queued job has ended without success. The server's log
// has the reason.
type JobError struct {
	Job    string // what it was, with its id
	Status JobStatus
}

func (e *JobError) Error() string {
	return printable(fmt.Sprintf("espo: %s ended as %s", e.Job, e.Status))
}

// poll asks for the status of a job until it has ended.
func (c *Client) poll(ctx context.Context, job string, status func() (JobStatus, error)) error {
	waits := c.polling.start()
	for {
		now, err := status()
		if err != nil {
			return err
		}
		switch now {
		case JobSuccess, JobComplete:
			return nil
		case JobPending, JobRunning, JobInProcess:
		default:
			return &JobError{Job: job, Status: now}
		}
		if err := c.wait(ctx, waits.NextBackOff()); err != nil {
			return fmt.Errorf("espo: %s is %s: %w", job, now, err)
		}
	}
}
