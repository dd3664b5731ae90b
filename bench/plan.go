package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/bench/job"
)

// series is a set of workloads on one mailbox over one network.
type series struct {
	Protocol string
	Messages int
	// Link is "loopback" for a direct connection to the server, and otherwise the
	// round trip time of the network.
	Link string
	rtt  time.Duration

	workloads   []string
	contestants []string

	// times is the number of repetitions of open, random the number of messages in
	// random order, and appended the number of appended messages.
	times, random, appended int

	// lanes is the number of measurements that run at once.
	lanes int
	// bySize marks the series that differ only in the size of the mailbox.
	bySize bool
	// megabytes is the length of each message; 0 means generated mail.
	megabytes int
	// verify makes an untimed round precede the others, which compares the results.
	verify bool
}

const loopback = "loopback"

// Contestants. The bridge is PHP without the extension, on phpbridge/imap.php.
const (
	extension = "ext-imap"
	library   = "imapcompat"
	plain     = "plain"
	wire      = "wire"
	bridge    = "bridge"
)

// The functions of loops over messages, and the orders of the messages.
var (
	functions = []string{"headerinfo", "fetchheader", "fetchstructure", "body", "fetchbody"}
	orders    = []string{"", "/found", "/random"}
)

// sizeWorkloads are measured on mailboxes of different sizes.
var sizeWorkloads = []string{"headerinfo", "overview", "body"}

// different is the number of different messages. Larger mailboxes have each of them
// several times.
func different(quick bool) int {
	if quick {
		return 500
	}
	return 10_000
}

// mostMoved bounds the number of messages that the workload move moves.
const mostMoved = 250

// The length of large messages, and their number.
const (
	largeMegabytes = 20
	largeMessages  = 3
)

// nummsgTimes is the number of repetitions of nummsg, which asks no server.
const nummsgTimes = 10_000

// lanes is the number of measurements that run at once over a network. With a longer delay
// they wait more, and disturb each other less.
func lanes(rtt time.Duration) int {
	switch {
	case rtt == 0:
		return 1
	case rtt < 50*time.Millisecond:
		return 12
	}
	return 32
}

func plan(o *options) []*series {
	all := fullPlan()
	if o.quick {
		all = quickPlan()
	}
	var kept []*series
	for _, s := range all {
		s.workloads = slices.DeleteFunc(s.workloads, func(w string) bool {
			return !o.only.MatchString(fmt.Sprint(s.Protocol, " ", s.Link, " ", w, " ", s.Messages))
		})
		if len(s.workloads) > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

func fullPlan() []*series {
	list := []*series{
		onLoopback("imap", 10_000, 1000), onLoopback("pop3", 10_000, 1000),
	}
	for _, protocol := range []string{"imap", "pop3"} {
		for _, rtt := range []time.Duration{0, 20 * time.Millisecond, 80 * time.Millisecond} {
			list = append(list, overNetwork(protocol, 500, 100, rtt))
		}
	}
	for _, protocol := range []string{"imap", "pop3"} {
		list = append(list, ofLarge(protocol))
	}
	for _, messages := range []int{1000, 10_000, 100_000} {
		s := onLoopback("imap", messages, 0)
		s.bySize = true
		s.workloads = slices.Clone(sizeWorkloads)
		s.contestants = []string{extension, library}
		list = append(list, s)
	}
	return list
}

func quickPlan() []*series {
	var list []*series
	for _, protocol := range []string{"imap", "pop3"} {
		near := onLoopback(protocol, 500, 50)
		far := overNetwork(protocol, 50, 20, 20*time.Millisecond)
		far.workloads = []string{"headerinfo", "fetchheader", "fetchstructure", "body", "body/found", "open", "interleaved"}
		if protocol == "imap" {
			far.workloads = append(far.workloads, job.Move, job.WithMove)
		}
		list = append(list, near, far, ofLarge(protocol))
	}
	return list
}

func onLoopback(protocol string, messages, few int) *series {
	return &series{
		Protocol: protocol, Messages: messages, Link: loopback,
		workloads: workloads(protocol), contestants: everybody(),
		times: 20, random: few, appended: few, lanes: 1, verify: true,
	}
}

// ofLarge is a series with a loop over the texts of large messages.
func ofLarge(protocol string) *series {
	s := onLoopback(protocol, largeMessages, 0)
	s.megabytes = largeMegabytes
	s.workloads = []string{"body"}
	return s
}

func overNetwork(protocol string, messages, few int, rtt time.Duration) *series {
	s := onLoopback(protocol, messages, few)
	s.Link, s.rtt = fmt.Sprintf("%dms", rtt.Milliseconds()), rtt
	s.times = 5
	// Without a delay the measurements compete for the processor. The results do not
	// depend on the delay, so they are compared once.
	s.lanes, s.verify = lanes(rtt), rtt == 0
	s.workloads = slices.DeleteFunc(s.workloads, func(w string) bool { return w == "nummsg" })
	return s
}

func workloads(protocol string) []string {
	var list []string
	for _, order := range orders {
		for _, f := range functions {
			list = append(list, f+order)
		}
	}
	list = append(list, "interleaved", "overview", "search", "sort", "thread", "mailboxmsginfo", "delete", "open", "nummsg")
	if protocol == "imap" {
		list = append(list, "append", job.Move, job.WithMove)
	}
	return list
}

func everybody() []string {
	list := []string{extension, library, plain, wire}
	if hasBridge() {
		list = append(list, bridge)
	}
	return list
}

// can reports whether a contestant has a workload.
func can(contestant, protocol, workload string) bool {
	switch contestant {
	case plain:
		return workload != "nummsg" && (protocol == "imap" || !slices.Contains([]string{"sort", "thread", "interleaved"}, workload))
	case wire:
		return workload != "nummsg"
	case extension, bridge:
		return workload != job.WithMove
	}
	return true
}

func (s *series) String() string {
	text := fmt.Sprintf("%s, %s, %s messages", strings.ToUpper(s.Protocol), s.Link, thousands(s.Messages))
	if s.megabytes > 0 {
		text += fmt.Sprintf(" of %d MB", s.megabytes)
	}
	return text
}
