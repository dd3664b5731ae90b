package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func serverWithArchive(t *testing.T, without ...string) *imaptest.Server {
	t.Helper()
	srv := imaptest.Config{User: "joe", Password: testPassword, Messages: inboxMessages(), Without: without}.NewServer(t)
	if err := srv.CreateMailbox("Archive"); err != nil {
		t.Fatal(err)
	}
	return srv
}

func TestMoveAndCopy(t *testing.T) {
	const cannotMove = "imapcompat: warning: the server cannot move: 2 messages copied, and marked for deletion here; --expunge deletes what is marked\n"
	for _, test := range []struct {
		without  []string
		args     []string
		want     result
		left     string
		archived int
	}{
		{nil, []string{"move", "1,3"}, result{0, "2 messages moved\n", ""}, "2D", 2},
		{nil, []string{"move", "2:9", "--uid", "--expunge"}, result{0, "2 messages moved\n", ""}, "1", 2},
		{nil, []string{"move", "1,3", "--json"}, result{0, "{\"moved\":2,\"marked\":0,\"expunged\":0}\n", ""}, "2D", 2},
		{[]string{"MOVE"}, []string{"move", "1,3"}, result{0, "2 messages moved\n", cannotMove}, "1D 2D 3D", 2},
		{[]string{"MOVE"}, []string{"move", "1,3", "--json"}, result{0, "{\"moved\":2,\"marked\":2,\"expunged\":0}\n", cannotMove}, "1D 2D 3D", 2},
		{[]string{"MOVE"}, []string{"move", "1,3", "--expunge"}, result{0, "2 messages moved, 3 expunged\n", ""}, "", 2},
		{nil, []string{"move", "7", "--uid"}, result{1, "", "imapcompat: the set has none of the mailbox's messages\n"}, "1 2D 3", 0},
		{nil, []string{"copy", "1,3"}, result{0, "2 messages copied\n", ""}, "1 2D 3", 2},
		{nil, []string{"copy", "3:9", "--uid", "--json"}, result{0, "{\"copied\":1}\n", ""}, "1 2D 3", 1},
		{nil, []string{"move", "1", "--json", "--dry-run"}, result{0, "{\"moved\":1,\"marked\":0,\"expunged\":0,\"dry_run\":true}\n", ""}, "1 2D 3", 0},
		{nil, []string{"copy", "1", "--json", "--dry-run"}, result{0, "{\"copied\":1,\"dry_run\":true}\n", ""}, "1 2D 3", 0},
		{nil, []string{"delete", "1", "--json", "--dry-run", "--expunge"}, result{0, "{\"marked\":1,\"expunged\":2,\"dry_run\":true}\n", ""}, "1 2D 3", 0},
	} {
		t.Run(strings.Join(slices.Concat(test.without, test.args), " "), func(t *testing.T) {
			srv := serverWithArchive(t, test.without...)
			if err := srv.SetFlags("INBOX", 2, `\Deleted`); err != nil {
				t.Fatal(err)
			}
			args := append([]string{test.args[0], "--user", "joe", srv.IMAP(), test.args[1]}, test.args[2:]...)
			if test.args[0] != "delete" {
				args = append(args, "Archive")
			}
			if r := execute(t, args...); r != test.want {
				t.Errorf("got %+v, want %+v", r, test.want)
			}
			if left := uidsLeft(srv); test.left != "2D" && left != test.left || test.left == "2D" && left != "2D" {
				t.Errorf("left are %q, want %q", left, test.left)
			}
			if n := len(srv.Messages("Archive")); n != test.archived {
				t.Errorf("%d messages in the archive, want %d", n, test.archived)
			}
			if sent := strings.Join(srv.Transcript(), "\n"); slices.Contains(test.args, "--dry-run") && !strings.Contains(sent, "EXAMINE") {
				t.Errorf("a dry run sent\n%s", sent)
			}
		})
	}
}

// Each piece of a move names the right messages, although earlier pieces are gone.
func TestMoveInPieces(t *testing.T) {
	for _, without := range [][]string{nil, {"MOVE"}} {
		srv := imaptest.Config{User: "joe", Password: testPassword, Without: without}.NewServer(t, slices.Repeat([]string{plain}, 2*pieceSize+5)...)
		if err := srv.CreateMailbox("Archive"); err != nil {
			t.Fatal(err)
		}
		r := execute(t, "move", srv.IMAP(), "3:*", "Archive", "--user", "joe", "--expunge")
		if r.code != 0 || r.stderr != "" || uidsLeft(srv) != "1 2" || len(srv.Messages("Archive")) != 2*pieceSize+3 {
			t.Errorf("%q: %+v, left are %s", without, r, uidsLeft(srv))
		}
	}
}

