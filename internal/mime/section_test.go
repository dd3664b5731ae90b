package mime_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/internal/mime"
)

const sample = "Subject: outer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\n\r\none\r\n" +
	"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntwo\r\n" +
	"--b--\r\n"

func TestSection(t *testing.T) {
	m := mime.Parse([]byte(sample), nil, nil)
	for name, want := range map[string]string{
		"":           sample,
		"HEADER":     "Subject: outer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
		"TEXT":       sample[strings.Index(sample, "--b"):],
		"1":          "one",
		"1.MIME":     "\r\n",
		"2":          "Subject: inner\r\n\r\ntwo",
		"2.MIME":     "Content-Type: message/rfc822\r\n\r\n",
		"2.HEADER":   "Subject: inner\r\n\r\n",
		"2.TEXT":     "two",
		"2.1":        "two",
		"2.1.MIME":   "",
		"02.01":      "two",
		"2.1.HEADER": none,
		"1.HEADER":   none,
		"1.TEXT":     none,
		"1.1":        none,
		"2.2":        none,
		"3":          none,
		"3.MIME":     none,
		"0":          none,
		"1.":         none,
		".":          none,
		".1":         none,
		"1..1":       none,
		"MIME":       none,
		".HEADER":    none,
		"..HEADER":   none,
		"header":     none,
		"1.mime":     none,
		"x":          none,
		"1x":         none,
	} {
		got, ok := m.Section(name)
		if want == none {
			if ok || got != nil {
				t.Errorf("Section(%q) = %q, %v, want none", name, got, ok)
			}
		} else if !ok || string(got) != want {
			t.Errorf("Section(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
}

const none = "\x00none"

// Appending to a section's text must not overwrite the message.
func TestSectionIsClipped(t *testing.T) {
	m := mime.Parse([]byte(sample), nil, nil)
	text, _ := m.Section("1")
	_ = append(text, "overwritten"...)
	if got, _ := m.Section(""); string(got) != sample {
		t.Errorf("the message has become %q", got)
	}
}

// PHP 8.2.36 on POP3 decided which of these have text.
func TestPHPSections(t *testing.T) {
	long := strings.Repeat("0", 1003) + "1"
	tests := []struct{ section, body, mime string }{
		{"", "", none},
		{"0", "HEADER", none},
		{".0", "HEADER", none},
		{"1", "1", "1.MIME"},
		{"01", "01", "01.MIME"},
		{"2", "2", "2.MIME"},
		{"2.0", "2.HEADER", none},
		{"02.0", "02.HEADER", none},
		{"2.1", "2.1", "2.1.MIME"},
		{long, long, long + ".MIME"},
		{"0" + long, none, none},
		{"1.0", none, none},
		{"2.00", none, none},
		{"2.1.0", none, none},
		{"2.0.0", none, none},
		{"2.01.0", none, none},
		{"0.0", none, none},
		{"0.1", none, none},
		{"00", none, none},
		{"1.1", none, none},
		{"2.2", none, none},
		{"2.1.1", none, none},
		{"3", none, none},
		{"18446744073709551617", none, none},
		{"HEADER", none, none},
		{"TEXT", none, none},
		{"MIME", none, none},
		{"1.MIME", none, none},
		{"2.HEADER", none, none},
		{"2.TEXT", none, none},
		{"1.", none, none},
		{"2..1", none, none},
		{"-1", none, none},
		{"+1", none, none},
		{" 1", none, none},
		{"1 ", none, none},
		{"1x", none, none},
		{"\xe9", none, none},
	}
	b := mime.Parse([]byte(sample), nil, nil).Structure
	check := func(function, section, got string, ok bool, want string) {
		if !ok {
			got = none
		}
		if got != want {
			t.Errorf("%s(%.20q) = %.20q, want %.20q", function, section, got, want)
		}
	}
	for _, c := range tests {
		got, ok := mime.BodySection(b, c.section)
		check("BodySection", c.section, got, ok, c.body)
		got, ok = mime.MIMESection(b, c.section)
		check("MIMESection", c.section, got, ok, c.mime)
	}
}

// Numbers without a constant mean the same as 0, as in PHP's imap_mail_compose.
func TestNamesOfNumbers(t *testing.T) {
	for number, want := range map[int]string{-1: "TEXT", 0: "TEXT", 1: "MULTIPART", 8: "X-UNKNOWN", 9: "TEXT", 99: "TEXT"} {
		if got := mime.TypeName(number); got != want {
			t.Errorf("type %d: %s, want %s", number, got, want)
		}
	}
	for number, want := range map[int]string{-1: "7BIT", 0: "7BIT", 1: "8BIT", 5: "X-UNKNOWN", 6: "7BIT", 99: "7BIT"} {
		if got := mime.EncodingName(number); got != want {
			t.Errorf("encoding %d: %s, want %s", number, got, want)
		}
	}
}
