package readable_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

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

// A report has up to 1,000 recipients, and says when there are more.
func TestManyRecipients(t *testing.T) {
	const header = "Return-Path: <>\nFrom: MAILER-DAEMON@example.net\n"
	for _, n := range []int{1000, 1001, 1100} {
		var status, words, failed strings.Builder
		words.WriteString("I'm afraid I wasn't able to deliver your message to the following addresses.\n\n")
		for i := range n {
			fmt.Fprintf(&status, "Final-Recipient: rfc822; a%d@example.org\nAction: failed\n\n", i)
			fmt.Fprintf(&words, "<a%d@example.org>:\nno\n\n", i)
			fmt.Fprintf(&failed, "X-Failed-Recipients: a%d@example.org\n", i)
		}
		for name, box := range map[string]*fakeMailbox{
			"status": report("DELIVERY-STATUS", header, "", status.String()),
			"words":  report("X", header, words.String(), ""),
			"failed": report("X", header+failed.String(), "", ""),
		} {
			c := classify(t, box)
			if got := len(c.Delivery.Recipients); got != 1000 || c.Doubts.Has(readable.DoubtCut) != (n > 1000) {
				t.Errorf("%s of %d: %d, %v", name, n, got, c.Doubts)
			}
		}
	}
}

// What a message says of itself has no control character, which a terminal or a log obeys.
func TestClassificationIsClean(t *testing.T) {
	const evil = "a\x1b[2J\u009bb\u202ec"
	status := "Reporting-MTA: dns; " + evil + "\nOriginal-Envelope-Id: " + evil + "\n\nFinal-Recipient: rfc822; " + evil + "@example.org\n" +
		"Action: " + evil + "\nDiagnostic-Code: smtp; " + evil + "\nRemote-MTA: dns; " + evil + "\n"
	mdn := "Final-Recipient: rfc822; " + evil + "\nOriginal-Message-ID: " + evil + "\nReporting-UA: " + evil + "\nDisposition: " + evil + "\nError: " + evil + "\n"
	arf := "Feedback-Type: " + evil + "\nUser-Agent: " + evil + "\nSource-IP: " + evil + "\nReported-Domain: " + evil + "\nOriginal-Rcpt-To: " + evil + "\n"
	ics := "BEGIN:VCALENDAR\nMETHOD:" + evil + "\nBEGIN:VEVENT\nUID:" + evil + "\nSUMMARY:" + evil + "\nDTSTART:" + evil + "\nORGANIZER:mailto:" + evil + "\nEND:VEVENT\n"
	header := "Return-Path: <>\nFrom: MAILER-DAEMON@example.net\nX-Autoreply: " + evil + "\nList-Id: " + evil + " <" + evil + ">\nList-Unsubscribe: <mailto:" + evil + ">\n"
	named := report("X", "Subject: x\n", "", arf)
	named.structure.Parameters[0].Value = "feedback-report"
	named.structure.Parts[1].Subtype = "FEEDBACK-REPORT"
	calendar := partMailbox(imapcompat.TYPETEXT, "CALENDAR", ics)
	for name, test := range map[string]struct {
		box  readable.Mailbox
		kind readable.Kind
	}{
		"status":   {report("DELIVERY-STATUS", header, "", status), readable.KindDelivery},
		"receipt":  {report("DISPOSITION-NOTIFICATION", "Subject: x\n", "", mdn), readable.KindReceipt},
		"feedback": {named, readable.KindFeedback},
		"calendar": {calendar, readable.KindCalendar},
	} {
		c := classify(t, test.box)
		if text := allOf(t, c); c.Kind != test.kind || !strings.Contains(strings.ToLower(text), "a[2jb") || hasControl(text) {
			t.Errorf("%s: %v %+q", name, c.Kind, text)
		}
	}
}

// allOf returns all texts of a classification but for Original.Header, which stands as it is.
func allOf(t *testing.T, c *readable.Classification) string {
	if c.Delivery != nil {
		c.Delivery.Original.Header = ""
	}
	if c.Feedback != nil {
		c.Feedback.Original.Header = ""
	}
	list := c.Doubts.String() // escapes what it shows
	c.Doubts = nil
	document, err := json.Marshal(c)
	must(t, err)
	var texts any
	must(t, json.Unmarshal(document, &texts))
	return fmt.Sprint(texts, list)
}

// hasControl reports whether a text has a character that a terminal or a log obeys.
func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && r != '\t' && unicode.IsControl(r) || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
	})
}

