package imapcompat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// sectionMessages are messages and the numbers of their parts. The text of a part that has no
// parts of its own is its number.
var sectionMessages = []struct {
	text     string
	sections string
}{
	{"Subject: plain\n\ntext of 1", "1"},
	{"Content-Type: multipart/mixed; boundary=b\n\n" +
		"--b\n\ntext of 1\n--b\nContent-Type: image/png\n\ntext of 2\n--b--\n", "1 2"},
	{"Content-Type: multipart/mixed; boundary=b\n\n" +
		"--b\nContent-Type: multipart/alternative; boundary=a\n\n" +
		"--a\n\ntext of 1.1\n--a\nContent-Type: text/html\n\ntext of 1.2\n--a--\n" +
		"--b\nContent-Type: application/pdf\n\ntext of 2\n--b--\n", "1 1.1 1.2 2"},
	{"Content-Type: multipart/mixed; boundary=b\n\n" +
		"--b\n\ntext of 1\n" +
		"--b\nContent-Type: message/rfc822\n\nSubject: nested\n\ntext of 2.1\n" +
		"--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n" +
		"--c\n\ntext of 3.1\n--c\nContent-Type: message/rfc822\n\nSubject: deeper\n\ntext of 3.2.1\n--c--\n" +
		"--b--\n", "1 2 2.1 3 3.1 3.2 3.2.1"},
	{"Content-Type: message/rfc822\n\nSubject: nested\n\ntext of 1.1", "1 1.1"},
	{"Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nSubject: nested\n\ntext of 1.1.1", "1 1.1 1.1.1"},
	{"Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=b\n\n" +
		"--b\n\ntext of 1.1\n--b\n\ntext of 1.2\n--b--\n", "1 1.1 1.2"},
	{"Content-Type: message/partial; number=1\n\ntext of 1", "1"},
}

// Each section is the part that BodyStruct and FetchBody have under its number, as PHP
// numbers them. conformance compares them with PHP's on Dovecot.
func TestSections(t *testing.T) {
	var texts []string
	for _, m := range sectionMessages {
		texts = append(texts, "MIME-Version: 1.0\n"+m.text)
	}
	both(t, texts, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		for i, m := range sectionMessages {
			structure, err := mbox.FetchStructure(i + 1)
			must(t, err)
			var numbers []string
			for section, part := range structure.Sections() {
				numbers = append(numbers, section)
				found, err := mbox.BodyStruct(i+1, section)
				must(t, err)
				alone := *part
				alone.Parts = nil
				if got, want := fmt.Sprintf("%+v", alone), fmt.Sprintf("%+v", *found); got != want {
					t.Errorf("message %d, section %s:\n%s\nBodyStruct has\n%s", i+1, section, got, want)
				}
				text, err := mbox.FetchBody(i+1, section, imapcompat.FT_PEEK)
				must(t, err)
				if len(part.Parts) == 0 && strings.TrimSpace(text) != "text of "+section {
					t.Errorf("message %d, section %s is %q", i+1, section, text)
				}
			}
			if got := strings.Join(numbers, " "); got != m.sections {
				t.Errorf("message %d has the sections %s, want %s", i+1, got, m.sections)
			}
		}
	})
}

// A loop may end anywhere.
func TestSectionsBreak(t *testing.T) {
	leaf := &imapcompat.Structure{Type: imapcompat.TYPETEXT, Subtype: "PLAIN"}
	multipart := func(parts ...*imapcompat.Structure) *imapcompat.Structure {
		return &imapcompat.Structure{Type: imapcompat.TYPEMULTIPART, Parts: parts}
	}
	nested := &imapcompat.Structure{Type: imapcompat.TYPEMESSAGE, Subtype: "RFC822", Parts: []*imapcompat.Structure{multipart(leaf, leaf)}}
	s := multipart(multipart(leaf, nil, leaf), nested, leaf)
	want := []string{"1", "1.1", "1.3", "2", "2.1", "2.2", "3"}
	for n := range want {
		var got []string
		for section := range s.Sections() {
			if got = append(got, section); len(got) == n+1 {
				break
			}
		}
		if !slices.Equal(got, want[:n+1]) {
			t.Errorf("%d sections: %q, want %q", n+1, got, want[:n+1])
		}
	}
	var none *imapcompat.Structure
	for section := range none.Sections() {
		t.Errorf("no structure has section %s", section)
	}
}
