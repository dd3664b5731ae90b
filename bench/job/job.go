// Package job is what the benchmark and its client programs say to each other.
//
// A client is started with a [Job] as JSON for its only argument. It opens the
// mailbox, prints "ready" and waits for a line on standard input. Then it does the
// work, and prints a [Measurement] as JSON on a line of its own.
package job

import "time"

// Job is what a client is to do.
type Job struct {
	Contestant string `json:"contestant"`
	Protocol   string `json:"protocol"` // "imap" or "pop3"
	Port       int    `json:"port"`     // on 127.0.0.1
	User       string `json:"user"`
	Password   string `json:"password"`

	// Workload is a function, and for a loop over messages other than all of
	// them behind a slash which: "fetchheader/found".
	Workload string `json:"workload"`
	Sender   string `json:"sender"`            // of the messages of "found"
	Word     string `json:"word"`              // that the workload search looks for
	Numbers  []int  `json:"numbers,omitempty"` // the messages of "random" and move
	Times    int    `json:"times"`             // how often open and nummsg are repeated

	// File has the messages of append, each after a line with its length in
	// octets.
	File string `json:"file,omitempty"`

	// Verify makes a digest of all results, at the cost of the figures.
	Verify bool `json:"verify"`
}

// Changes reports whether the work changes the mailbox.
func (j *Job) Changes() bool { return j.Workload == "delete" || j.Workload == "append" || j.Moves() }

// Moves reports whether the work moves messages.
func (j *Job) Moves() bool { return j.Workload == Move || j.Workload == WithMove }

// Workloads that move messages to the mailbox Archive: with imap_mail_move, and with MOVE.
const (
	Move     = "move"
	WithMove = "move/withmove"
	Archive  = "Archive"
)

// Measurement is what the work took.
type Measurement struct {
	Wall time.Duration `json:"wall"` // in nanoseconds, as CPU
	// CPU is the time that the process spent on a processor for it, as user and
	// in the system.
	CPU time.Duration `json:"cpu"`
	// Memory is the most that the process had resident, in octets.
	Memory int `json:"memory"`

	Messages int    `json:"messages"` // in the results
	Octets   int    `json:"octets"`   // of text in the results
	Digest   string `json:"digest,omitempty"`
}
