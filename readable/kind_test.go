package readable_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
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

// headed returns what a message with a header and no more is.
func headed(t *testing.T, header string) *readable.Classification {
	t.Helper()
	box := partMailbox(imapcompat.TYPETEXT, "PLAIN", "Hello")
	box.sections["0"] = header
	return classify(t, box)
}

func TestList(t *testing.T) {
	c := headed(t, "List-Id: =?utf-8?q?G=C3=A4rten?= <garden.example.net>\n"+
		"List-Post: <mailto:garden@example.net>\nList-Archive: <https://example.net/a>\n"+
		"List-Help: <mailto:help@example.net>\nList-Owner: <mailto:owner@example.net> (Ada)\n"+
		"List-Subscribe: <mailto:on@example.net>\n"+
		"List-Unsubscribe: (by mail) <mailto:off@example.net?subject=\n off>,\n <http://example.net/off>, <https://example.net/off>\n"+
		"List-Unsubscribe-Post: List-Unsubscribe=One-Click\n")
	want := readable.List{
		ID: "garden.example.net", Name: "Gärten", Discussion: true,
		Unsubscribe: []string{"mailto:off@example.net?subject=off", "http://example.net/off", "https://example.net/off"},
		OneClick:    "https://example.net/off",
		Post:        []string{"mailto:garden@example.net"}, Archive: []string{"https://example.net/a"},
		Help: []string{"mailto:help@example.net"}, Owner: []string{"mailto:owner@example.net"}, Subscribe: []string{"mailto:on@example.net"},
	}
	if c.Kind != readable.KindList || !reflect.DeepEqual(*c.List, want) {
		t.Errorf("%+v\nwant %+v", c.List, want)
	}
	for header, want := range map[string]string{
		"List-Id: garden.example.net\n":                                  "garden.example.net",
		"X-BeenThere: garden@example.net\n":                              "garden@example.net",
		"X-Mailing-List: <garden@example.net> archive/1\n":               "garden@example.net",
		"Mailing-List: list garden@example.net; contact x@example.net\n": "garden@example.net",
		"Precedence: list\n":                                             "",
		"List-Post: NO\nList-Unsubscribe: <mailto:off@example.net>\n":    "",
	} {
		c := headed(t, header)
		if c.List == nil || c.List.ID != want || c.List.Discussion || c.List.OneClick != "" {
			t.Errorf("%q: %+v, want %q", header, c.List, want)
		}
	}
	for _, header := range []string{"", "Precedence: bulk\n", "List-Post: NO\n", "List-Unsubscribe: write to us\n", "List-Unsubscribe: <mailto:open\n"} {
		if c := headed(t, header); c.List != nil || c.Kind != readable.KindNormal {
			t.Errorf("%q: %+v", header, c.List)
		}
	}
	if c := headed(t, "List-Unsubscribe: <mailto:off@example.net>, <http://example.net>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n"); c.List.OneClick != "" {
		t.Errorf("one click on %q", c.List.OneClick)
	}
}

// Which fields say that a program sent a message, and which that it answers. "" is no program.
func TestAutomatic(t *testing.T) {
	const reply, generated, none = "reply", "generated", ""
	for header, want := range map[string]string{
		"Auto-Submitted: auto-replied\n":                                       reply,
		"Auto-Submitted: Auto-Replied (vacation)\n":                            reply,
		"Auto-Submitted: auto-replied; owner=a@example.org\n":                  reply,
		"Auto-Submitted: auto-generated\n":                                     generated,
		"Auto-Submitted: auto-notified\n":                                      generated,
		"Auto-Submitted: no\n":                                                 none,
		"Auto-Submitted: no\nX-Autoreply: yes\n":                               none,
		"X-Autoreply: yes\n":                                                   reply,
		"X-Autoreply: no\n":                                                    none,
		"X-Autorespond: Hello\n":                                               reply,
		"X-Autogenerated: Reply\n":                                             reply,
		"X-Autogenerated: Forward\n":                                           generated,
		"X-Vacation: yes\n":                                                    reply,
		"X-POST-MessageClass: 9; Autoresponder\n":                              reply,
		"Delivered-To: Autoresponder\n":                                        reply,
		"Delivered-To: a@example.org\n":                                        none,
		"Precedence: auto_reply\n":                                             reply,
		"X-Precedence: auto-reply\n":                                           reply,
		"Preference: auto_reply\n":                                             reply,
		"Precedence: bulk\n":                                                   none,
		"Precedence: bulk\nIn-Reply-To: <1@example.org>\nSubject: I am away\n": reply,
		"Precedence: junk\nSubject: Re: hi, out of the office\n":               reply,
		"Precedence: bulk\nSubject: out of office\n":                           none,
		"Precedence: bulk\nList-Id: <a.example.org>\nIn-Reply-To: <1@example.org>\nSubject: I am away\n": none,
		"X-Auto-Response-Suppress: All\n": generated,
		"X-Auto-Response-Suppress: All\nIn-Reply-To: <1@example.org>\nSubject: Automatic reply: x\n":                                      reply,
		"X-Auto-Response-Suppress: All\nReturn-Path: <>\nSubject: Automatic reply: x\n":                                                   reply,
		"X-Auto-Response-Suppress: All\nReturn-Path: <a@example.org>\nSubject: Automatic reply: x\n":                                      generated,
		"Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nIn-Reply-To: <1@example.org>\nSubject: Automatische Antwort: x\n": reply,
		"Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nIn-Reply-To: <1@example.org>\nSubject: Build failed\n":            generated,
		"Subject: Out of office\n": none,
		"":                         none,
	} {
		c := headed(t, header)
		got := none
		switch {
		case c.Automatic != nil && c.Automatic.Reply:
			got = reply
		case c.Automatic != nil:
			got = generated
		}
		if got != want || (got == reply) != (c.Kind == readable.KindAutoReply) {
			t.Errorf("%q: %q of kind %s, want %q", header, got, c.Kind, want)
		}
		if c.Automatic != nil && !strings.Contains(c.Automatic.Field, ": ") {
			t.Errorf("%q: the field is %q", header, c.Automatic.Field)
		}
	}
	for header, want := range map[string]bool{"Subject: =?utf-8?q?Out_of_office?=\n": true, "Subject: hi\n": false} {
		if c := headed(t, header); c.Doubts.Has(readable.DoubtSubject) != want {
			t.Errorf("%q: doubts %v", header, c.Doubts)
		}
	}
}

