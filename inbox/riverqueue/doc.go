// Package riverqueue handles the messages of many mailboxes on many machines, as jobs of River
// (github.com/riverqueue/river) on PostgreSQL.
//
// A scan of a mailbox is a periodic job, and of one mailbox at most one is there at a time. A
// message is a job, which is inserted in the transaction that records the message in the
// ledger: both are there, or neither. Any process that has the workers of [Boxes.AddTo] does
// the jobs. Programs that use River already add them to their client.
//
//	boxes, err := riverqueue.New(riverqueue.Config{
//		Ledger:    ledger,
//		Mailboxes: map[string]riverqueue.Mailbox{"tickets": {Open: open, Then: inbox.MoveTo("Processed")}},
//		Handle:    handle,
//	})
//	err = boxes.AddTo(workers)
//	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
//		Workers:              workers,
//		PeriodicJobs:         boxes.PeriodicJobs(),
//		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 50}},
//		RescueStuckJobsAfter: 10 * time.Minute,
//	})
//
// # What is River's
//
// Retries, their times, cancellation, discarded jobs and the page that shows them (River UI)
// are River's. The ledger follows:
//
//   - a handler that returns an error has failed, and River's retry policy says when the
//     message is tried again; when River discards the job, the message is quarantined
//   - [river.JobCancel] and [inbox.Permanent] quarantine a message and cancel its job
//   - [river.JobSnooze] and [inbox.Message.Retry] snooze the job
//   - when a job is cancelled in River UI, a scan quarantines its message a quarter of an hour
//     later; when it is retried there, its message is handled again
//
// The handler is called as in an [inbox.Job], and the promises are those of package inbox:
// effects in the transaction of [inbox.Message.DoneTx] happen exactly once, and all others at
// least once, with the same key. River may run a job twice. A message that the ledger has as done ends the
// second run at once.
//
// A server that cannot be reached costs a message no attempt: its job is snoozed, and the scan,
// which fails too, tells why.
//
// # What is to be set
//
// The tables of River are those of package rivermigrate, in the database of the ledger. River
// takes a job from a dead process after RescueStuckJobsAfter, an hour if nothing is set. It is
// best a little longer than [Config.TimeLimit].
package riverqueue
