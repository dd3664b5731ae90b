package readable_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/readable"
)

// Any message is read without an error, those of the shared corpus too where it is there. Where
// MIME is in order it is read in the same way over both protocols. Where it is not, Dovecot and
// c-client find other parts.
func TestCorpus(t *testing.T) {
	var files, messages []string
	for _, pattern := range []string{"testdata/reports/*.eml", "../../shared/corpus/*/*.eml"} {
		found, err := filepath.Glob(pattern)
		must(t, err)
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		messages = append(messages, string(text))
	}
	srv := imaptest.NewServer(t, messages...)
	var read [2][]string
	for i, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		mbox, err := imapcompat.Open(mailbox, srv.User, srv.Password)
		must(t, err)
		defer mbox.Close()
		for num := range files {
			msg, err := readable.Open(mbox, num+1, imapcompat.FT_PEEK)
			if err != nil {
				t.Fatalf("%s: %v", files[num], err)
			}
			read[i] = append(read[i], describe(t, files[num], msg))
		}
	}
	for num, file := range files {
		if strings.HasPrefix(file, "testdata") && read[0][num] != read[1][num] {
			t.Errorf("%s\nover IMAP %s\nover POP3 %s", file, read[0][num], read[1][num])
		}
	}
	t.Logf("%d messages", len(files))
}

// describe returns all that is read of a message and of the messages in it.
func describe(t *testing.T, file string, msg *readable.Message) string {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	text, _, err := msg.Text()
	check(err)
	markup, _, err := msg.HTML()
	check(err)
	kind, err := msg.Classify()
	check(err)
	protections, err := msg.Protections()
	check(err)
	all := fmt.Sprintf("%q %q %v %v\n", text, markup, kind.Kind, protections)
	for a, err := range msg.Attachments() {
		check(err)
		if err != nil {
			break
		}
		n, err := a.WriteTo(io.Discard)
		check(err)
		all += fmt.Sprintf("%s %q %q %s %s %d\n", a.Section, a.Name, a.SafeName, a.Type, a.ContentID, n)
	}
	for nested := range msg.Messages() {
		all += describe(t, file, nested)
	}
	return all
}