func TestAppend(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	file := filepath.Join(t.TempDir(), "message.eml")
	const text = "Subject: a\r\n\nb\rc\r\nd"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	srv := serverWithArchive(t)
	const mailbox = "Archive"
	for i, args := range [][]string{{file}, {file, "--flags", `\Seen \Flagged`}, {file, "--json"}} {
		r := execute(t, append([]string{"append", srv.IMAPRef() + mailbox, "--user", "joe"}, args...)...)
		if r.code != 0 || r.stderr != "" {
			t.Errorf("%+v", r)
		}
		messages := srv.Messages(mailbox)
		if len(messages) != i+1 || messages[i].Text != "Subject: a\r\n\r\nb\rc\r\nd" {
			t.Errorf("the mailbox has %+v", messages)
		} else if flagged := slices.Contains(messages[i].Flags, `\Flagged`); flagged != slices.Contains(args, "--flags") {
			t.Errorf("flags %q", messages[i].Flags)
		}
	}
	dry := executeJSON(t, "append", srv.IMAPRef()+mailbox, file, "--user", "joe", "--dry-run", "--json")
	var got appended
	if err := json.Unmarshal([]byte(dry), &got); err != nil || got != (appended{srv.IMAPRef() + mailbox, 20, true}) || len(srv.Messages(mailbox)) != 3 {
		t.Errorf("%s, %d messages", dry, len(srv.Messages(mailbox)))
	}
	// The message comes from standard input, and then the mailbox does not exist.
	var stdout, stderr buffer
	code := run(t.Context(), []string{"append", srv.IMAPRef() + mailbox, "-", "--user", "joe"}, strings.NewReader("Subject: b\n\nx"), &stdout, &stderr,
		environment(map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}))
	if messages := srv.Messages(mailbox); code != 0 || len(messages) != 4 || messages[3].Text != "Subject: b\r\n\r\nx" {
		t.Errorf("exit code %d, %q, %+v", code, stderr.String(), messages)
	}
	r := execute(t, "append", srv.IMAPRef()+"Nowhere", file, "--user", "joe")
	if r.code != exitFailure || !strings.HasPrefix(r.stderr, "imapcompat: imap_append(): [TRYCREATE] ") {
		t.Errorf("%+v", r)
	}
	if left := filesIn(t, temporary); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

func TestSequenceOf(t *testing.T) {
	for want, numbers := range map[imapcompat.Sequence][]int{"": nil, "7": {7}, "1:3,5,8:9": {1, 2, 3, 5, 8, 9}} {
		var list []*imapcompat.Overview
		for _, n := range numbers {
			list = append(list, &imapcompat.Overview{Msgno: n})
		}
		if got := sequenceOf(list); got != want {
			t.Errorf("sequenceOf(%d) = %q, want %q", numbers, got, want)
		}
	}
}

func TestWatch(t *testing.T) {
	for _, flags := range [][]string{nil, {"--json"}} {
		srv := serverWithArchive(t)
		arrived := make(chan result, 1)
		go func() {
			arrived <- execute(t, append([]string{"watch", srv.IMAP(), "--user", "joe", "--count", "2"}, flags...)...)
		}()
		for !strings.Contains(strings.Join(srv.Transcript(), "\n"), "IDLE") {
			time.Sleep(time.Millisecond)
		}
		for _, text := range []string{plain, hostile} {
			if _, err := srv.Append("INBOX", imaptest.Message{Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		r := <-arrived
		lines := strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n")
		if r.code != 0 || r.stderr != "" || len(lines) != 2 {
			t.Fatalf("%+v", r)
		}
		if flags == nil && (!strings.HasPrefix(lines[0], "4  ") || !strings.HasSuffix(lines[0], "  Jürgen Müller <jm@example.org>  Grüße")) {
			t.Errorf("%q", lines[0])
		}
		if flags != nil && (!json.Valid([]byte(lines[1])) || !strings.Contains(lines[1], `"uid":5,`)) {
			t.Errorf("%q", lines[1])
		}
	}
}

// A watch that loses its server has the exit code for a temporary failure.
func TestWatchBroken(t *testing.T) {
	srv := serverWithArchive(t)
	ended := make(chan result, 1)
	go func() { ended <- execute(t, "watch", srv.IMAP(), "--user", "joe") }()
	for !strings.Contains(strings.Join(srv.Transcript(), "\n"), "IDLE") {
		time.Sleep(time.Millisecond)
	}
	srv.DropConnections()
	if r := <-ended; r.code != exitTemporary || r.stdout != "" {
		t.Errorf("%+v", r)
	}
}