func TestFeedback(t *testing.T) {
	c := classify(t, report("FEEDBACK-REPORT", "", "", "Feedback-Type: ABUSE\nUser-Agent: x/1\nOriginal-Mail-From: <a@example.org>\n"+
		"Original-Rcpt-To: <b@example.org>\nOriginal-Rcpt-To: c@example.org\nSource-IP: [192.0.2.1]\nReporting-MTA: dns; mx.example.org\n"+
		"Incidents: 7\nReported-Domain: a.example\nReported-Domain: b.example\nReported-URI: https://a.example/\nAuth-Failure: DKIM\n"))
	want := readable.Feedback{
		Type: "abuse", UserAgent: "x/1", MailFrom: "a@example.org", Recipients: []string{"b@example.org", "c@example.org"},
		SourceIP: "192.0.2.1", Reporter: "mx.example.org", Incidents: 7, Domains: []string{"a.example", "b.example"},
		URIs: []string{"https://a.example/"}, Failure: "dkim",
	}
	if c.Kind != readable.KindFeedback || !reflect.DeepEqual(*c.Feedback, want) {
		t.Errorf("%+v\nwant %+v", c.Feedback, want)
	}
	for text, want := range map[string]int{"Incidents: 0": 1, "Incidents: -5": 1, "Incidents: many": 1, "": 1, "Incidents: 2": 2} {
		if c := classify(t, report("FEEDBACK-REPORT", "", "", "Feedback-Type: abuse\n"+text+"\n")); c.Feedback.Incidents != want {
			t.Errorf("%q: %d incidents", text, c.Feedback.Incidents)
		}
	}
}

func TestReceipt(t *testing.T) {
	c := classify(t, report("DISPOSITION-NOTIFICATION", "", "", "Reporting-UA: pc; x/1\nOriginal-Recipient: rfc822;a@example.org\n"+
		"Final-Recipient: rfc822;<b@example.org>\nOriginal-Message-ID: <1@example.com>\nError: no key\n"+
		"Disposition: automatic-action/MDN-sent-automatically; Processed/error, warning\n"))
	want := readable.Receipt{
		Recipient: "b@example.org", Original: "a@example.org", MessageID: "<1@example.com>", ReportingUA: "pc; x/1",
		Disposition: "processed", Automatic: true, Modifiers: []string{"error", "warning"}, Error: "no key",
	}
	if c.Kind != readable.KindReceipt || !reflect.DeepEqual(*c.Receipt, want) {
		t.Errorf("%+v\nwant %+v", c.Receipt, want)
	}
	c = classify(t, report("DISPOSITION-NOTIFICATION", "", "", "Original-Recipient: a@example.org\nDisposition: displayed\n"))
	if r := c.Receipt; r == nil || r.Recipient != "a@example.org" || r.Disposition != "displayed" || r.Automatic {
		t.Errorf("%+v", r)
	}
}

func TestCalendar(t *testing.T) {
	box := partMailbox(imapcompat.TYPETEXT, "CALENDAR", "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTODO\nuid;x=1:17\nEND:VTODO\nBEGIN:VEVENT\nUID:18\n")
	box.structure.Parameters = []imapcompat.Parameter{{Attribute: "METHOD", Value: "cancel"}}
	c := classify(t, box)
	if cal := c.Calendar; cal == nil || cal.Method != "REQUEST" || cal.UID != "17" || cal.Component != "VTODO" || cal.Section != "1" || !c.Doubts.Has(readable.DoubtContradiction) {
		t.Errorf("%+v, %v", cal, c.Doubts)
	}
	box.sections["1"] = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nMETHOD:inside\nUID:1\n 7\nEND:VEVENT\n"
	if cal := classify(t, box).Calendar; cal == nil || cal.Method != "CANCEL" || cal.UID != "17" {
		t.Errorf("%+v", cal)
	}
	box.structure.Parameters = nil
	if c := classify(t, box); c.Calendar != nil || c.Kind != readable.KindNormal {
		t.Errorf("without a method: %+v", c.Calendar)
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
