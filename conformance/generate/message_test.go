package generate_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"regexp"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/generate"
)

// some returns the messages that the tests examine.
var some = sync.OnceValue(func() [][]byte {
	list := make([][]byte, 2000)
	for i := range list {
		list[i] = generate.Message(1, i)
	}
	return list
})

// TestForever compares the messages with fixed digests. A change to the package that changes
// messages needs new digests.
func TestForever(t *testing.T) {
	for _, tt := range []struct {
		seed uint64
		want string
	}{
		{1, "798cae5d7c6bf1dc6b6f6ad32f28ffb5569c05d34706bb481d0dfeb1de578910"},
		{math.MaxUint64, "8e17f8b58f60bd12dd1871c85215a310b6c239429e0b4b57b523e2f685c37f2c"},
	} {
		h := sha256.New()
		for i := range 1000 {
			h.Write(generate.Message(tt.seed, i))
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)); got != tt.want {
			t.Errorf("seed %d: the messages are %s, want %s", tt.seed, got, tt.want)
		}
	}
}

func TestAlone(t *testing.T) {
	want := generate.Message(1, 7)
	generate.Message(1, 8)
	if got := generate.Message(1, 7); !bytes.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := generate.Message(2, 7); bytes.Equal(got, want) {
		t.Errorf("two seeds have the same message %q", got)
	}
}

func TestSize(t *testing.T) {
	size := 0
	for _, raw := range some() {
		size += len(raw)
	}
	if average := size / len(some()); average < 1000 || average > 2000 {
		t.Errorf("%d octets on average", average)
	}
}

// TestHabits checks that each habit occurs in at least one message.
func TestHabits(t *testing.T) {
	habits := map[string]string{
		"no octet at all":           `\A\z`,
		"only blank lines":          `\A[\r\n]+\z`,
		"no header":                 `\A\r?\n`,
		"no empty line":             `\A(?:[^\r\n]+\r?\n)+\z`,
		"no line end at the end":    `[^\n]\z`,
		"CRLF":                      `\r\n`,
		"LF":                        `[^\r]\n`,
		"a lone CR":                 `\r[^\n]`,
		"a field twice":             `(?m)^Subject: .*\r?\n(?:[ \t].*\n|[^\r\n].*\n)*Subject: `,
		"a line without a colon":    `(?m)^no colon\r?$`,
		"a blank before the colon":  `(?m)^[A-Za-z-]+[ \t]:`,
		"folding":                   `\n[ \t]+[^ \t\r\n]`,
		"a line of folding only":    `(?m)^[ \t]+\r?$`,
		"nested comments":           `\([^()\n]*\([^()\n]*\)[^()\n]*\)`,
		"an open comment":           `(?m)^(?:To|From): [^()"\n]*\([^()"\n]*\r?\n[A-Z]`,
		"an empty comment":          `\(\)`,
		"an open quoted string":     `(?m)^Subject: [^"\n]*"[^"\n]*$`,
		"quoted pairs":              `"[^"\n]*\\"[^"\n]*"`,
		"a group":                   `Team:[^;\n]*;`,
		"an empty group":            `undisclosed-recipients ?: ?;`,
		"a source route":            `<@[a-z.]+:[^>\n]+>`,
		"no host":                   `<[a-z]+>`,
		"no local part":             `<@[a-z.]+>`,
		"a quoted local part":       `"@[a-z]`,
		"a long address":            `(?:long){60}`,
		"a domain literal":          `@\[192\.0\.2\.1\]`,
		"B words":                   `=\?[^?\n]+\?[bB]\?[^?\n]+\?=`,
		"Q words":                   `=\?[^?\n]+\?[qQ]\?[^?\n]+\?=`,
		"a broken word":             `=\?utf-8\?x\?a\?=`,
		"a split word":              `\?==\?|\?= =\?`,
		"Latin-1":                   `(?m)^Subject:.*M\xfcller`,
		"UTF-8":                     `Müller`,
		"control characters":        `[\x01\x07\x0b\x1b\x7f]`,
		"an obsolete zone":          `(?m)^Date:.* (?:EST|PDT|MEZ|Z|A)\r?$`,
		"a year of two digits":      `(?m)^Date:.* \d+ [A-Z][a-z]{2} \d\d \d\d:`,
		"RFC 850":                   `(?m)^Date: [A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d `,
		"asctime":                   `(?m)^Date: [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]+ \d+\r?$`,
		"another century":           `(?m)^Date:.* (?:1582|1900|2097) `,
		"no date":                   `(?m)^Date: yesterday`,
		"Resent- fields":            `(?m)^Resent-From:`,
		"an empty References":       `(?m)^References: *\r?$`,
		"an unclosed id":            `(?m)^Message-ID: <a@b\r?$`,
		"multipart":                 `(?mi)^Content-Type: multipart/`,
		"a boundary that is wrong":  `boundary=other`,
		"no boundary":               `(?m)^Content-Type: multipart/mixed\r?$`,
		"an empty boundary":         `boundary=""`,
		"a prefix of a boundary":    `(?s)boundary="b\d\d\d".*boundary="b\d\d\dx"`,
		"a parameter twice":         `charset=[^;\n]+;\s*charset=`,
		"RFC 2231":                  `\*=utf-8''`,
		"RFC 2231 in pieces":        `\*0\*?=`,
		"RFC 2231 broken":           `\*=%zz`,
		"a nested message":          `(?mi)^Content-Type: message/rfc822`,
		"a message in a message":    `(?is)\nContent-Type: message/rfc822.*\nContent-Type: message/rfc822`,
		"a wrong transfer encoding": `(?m)^Content-Transfer-Encoding: 7-bit`,
		"base64":                    `(?m)^[A-Za-z0-9+/]{60}\r?$`,
		"a digest":                  `multipart/digest`,
		"a final boundary":          `(?m)^--b\d+--\r?$`,
	}
	for name, pattern := range habits {
		p, found := regexp.MustCompile(pattern), false
		for _, raw := range some() {
			if found = p.Match(raw); found {
				break
			}
		}
		if !found {
			t.Errorf("%s: in no message", name)
		}
	}
}

// TestNever checks that no message has what Dovecot changes.
func TestNever(t *testing.T) {
	never := regexp.MustCompile(`\x00|\r\r|\n\r[^\n]|\A\.|\A\r[^\n]`)
	for i, raw := range some() {
		if at := never.FindIndex(raw); at != nil {
			t.Errorf("message %d has %q", i, raw[at[0]:at[1]])
		}
	}
}

// TestDepth looks for a message with the fields of at least MaxDepth multiparts and messages.
func TestDepth(t *testing.T) {
	content := []byte("content-type: m")
	for _, raw := range some() {
		if bytes.Count(bytes.ToLower(raw), content) >= generate.MaxDepth {
			return
		}
	}
	t.Error("no deep structure")
}

func TestFragments(t *testing.T) {
	for name, write := range map[string]func(uint64, int) []byte{
		"addresses": generate.Addresses, "date": generate.Date, "words": generate.Words,
	} {
		different := make(map[string]bool)
		for n := range 1000 {
			text := write(1, n)
			if again := write(1, n); !bytes.Equal(text, again) {
				t.Fatalf("%s %d: %q, then %q", name, n, text, again)
			}
			different[string(text)] = true
		}
		if len(different) < 500 {
			t.Errorf("%s: %d texts of 1000 numbers", name, len(different))
		}
	}
}
