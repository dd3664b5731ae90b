package prove

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWord(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                nil,
		`a1 LOGIN "a\"b" {3}` + "\r\nx y": {"a1", "LOGIN", `a"b`, "x y"},
		`(\Seen "a)b") NIL`:               {`(\Seen "a)b")`, "NIL"},
		`"open`:                           {"open"},
		"(open":                           {"(open"},
		"{9}\r\nshort":                    {"short"},
	} {
		var got []string
		for rest := text; ; {
			var first string
			if first, rest = word(rest); first == "" {
				break
			}
			got = append(got, first)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestPlainCommand(t *testing.T) {
	long := strings.Repeat("x", 101)
	for text, want := range map[string]string{
		"STORE 4 +FLAGS (\\Seen)\r\n":                      `STORE 4 +FLAGS (\Seen)`,
		"APPEND {4}\r\nSent (\\Seen) {6+}\r\na: b\r\n\r\n": `APPEND "Sent" (\Seen) {6 octets}`,
		"X {101}\r\n" + long + "\r\n":                      "X {101 octets}",
		"X {9}\r\nab":                                      `X "ab"`,
	} {
		if got := plainCommand(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestMayChange(t *testing.T) {
	for command, want := range map[string]bool{
		"NOOP": false, "uid search ALL": false, "UID STORE 4 +FLAGS (x)": true, "EXPUNGE": true, "XYZZY": true,
		"FETCH 1 (FLAGS BODY.PEEK[])": false, "UID FETCH 1 BODY[1]": true, "FETCH 1 RFC822.TEXT": true,
	} {
		name, args := commandName(command)
		if got := mayChange(name, args, false); got != want {
			t.Errorf("%q: got %v", command, got)
		}
	}
	if mayChange("FETCH", "1 BODY[]", true) {
		t.Error("FETCH in a mailbox that is open for reading only")
	}
}

// Times of a run are found in the forms that scripts print, and other times stay.
func TestWithoutTimes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	start := time.Date(2026, 3, 29, 0, 30, 10, 300, time.UTC)
	c := clock{start, start.Add(2 * time.Second), berlin}
	for text, isNow := range map[string]bool{
		"Sun, 29 Mar 2026 01:30:11 +0100": true, "Sun, 29 Mar 2026 00:30:11 GMT": true, "29-Mar-2026 01:30:11 +0100": true,
		"2026-03-29 01:30:12": true, "2026-03-29T01:30:12+01:00": true, "2026-03-29T00:30:12Z": true, "2026-03-29 01:30": true,
		"29.03.2026 01:30": true, "03/29/2026 01:30:11": true, "20260329013011": true, "20260329-013011": true,
		"Sun Mar 29 01:30:11 2026": true, "1774744211": true, "1774744211.1234": true, "01:30:11": true, "01:30": true,
		"2026-03-29 01:30:30": false, "2025-03-29 01:30:11": false, "02:30:11": false, "1774744100": false, "12345678901": false,
		"99999999999999": false, "2026-02-31 01:30:11": false,
	} {
		if got := c.withoutTimes("<" + text + ">"); (got == "<"+timeMark+">") != isNow {
			t.Errorf("%s: got %q", text, got)
		}
	}
}

func TestMessages(t *testing.T) {
	config := &Config{IgnoreMessages: true}
	original := &Observation{Stdout: "a\n\nWarning: Undefined property: stdClass::$x in /prove/work/a b.php on line 7\nb\nWarning: of the script\n"}
	port := &Observation{Stdout: "a\nb\nWarning: of the script\n"}
	if r := compare(config, original, port); len(r.Differences) > 0 || r.Ignored != 1 {
		t.Errorf("got %+v", r)
	}
	original.Printed = []Printed{{2, "a.php", 1}, {75, "a.php", 2}, {27, "a.php", 3}}
	port.Stdout = "a\nc\n"
	if r := compare(config, original, port); len(r.Differences) != 1 || r.Differences[0].Call.Line != 3 {
		t.Errorf("got %+v", r)
	}
	port.Stdout = "a\nb\nWarning: of the script\n"
	config.IgnoreMessages = false
	if r := compare(config, original, port); len(r.Differences) != 1 || r.Ignored != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestFileNames(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	files := func(names ...string) map[string]File {
		list := map[string]File{}
		for _, name := range names {
			list[name] = File{SHA256: "x"}
		}
		return list
	}
	original := &Observation{Start: start, End: start.Add(time.Second), Files: files("backup_2026-03-01_12-00-01.xml", "a")}
	port := &Observation{Start: start.Add(time.Minute), End: start.Add(time.Minute), Files: files("backup_2026-03-01_12-01-00.xml", "a")}
	r := compare(&Config{}, original, port)
	if len(r.Differences) != 1 || !r.Differences[0].OnlyTime ||
		!strings.HasPrefix(r.Differences[0].Text, "only the original wrote the file backup_2026-03-01_12-00-01.xml, and names of files differ only in the time") {
		t.Errorf("got %+v", r)
	}
	if r := compare(&Config{IgnoreTime: true}, original, port); len(r.Differences) != 0 {
		t.Errorf("got %+v", r)
	}
	port.Files = files("backup_2025-03-01_12-01-00.xml", "a")
	if r := compare(&Config{IgnoreTime: true}, original, port); len(r.Differences) != 1 || r.Differences[0].OnlyTime {
		t.Errorf("got %+v", r)
	}
}

func TestServiceNames(t *testing.T) {
	for flags, want := range map[string]Service{"": IMAP, "/imap/ssl": IMAPS, "/pop3/notls": POP3, "/SSL/service=pop3": POP3S, "/tls": IMAP} {
		if got := serviceOf(flags); got != want {
			t.Errorf("%s: got %s", flags, got)
		}
	}
}

// FuzzWire checks that what servers and clients send is read without a panic.
func FuzzWire(f *testing.F) {
	f.Add(`1 (UID 4 FLAGS (\Seen $x) INTERNALDATE " 3-Mar-2025 09:12:45 +0100" BODY[] {3}` + "\r\nabc)")
	f.Add(`a APPEND "x\"y" (\Seen) {6+}` + "\r\nabcdef")
	f.Fuzz(func(t *testing.T, text string) {
		first, rest := word(text)
		if len(first)+len(rest) > len(text) || !strings.HasSuffix(text, rest) {
			t.Errorf("%q: %q, %q", text, first, rest)
		}
		plainCommand(text)
		refusalOf(text, "NO")
		commandName(text)
		if m, ok := parseFetch(text); ok && m.uid == 0 {
			t.Error("a message without UID")
		}
		clock{zone: time.UTC}.withoutTimes(text)
		bearer(text)
	})
}
