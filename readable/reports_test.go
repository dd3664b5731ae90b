package readable_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/readable"
)

// expected is what testdata/reports/expected.json says of a message. What a field does not say
// is not compared.
type expected struct {
	Kind       string
	Recipients []string // "address outcome status"
	Original   string   // Message-ID
	System     *string
	Remote     string
	Reply      int
	MTA        string
	Envelope   string
	Feedback   string
	Receipt    string
	List       *string
	OneClick   string
	Calendar   string
}

// TestReports classifies the messages in testdata/reports over both protocols. They are rebuilt
// after what mail systems send; those that begin with "not-" only look like reports.
func TestReports(t *testing.T) {
	text, err := os.ReadFile("testdata/reports/expected.json")
	must(t, err)
	var want map[string]expected
	must(t, json.Unmarshal(text, &want))
	files, err := filepath.Glob("testdata/reports/*.eml")
	must(t, err)
	var messages []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		messages = append(messages, string(text))
	}
	if len(files) != len(want) {
		t.Errorf("%d messages, and %d in expected.json", len(files), len(want))
	}
	srv := imaptest.NewServer(t, messages...)
	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		mbox, err := imapcompat.Open(mailbox, srv.User, srv.Password)
		must(t, err)
		defer mbox.Close()
		right, reports, wrong, others := 0, 0, 0, 0
		for i, file := range files {
			name := filepath.Base(file)
			msg, err := readable.Open(mbox, i+1, imapcompat.FT_PEEK)
			must(t, err)
			c, err := msg.Classify()
			must(t, err)
			problems := want[name].compare(c)
			for _, problem := range problems {
				t.Errorf("%s: %s\nin words: %v", name, problem, c.Doubts)
			}
			if isReport := want[name].Kind == readable.KindDelivery.String(); isReport {
				reports++
				if len(problems) == 0 {
					right++
				}
			} else {
				others++
				if c.Delivery != nil {
					wrong++
				}
			}
		}
		protocol := "IMAP"
		if mailbox == srv.POP3() {
			protocol = "POP3"
		}
		t.Logf("%s: %d of %d delivery reports recognised with all recipients; %d of %d other messages taken for one", protocol, right, reports, wrong, others)
	}
}

// compare returns what differs.
func (e expected) compare(c *readable.Classification) (problems []string) {
	check := func(what, got, want string) {
		if got != want {
			problems = append(problems, fmt.Sprintf("%s is %q, want %q", what, got, want))
		}
	}
	check("kind", c.Kind.String(), e.Kind)
	if e.Kind == readable.KindDelivery.String() && c.Delivery != nil {
		var recipients []string
		remote, reply := "", 0
		for _, r := range c.Delivery.Recipients {
			recipients = append(recipients, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Address, r.Outcome, r.Status)))
			remote, reply = r.RemoteMTA, r.Reply
		}
		if !slices.Equal(recipients, e.Recipients) {
			problems = append(problems, fmt.Sprintf("recipients are %q, want %q", recipients, e.Recipients))
		}
		check("original", c.Delivery.Original.MessageID, e.Original)
		if e.System != nil {
			check("system", c.Delivery.System, *e.System)
		}
		if e.Remote != "" {
			check("remote", remote, e.Remote)
		}
		if e.Reply != 0 {
			check("reply", fmt.Sprint(reply), fmt.Sprint(e.Reply))
		}
		if e.MTA != "" {
			check("reporting MTA", c.Delivery.ReportingMTA, e.MTA)
		}
		check("envelope", c.Delivery.EnvelopeID, e.Envelope)
	}
	if e.Feedback != "" && c.Feedback != nil {
		check("feedback", c.Feedback.Type+" "+strings.Join(c.Feedback.Recipients, " "), e.Feedback)
		check("original", c.Feedback.Original.MessageID, e.Original)
	}
	if e.Receipt != "" && c.Receipt != nil {
		got := c.Receipt.Disposition + " " + c.Receipt.Recipient
		if c.Receipt.Automatic {
			got += " automatic"
		}
		check("receipt", strings.TrimSpace(got+" "+strings.Join(c.Receipt.Modifiers, " ")), e.Receipt)
		check("original", c.Receipt.MessageID, e.Original)
	}
	if e.List != nil && c.List != nil {
		check("list", c.List.ID, *e.List)
		check("one-click", c.List.OneClick, e.OneClick)
	}
	if e.Calendar != "" && c.Calendar != nil {
		cal := c.Calendar
		check("calendar", strings.TrimSpace(strings.Join([]string{cal.Method, cal.UID, cal.Organizer, cal.Answer}, " ")), e.Calendar)
		check("summary", cal.Summary, "Garden, and more")
		check("start", cal.Start, "20260310T100000")
	}
	return problems
}
