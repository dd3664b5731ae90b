package message

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/dovecot.txt anew, from Dovecot's answers (with IMAPCOMPAT_CONFORMANCE=1)")

const recordedFile = "testdata/dovecot.txt"

// maxRecorded limits the messages of which sections are recorded, in octets.
const maxRecorded = 2000

// TestRecorded compares answers with Dovecot's of the odd messages, which the file has.
func TestRecorded(t *testing.T) {
	if *update {
		record(t)
	}
	text, err := os.ReadFile(recordedFile)
	if err != nil {
		t.Fatal(err)
	}
	messages := make(map[string]string)
	for _, o := range oddMessages() {
		messages[o.name] = o.text
	}
	for block := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		name, answers, _ := strings.Cut(block, "\n")
		source, ok := messages[name]
		if !ok {
			t.Errorf("no message %q", name)
		}
		delete(messages, name)
		m := Parse([]byte(source))
		for answer := range strings.SplitSeq(answers, "\n") {
			item, quoted, _ := strings.Cut(answer, "\t")
			want, err := strconv.Unquote(quoted)
			if err != nil {
				t.Fatalf("%s: %v", answer, err)
			}
			if got := string(m.answer(t, item)); got != want {
				t.Errorf("%s of %q\nmessage %q\n   want %q\n    got %q", item, name, source, want, got)
			}
		}
	}
	for name := range messages {
		t.Errorf("%q is not recorded", name)
	}
}

// answer returns the value of an item of FETCH.
func (m *Message) answer(t *testing.T, item string) []byte {
	switch item {
	case "ENVELOPE":
		return m.Envelope()
	case "BODY":
		return m.Body()
	case "BODYSTRUCTURE":
		return m.BodyStructure()
	}
	name := strings.TrimSuffix(strings.TrimPrefix(item, "BODY["), "]")
	for _, s := range sectionsOf(m) {
		if s.String() == name {
			data, _ := m.Section(s.part, s.specifier, s.fields)
			return data
		}
	}
	t.Errorf("no section %s", item)
	return nil
}

// record writes the file. Sections are recorded of multiparts, of messages in messages, and of what
// has an odd header.
func record(t *testing.T) {
	server := startDovecot(t)
	list := oddMessages()
	c := openMailbox(t, server, "record", list)
	defer c.close()
	var b strings.Builder
	for i, o := range list {
		number := strconv.Itoa(i + 1)
		fmt.Fprintln(&b, o.name)
		m := Parse([]byte(o.text))
		if !strings.Contains(o.name, "addresses") && !strings.Contains(o.name, "content") && len(o.text) < maxRecorded {
			for _, s := range sectionsOf(m) {
				item := "BODY[" + s.String() + "]"
				answers, status := c.fetch(number, strings.Replace(item, "[", ".PEEK[", 1))
				_, data, ok := strings.Cut(string(answers[i+1][item]), "\r\n")
				if !ok {
					t.Fatalf("%s of %s: %s", item, o.name, status)
				}
				if len(data) > 0 || len(s.part) > 0 && s.specifier == "" {
					fmt.Fprintf(&b, "%s\t%q\n", item, data)
				}
			}
		}
		b.WriteByte('\n')
	}
	// Each item is read first, before Dovecot has others in its cache.
	blocks := strings.Split(strings.TrimSuffix(b.String(), "\n\n"), "\n\n")
	for _, item := range []string{"BODYSTRUCTURE", "BODY", "ENVELOPE"} {
		c := openMailbox(t, server, "record-"+strings.ToLower(item), list)
		defer c.close()
		answers, _ := c.fetch("1:*", item)
		for i := range blocks {
			name, rest, _ := strings.Cut(blocks[i]+"\n", "\n")
			blocks[i] = strings.TrimSuffix(fmt.Sprintf("%s\n%s\t%q\n%s", name, item, answers[i+1][item], rest), "\n")
		}
	}
	if err := os.WriteFile(recordedFile, []byte(strings.Join(blocks, "\n\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
