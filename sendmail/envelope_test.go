package sendmail

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name, message, from string
		wantFrom            string
		to                  []string
		text                string
	}{
		{
			"fields with recipients", "From: Ada <a@example.org>\nTo: b@example.org, C <c@example.org>\nCc: d@example.org\n\ntext\n", "",
			"a@example.org", []string{"b@example.org", "c@example.org", "d@example.org"},
			"From: Ada <a@example.org>\r\nTo: b@example.org, C <c@example.org>\r\nCc: d@example.org\r\n\r\ntext\r\n",
		},
		{
			"Bcc is removed, folded or not", "Bcc: b@example.org,\n c@example.org\nTo: a@example.org\nbCC : d@example.org\nX-Bcc: e@example.org\n\nBcc: f@example.org\n", "s@example.org",
			"s@example.org", []string{"a@example.org", "b@example.org", "c@example.org"},
			"To: a@example.org\r\nX-Bcc: e@example.org\r\n\r\nBcc: f@example.org\r\n",
		},
		{
			"each recipient once", "To: a@example.org, A <a@example.org>\nCc: a@example.org\n\n", "s@example.org",
			"s@example.org", []string{"a@example.org"}, "To: a@example.org, A <a@example.org>\r\nCc: a@example.org\r\n\r\n",
		},
		{
			"the sender before the author", "From: a@example.org, b@example.org\nSender: s@example.org\nTo: g: c@example.org;\n\n", "",
			"s@example.org", []string{"c@example.org"}, "From: a@example.org, b@example.org\r\nSender: s@example.org\r\nTo: g: c@example.org;\r\n\r\n",
		},
		{
			"quoted local parts", "To: \"a> NOTIFY=x\"@example.org\n\n", "s@example.org",
			"s@example.org", []string{`"a> NOTIFY=x"@example.org`}, "To: \"a> NOTIFY=x\"@example.org\r\n\r\n",
		},
		{
			"line ends", "To: a@example.org\r\n\r\na\rb\nc\r\n.\r.\n", "s@example.org",
			"s@example.org", []string{"a@example.org"}, "To: a@example.org\r\n\r\na\r\nb\r\nc\r\n.\r\n.\r\n",
		},
	} {
		e, err := parse([]byte(tt.message), tt.from)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if e.from != tt.wantFrom || !slices.Equal(e.to, tt.to) || string(e.text) != tt.text {
			t.Errorf("%s: got %q %q %q", tt.name, e.from, e.to, e.text)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for message, want := range map[string]string{
		"":                                      "the message has no empty line after its header",
		"To: a@example.org\n":                   "the message has no empty line after its header",
		"Subject: x\n\n":                        "the message has no recipient",
		"To: undisclosed-recipients:;\n\n":      "the message has no recipient",
		"To: a@example.org, b\n\n":              "field To: ",
		"To: a@example.org\nBcc: <b\n\n":        "field Bcc: ",
		"To: a@example.org\nno field\n\n":       "malformed",
		"To: a@example.org\nCc: b@c@d.test\n\n": "field Cc: ",
	} {
		if e, err := parse([]byte(message), "s@example.org"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %+v, %v", message, e, err)
		}
	}
	if _, err := parse([]byte("To: a@example.org\n\n"), "a> SIZE=1"); err == nil || !strings.HasPrefix(err.Error(), "sender: ") {
		t.Errorf("a sender that is none: %v", err)
	}
	if _, err := parse([]byte("To: a@example.org\n\n"), ""); err == nil || err.Error() != "the message has no sender" {
		t.Errorf("without a sender: %v", err)
	}
}

// No recipient ends its command, no CR or LF stands alone, and Bcc is removed.
func FuzzParse(f *testing.F) {
	f.Add([]byte("From: a@example.org\nTo: b@example.org\nBcc: c@example.org\n\ntext\r.\r\n"))
	f.Add([]byte("To: \"a>\"@example.org\nBcc:\n x@example.org\n bcc: y\r\r\n"))
	lone := regexp.MustCompile(`\r[^\n]|\r$|(?:^|[^\r])\n`)
	f.Fuzz(func(t *testing.T, message []byte) {
		e, err := parse(message, "")
		if err != nil {
			return
		}
		for _, path := range append(e.to, e.from) {
			if strings.ContainsAny(path, "\r\n") || !strings.Contains(path, "@") {
				t.Errorf("recipient %q", path)
			}
		}
		if at := lone.FindIndex(e.text); at != nil {
			t.Errorf("lone line break at %d of %q", at[0], e.text)
		}
		header, _, _ := strings.Cut(string(e.text), "\r\n\r\n")
		if strings.Contains(strings.ToLower("\r\n"+header), "\r\nbcc:") {
			t.Errorf("Bcc in %q", header)
		}
	})
}
