package conformance

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// message is a message of the corpus.
type message struct {
	name string // "folder/file", without .eml
	raw  []byte
}

// ownMessages are the messages in testdata.
func ownMessages(t *testing.T) []message {
	t.Helper()
	messages := readMessages(t, "testdata/messages/*.eml")
	if len(messages) == 0 {
		t.Fatal("no messages in testdata")
	}
	return messages
}

// sharedCorpus is a folder beside the repository, with messages in folders.
const sharedCorpus = "../../shared/corpus"

// allMessages returns these, and those of the folder beside the repository if it exists.
func allMessages(t *testing.T) []message {
	t.Helper()
	shared := readMessages(t, sharedCorpus+"/*/*.eml")
	if other != nil {
		var sample []message
		for i := 0; i < len(shared); i += 8 {
			sample = append(sample, shared[i])
		}
		shared = sample
	}
	return append(ownMessages(t), shared...)
}

func readMessages(t *testing.T, pattern string) []message {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var messages []message
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		folder, base := filepath.Split(file)
		messages = append(messages, message{
			name: filepath.Base(folder) + "/" + strings.TrimSuffix(base, ".eml"),
			raw:  raw,
		})
	}
	return messages
}

// TestTable compares the table in testdata/README.md with the folder.
func TestTable(t *testing.T) {
	readme, err := os.ReadFile("testdata/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var table, folder []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .+ \\|$").FindAllSubmatch(readme, -1) {
		table = append(table, "messages/"+string(row[1]))
	}
	for _, m := range ownMessages(t) {
		folder = append(folder, m.name)
	}
	slices.Sort(table)
	slices.Sort(folder)
	if !slices.Equal(table, folder) {
		t.Errorf("the table has\n%q\nthe folder\n%q", table, folder)
	}
}

// TestBytes detects whether a version control system or an editor has changed the line ends.
func TestBytes(t *testing.T) {
	ends := map[string]struct{ cr, lf, crlf int }{
		"messages/empty":        {0, 0, 0},
		"messages/one-newline":  {0, 1, 0},
		"messages/crlf":         {9, 9, 9},
		"messages/cr-only":      {7, 0, 0},
		"messages/mixed-ends":   {7, 9, 5},
		"messages/header-only":  {0, 4, 0},
		"messages/crcrlf":       {14, 7, 7},
		"messages/subject-8bit": {0, 6, 0},
	}
	for _, m := range ownMessages(t) {
		want, ok := ends[m.name]
		if !ok {
			continue
		}
		delete(ends, m.name)
		got := struct{ cr, lf, crlf int }{
			bytes.Count(m.raw, []byte("\r")), bytes.Count(m.raw, []byte("\n")), bytes.Count(m.raw, []byte("\r\n")),
		}
		if got != want {
			t.Errorf("%s: CR, LF, CRLF are %v, want %v", m.name, got, want)
		}
	}
	for name := range ends {
		t.Errorf("no %s", name)
	}
}
