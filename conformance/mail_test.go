package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/php"
)

// mailWorker starts a PHP whose sendmail writes its input to a file.
func mailWorker(t *testing.T) (w *php.Worker, file string) {
	t.Helper()
	needOracle(t)
	dir := t.TempDir()
	file = filepath.Join(dir, "message")
	ini := fmt.Sprintf("sendmail_path = \"cat >'%s'\"\n", file)
	if err := os.WriteFile(filepath.Join(dir, "sendmail.ini"), []byte(ini), 0o600); err != nil {
		t.Fatal(err)
	}
	w = &php.Worker{Env: []string{"PHP_INI_SCAN_DIR=:" + dir}}
	t.Cleanup(func() { w.Close() })
	return w, file
}

// sent keeps the message that it should send.
type sent struct{ text string }

func (s *sent) Send(_ context.Context, message []byte) error {
	s.text = string(message)
	return nil
}

// TestMail leaves out line breaks in fields, which PHP lets pass and we refuse.
func TestMail(t *testing.T) {
	w, file := mailWorker(t)
	r := rand.New(rand.NewPCG(3, 4))
	words := []string{
		"", "a@example.org", "a, b <b@example.org>", "bad <", "g:;", "a,\r\n b", "x\n\ty", "ä", "\xff", " ", "%s", "`id`", "$(id)", `"`, "\\", "\x00", "a\x00b",
	}
	texts := append([]string{"text", ".\r\n.\n", "\n\n", "H: 1\r\n", "A: 1\nB: 2"}, words...)
	field := func() string { return words[r.IntN(len(words)-2*r.IntN(2))] }
	text := func() string { return texts[r.IntN(len(texts)-2*r.IntN(2))] }
	for i := range 1500 {
		to, subject, message, headers, cc, bcc, from := field(), field(), text(), text(), field(), field(), field()
		os.Remove(file)
		a, err := w.Call("imap_mail", php.Bytes(to), php.Bytes(subject), php.Bytes(message),
			php.Bytes(headers), php.Bytes(cc), php.Bytes(bcc), php.Bytes(from))
		if err != nil {
			t.Fatal(err)
		}
		want := ofPHP(a)
		if message == "" {
			want.warnings = nil // that there is no message, which goes out all the same
		}
		wrote, err := os.ReadFile(file)
		if err != nil && a.Exception == nil {
			t.Fatal(err)
		}
		var s sent
		err = imapcompat.Mail(to, subject, message, imapcompat.WithAdditionalHeaders(headers), imapcompat.WithCc(cc),
			imapcompat.WithBcc(bcc), imapcompat.WithReturnPath(from), imapcompat.WithSender(&s))
		got := ofLibrary(true, err, "false")
		compare(t, fmt.Sprintf("local/imap_mail/%d", i),
			fmt.Sprintf("%v %q", want, wrote), fmt.Sprintf("%v %q", got, s.text))
	}
}
