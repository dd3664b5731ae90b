// Package survey counts the messages of many boxes, no more often than the ledger can
// afford: what shows them, such as a status page and a metrics endpoint, is asked as often as
// its readers like.
package survey

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// Ledger is what is counted: a part of [inbox.Ledger], and the list of its boxes.
type Ledger interface {
	Boxes(ctx context.Context) ([]string, error)
	Counts(ctx context.Context, box string) (inbox.Counts, error)
}

// Job is a job of this process.
type Job struct {
	Box    string              // the name of its box
	Health func() inbox.Health // that of [inbox.Job]
	Saved  string              // the folder with the texts of quarantined messages, or ""
}

// Box is what is known of a box.
type Box struct {
	Name   string
	Counts inbox.Counts
	Err    error        // of the ledger; Counts are those before it then
	Job    *Job         // nil if another process has the box
	Health inbox.Health // of the job, always of now
}

// Survey counts boxes. Many goroutines may use it.
type Survey struct {
	Now func() time.Time // the clock; tests replace it

	ledger Ledger
	jobs   func() []Job

	mu   sync.Mutex // held while boxes are counted: those who ask meanwhile share the result
	took time.Duration
	at   time.Time
	// counted has the boxes of the ledger and of the jobs, with the last counts.
	counted map[string]*counted
}

type counted struct {
	counts inbox.Counts
	err    error
}

// New returns the survey of a ledger and of the jobs of this process, which may change.
func New(ledger Ledger, jobs func() []Job) *Survey {
	return &Survey{ledger: ledger, jobs: jobs, Now: time.Now}
}

const (
	fresh   = 2 * time.Second  // how old counts may be in any case
	share   = 10               // counting takes at most this part of the time
	timeout = 30 * time.Second // of the ledger
)

// Boxes returns what is known of each box, in the order of their names, and when they were
// counted. Counts are 2 seconds old at most, or older if counting takes more than a tenth of
// that time. The error is that of the list of boxes; the boxes of the jobs are there in any case.
func (s *Survey) Boxes(ctx context.Context) ([]Box, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	jobs := s.jobs()
	err := s.refresh(ctx, jobs)
	return s.boxes(jobs), s.at, err
}

// refresh counts all boxes if it is time.
func (s *Survey) refresh(ctx context.Context, jobs []Job) error {
	age := s.Now().Sub(s.at)
	if s.counted != nil && age <= max(fresh, share*s.took) && !s.unknown(jobs) {
		return nil
	}
	return s.count(ctx, jobs)
}

// Box counts one box now. ok tells whether the ledger or a job has it.
func (s *Survey) Box(ctx context.Context, name string) (box Box, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	jobs := s.jobs()
	if s.counted[name] == nil {
		err = s.refresh(ctx, jobs)
	} else {
		ctx, cancel := patience(ctx)
		defer cancel()
		s.one(ctx, name)
	}
	for _, b := range s.boxes(jobs) {
		if b.Name == name {
			return b, true, b.Err
		}
	}
	return Box{}, false, err
}

func patience(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), timeout)
}

func (s *Survey) unknown(jobs []Job) bool {
	return slices.ContainsFunc(jobs, func(j Job) bool { return s.counted[j.Box] == nil })
}

// count counts all boxes. The result is for others too, so it does not end with the request.
func (s *Survey) count(ctx context.Context, jobs []Job) error {
	ctx, cancel := patience(ctx)
	defer cancel()
	begun := s.Now()
	names, err := s.ledger.Boxes(ctx)
	if err != nil {
		for name := range s.counted {
			names = append(names, name)
		}
	}
	before := s.counted
	s.counted = map[string]*counted{}
	for _, job := range jobs {
		names = append(names, job.Box)
	}
	for _, name := range names {
		if s.counted[name] != nil {
			continue
		}
		s.counted[name] = cmp.Or(before[name], &counted{})
		s.one(ctx, name)
	}
	s.at = s.Now()
	s.took = s.at.Sub(begun)
	return err
}

func (s *Survey) one(ctx context.Context, name string) {
	c := s.counted[name]
	counts, err := s.ledger.Counts(ctx, name)
	if c.err = err; err == nil {
		c.counts = counts
	}
}

func (s *Survey) boxes(jobs []Job) []Box {
	list := make([]Box, 0, len(s.counted))
	for name, c := range s.counted {
		list = append(list, Box{Name: name, Counts: c.counts, Err: c.err})
	}
	slices.SortFunc(list, func(a, b Box) int { return cmp.Compare(a.Name, b.Name) })
	for i := range jobs {
		n, found := slices.BinarySearchFunc(list, jobs[i].Box, func(b Box, name string) int { return cmp.Compare(b.Name, name) })
		if found {
			list[n].Job, list[n].Health = &jobs[i], jobs[i].Health()
		}
	}
	return list
}

// Saved returns the folder with the texts of the quarantined messages of a box, or "".
func (s *Survey) Saved(box string) string {
	for _, job := range s.jobs() {
		if job.Box == box {
			return job.Saved
		}
	}
	return ""
}
