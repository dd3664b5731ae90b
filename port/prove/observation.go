package prove

import (
	"fmt"
	"time"
)

// Observation is what a run did.
type Observation struct {
	Stdout Text `json:"stdout"`
	// Stderr is the end of standard error. It is not compared.
	Stderr   Text `json:"-"`
	ExitCode int  `json:"exitCode"`
	// Printed has the places in the original that printed Stdout, if known.
	Printed []Printed `json:"printed,omitempty"`
	// Ended tells why the run was ended before its own end, or is "".
	Ended    string          `json:"ended,omitempty"`
	Effects  []Effect        `json:"effects"`
	Sent     []Sent          `json:"sent"`
	Accounts []Account       `json:"accounts"`
	Files    map[string]File `json:"files"`
	// Refused are addresses at which prove knows no service. Connections to them failed.
	Refused []string `json:"refused,omitempty"`
	// Folder is the temporary folder of the run. It counts as equal in texts.
	Folder   string    `json:"folder"`
	Sessions int       `json:"sessions"`
	Commands int       `json:"commands"`
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`

	servers map[string]Service // where it connected to
	zone    string             // the time zone of the runs
}

// Effect is a change of a mailbox that a command made, or a command to change one that the server
// refused.
type Effect struct {
	User string `json:"user"`
	// Session is the number of the login, from 1. Sessions may run at the same time.
	Session int    `json:"session"`
	What    string `json:"what"`
	// Command is the command that made the change.
	Command string `json:"command"`
	// Call is the call of the script during which the command came, if known.
	Call Call `json:"call,omitzero"`

	kind string // "got" or "lost": changes of flags, which commands may join
}

// Call is a call of an imap_* function.
type Call struct {
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

func (c Call) String() string {
	switch {
	case c.Function == "":
		return ""
	case c.Line == 0:
		return c.Function
	}
	return fmt.Sprintf("%s at %s:%d", c.Function, c.File, c.Line)
}

// Sent is a mail that went out.
type Sent struct {
	// Via is "sendmail" or "smtp".
	Via string `json:"via"`
	// Arguments are those of the program, or the addresses of the envelope.
	Arguments []string `json:"arguments"`
	Message   Text     `json:"message"`
}

// Service is a protocol of a mail server, with or without TLS from the first octet.
type Service string

// The services that prove has.
const (
	IMAP  Service = "imap"
	IMAPS Service = "imaps"
	POP3  Service = "pop3"
	POP3S Service = "pop3s"
	SMTP  Service = "smtp"
	SMTPS Service = "smtps"
)

// services are the services by their registered ports.
var services = map[string]Service{
	"143": IMAP, "993": IMAPS, "110": POP3, "995": POP3S, "25": SMTP, "587": SMTP, "465": SMTPS,
}

func (s Service) known() bool {
	switch s {
	case IMAP, IMAPS, POP3, POP3S, SMTP, SMTPS:
		return true
	}
	return false
}