// A status that comes from words is a doubt, also if another recipient has a code.
func TestGuessedStatus(t *testing.T) {
	const first, second = "<a@example.org>:\nuser unknown\n\n", "<b@example.org>:\n550 5.1.1 no\n\n"
	for text, want := range map[string]bool{first + second: true, second + first: true, second: false} {
		c := classify(t, report("X", "Return-Path: <>\nFrom: MAILER-DAEMON@example.net\n",
			"I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"+text, ""))
		if got := c.Doubts.Has(readable.DoubtGuessedStatus); got != want || c.Delivery.Recipients[0].Status != "5.1.1" {
			t.Errorf("%q: %v, %+v", text, c.Doubts, c.Delivery.Recipients)
		}
	}
}

// The message that comes back is found in each form that it has.
func TestOriginal(t *testing.T) {
	const header = "Message-ID: <1@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n"
	original := func(c *readable.Classification) readable.Original { return c.Delivery.Original }
	for name, test := range map[string]struct {
		kind, subtype string
		nested        bool
		section, part string
	}{
		"message":                     {"message", "RFC822", true, "3", "3.0"},
		"message without a structure": {"message", "RFC822", false, "", "3"},
		"header":                      {"text", "RFC822-HEADERS", false, "", "3"},
		"nothing":                     {"text", "PLAIN", false, "", ""},
	} {
		box := report("DELIVERY-STATUS", "Subject: x\n", "", "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; a@example.org\nAction: failed\n")
		part := &imapcompat.Structure{Subtype: test.subtype}
		if test.kind == "message" {
			part.Type = imapcompat.TYPEMESSAGE
		}
		if test.nested {
			part.Parts = []*imapcompat.Structure{{Type: imapcompat.TYPETEXT}}
		}
		box.structure.Parts = append(box.structure.Parts, part)
		box.sections[test.part] = header + "Hello\r\n"
		if test.nested {
			box.sections[test.part] = header
		}
		want := readable.Original{}
		if test.part != "" {
			want = readable.Original{MessageID: "<1@example.com>", Subject: "Grüße", Header: header, Section: test.section}
		}
		if got := original(classify(t, box)); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
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
		"Auto-Submitted: auto-replied\n":                                                          reply,
		"Auto-Submitted: Auto-Replied (vacation)\n":                                               reply,
		"Auto-Submitted: auto-replied; owner=a@example.org\n":                                     reply,
		"Auto-Submitted: auto-generated\n":                                                        generated,
		"Auto-Submitted: auto-notified\n":                                                         generated,
		"Auto-Submitted: no\n":                                                                    none,
		"Auto-Submitted: no\nX-Autoreply: yes\n":                                                  none,
		"Auto-Submitted: (a (b) \"c\") auto-replied (d)\n":                                        reply,
		"Auto-Submitted: (a;b) auto-replied (b\n":                                                 reply,
		"Auto-Submitted: \"auto-replied\"\n":                                                      reply,
		"Auto-Submitted: no\nAuto-Submitted: auto-replied\n":                                      reply,
		"Auto-Submitted: (no)\nX-Autoreply: yes\n":                                                reply,
		"Precedence: bulk\nIn-Reply-To: <1@example.org>\nSubject: Re: Out of office: Monday\n":    none,
		"X-Auto-Response-Suppress: All\nIn-Reply-To: <1@example.org>\nSubject: AW: Abwesenheit\n": generated,
		"X-Autoreply: yes\n":                                                                      reply,
		"X-Autoreply: no\n":                                                                       none,
		"X-Autorespond: Hello\n":                                                                  reply,
		"X-Autogenerated: Reply\n":                                                                reply,
		"X-Autogenerated: Forward\n":                                                              generated,
		"X-Vacation: yes\n":                                                                       reply,
		"X-POST-MessageClass: 9; Autoresponder\n":                                                 reply,
		"Delivered-To: Autoresponder\n":                                                           reply,
		"Delivered-To: a@example.org\n":                                                           none,
		"Precedence: auto_reply\n":                                                                reply,
		"X-Precedence: auto-reply\n":                                                              reply,
		"Preference: auto_reply\n":                                                                reply,
		"Precedence: bulk\n":                                                                      none,
		"Precedence: bulk\nIn-Reply-To: <1@example.org>\nSubject: I am away\n":                    reply,
		"Precedence: junk\nSubject: Re: hi, out of the office\n":                                  reply,
		"Precedence: bulk\nSubject: out of office\n":                                              none,
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
	box.sections["1"] = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nMETHOD:inside\nSUMMARY:one\\, \n two\n\t three\\n\nUID:1\n 7\nEND:VEVENT\n"
	if cal := classify(t, box).Calendar; cal == nil || cal.Method != "CANCEL" || cal.UID != "17" || cal.Summary != "one, two three\n" {
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
			if text := allOf(t, c); c.Kind.String() == "" || hasControl(text) {
				t.Errorf("%s: %+q", c.Kind, text)
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
