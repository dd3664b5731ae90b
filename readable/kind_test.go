package readable_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

// report is a mailbox with a report whose machine-readable part, header and text are given.
func report(subtype, header, text, status string) *fakeMailbox {
	part := func(t imapcompat.BodyType, subtype, text string) *imapcompat.Structure {
		return &imapcompat.Structure{Type: t, Subtype: subtype, Bytes: len(text)}
	}
	return &fakeMailbox{
		structure: &imapcompat.Structure{
			Type: imapcompat.TYPEMULTIPART, Subtype: "REPORT",
			Parameters: []imapcompat.Parameter{{Attribute: "report-type", Value: "delivery-status"}},
			Parts: []*imapcompat.Structure{
				part(imapcompat.TYPETEXT, "PLAIN", text), part(imapcompat.TYPEMESSAGE, subtype, status),
			},
		},
		sections: map[string]string{"0": header, "1": text, "2": status},
	}
}

func classify(t *testing.T, box readable.Mailbox) *readable.Classification {
	t.Helper()
	msg, err := readable.Open(box, 1)
	must(t, err)
	c, err := msg.Classify()
	must(t, err)
	return c
}

// The action says whether the mail system goes on, and the class of the code whether the
// reason may pass.
func TestOutcome(t *testing.T) {
	for _, test := range []struct {
		fields, want string
	}{
		{"Action: failed\nStatus: 5.1.1", "failed permanently 5.1.1 0"},
		{"Action: failed\nStatus: 4.4.7", "failed temporarily 4.4.7 0"},
		{"Action: delayed\nStatus: 4.4.1", "delayed 4.4.1 0"},
		{"Action: delayed\nStatus: 5.0.0", "delayed 5.0.0 0"},
		{"Action: delivered\nStatus: 2.0.0", "delivered 2.0.0 0"},
		{"Action: expanded\nStatus: 2.0.0", "delivered 2.0.0 0"},
		{"Action: FAILED (bad address)", "failed permanently  0"},
		{"Status: 5.1.1", "failed permanently 5.1.1 0"},
		{"Status: 4.1.1", "delayed 4.1.1 0"},
		{"Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 no", "failed permanently 5.1.1 550"},
		{"Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 450 4.1.1 no", "failed permanently 5.0.0 450"},
		{"Action: failed\nDiagnostic-Code: smtp; 450 4.1.1 no", "failed temporarily 4.1.1 450"},
		{"Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.7.1 no", "failed permanently 5.1.1 550"},
		{"Action: failed\nDiagnostic-Code: smtp; host 192.0.2.5 said: 4500 no", "failed permanently  0"},
		{"Action: strange", "unknown  0"},
	} {
		c := classify(t, report("DELIVERY-STATUS", "Subject: x\n", "", "Reporting-MTA: dns; a.example\n\nFinal-Recipient: rfc822; a@example.org\n"+test.fields+"\n"))
		if c.Delivery == nil || len(c.Delivery.Recipients) != 1 {
			t.Errorf("%q: %+v", test.fields, c)
			continue
		}
		r := c.Delivery.Recipients[0]
		if got := fmt.Sprintf("%s %s %d", r.Outcome, r.Status, r.Reply); got != test.want {
			t.Errorf("%q: %s, want %s", test.fields, got, test.want)
		}
	}
}

// Words never outweigh the machine-readable part.
func TestMachineReadablePartDecides(t *testing.T) {
	c := classify(t, report("DELIVERY-STATUS", "Return-Path: <>\nFrom: MAILER-DAEMON@example.net\n",
		"I'm afraid I wasn't able to deliver your message to the following addresses.\n\n<bob@example.org>:\n550 5.1.1 never\n",
		"Final-Recipient: rfc822; ann@example.org\nAction: delayed\nStatus: 4.2.2\n"))
	if d := c.Delivery; d == nil || len(d.Recipients) != 1 || d.Recipients[0].Address != "ann@example.org" || d.Outcome() != readable.Delayed || d.System != "" || len(c.Doubts) > 0 {
		t.Errorf("%+v, %v", c.Delivery, c.Doubts)
	}
}

// A report of any content is classified in linear time, and its values are bounded.
func FuzzReport(f *testing.F) {
	files, err := filepath.Glob("testdata/reports/*.eml")
	if err != nil || len(files) == 0 {
		f.Fatal(err, len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		header, body, _ := strings.Cut(string(text), "\n\n")
		f.Add(header, body, body)
	}
	f.Fuzz(func(t *testing.T, header, text, status string) {
		for _, subtype := range []string{"DELIVERY-STATUS", "DISPOSITION-NOTIFICATION", "FEEDBACK-REPORT", "X"} {
			c := classify(t, report(subtype, header, text, status))
			if c.Kind.String() == "" {
				t.Error("no kind")
			}
			if c.Delivery == nil {
				continue
			}
			for _, r := range c.Delivery.Recipients {
				if len(r.Address) > 400 || len(r.Diagnostic) > 4096 {
					t.Errorf("recipient of %d and %d octets", len(r.Address), len(r.Diagnostic))
				}
			}
		}
	})
}

// FuzzCalendar reads calendars.
func FuzzCalendar(f *testing.F) {
	f.Add("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:a\\,\r\n b\r\nEND:VEVENT\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		c := classify(t, partMailbox(imapcompat.TYPETEXT, "CALENDAR", text))
		if (c.Kind == readable.KindCalendar) != (c.Calendar != nil) {
			t.Errorf("%s with %+v", c.Kind, c.Calendar)
		}
	})
}
