// Package job is the protocol between the benchmark and its client programs.
//
// The only argument of a client is a [Job] as JSON. The client opens the mailbox, prints
// "ready" and waits for a line on standard input. It then does the work, and prints a
// [Measurement] as JSON on a line of its own.
package job

import "time"

// Job is the work of a client.
type Job struct {
	Contestant string `json:"contestant"`
	Protocol   string `json:"protocol"` // "imap" or "pop3"
	Port       int    `json:"port"`     // on 127.0.0.1
	User       string `json:"user"`
	Password   string `json:"password"`

	// Workload is a function. A loop over some of the messages names them after a
	// slash: "fetchheader/found".
	Workload string `json:"workload"`
	Sender   string `json:"sender"`            // of the messages of "found"
	Word     string `json:"word"`              // that the workload search looks for
	Numbers  []int  `json:"numbers,omitempty"` // the messages of "random" and move
	Times    int    `json:"times"`             // how often open and nummsg are repeated

	// File has the messages of append. A line with the length in octets precedes each.
	File string `json:"file,omitempty"`

	// Verify makes a digest of all results. The times are then of no use.
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

// Measurement is the result of a job.
type Measurement struct {
	Wall time.Duration `json:"wall"` // in nanoseconds, like CPU
	// CPU is the user and system time of the process during the work.
	CPU time.Duration `json:"cpu"`
	// Memory is the peak resident size of the process, in octets.
	Memory int `json:"memory"`

	Messages int    `json:"messages"` // in the results
	Octets   int    `json:"octets"`   // of text in the results
	Digest   string `json:"digest,omitempty"`
}
