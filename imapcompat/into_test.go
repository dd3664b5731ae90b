package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

// A message that a mail program has seen is not delivered again.
func TestMaildirSeen(t *testing.T) {
	srv := mailServer(t, letters(3)...)
	place := filepath.Join(t.TempDir(), "place")
	for i := range 3 { // each time with a new ledger
		r := process(t, srv.IMAP(), "--name", "x", "--into", "maildir:"+place)
		if r.code != 0 || summary(r) != "3 new, 3 done," {
			t.Fatalf("%+v", r)
		}
		fresh, err := os.ReadDir(place + "/new")
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 && len(fresh) != 3 || i == 1 && len(fresh) != 0 {
			t.Errorf("new has %v", fresh)
		}
		for _, f := range fresh {
			if err := os.Rename(place+"/new/"+f.Name(), place+"/cur/"+f.Name()+":2,S"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if seen, err := os.ReadDir(place + "/cur"); err != nil || len(seen) != 3 {
		t.Errorf("cur has %v, %v", seen, err)
	}
}

// What a kill leaves in an mbox is completed, whatever else has happened to the file.
func TestMboxJournal(t *testing.T) {
	const foreign = "From ada Mon Mar  3 09:12:44 2025\nSubject: foreign\n\nSent by another program.\n\n"
	srv := mailServer(t, letters(2)...)
	whole := filepath.Join(t.TempDir(), "mbox")
	if err := os.WriteFile(whole, []byte(foreign), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := process(t, srv.IMAP(), "--name", "x", "--limit", "1", "--into", "mbox:"+whole); r.code != 0 || r.stderr != "" {
		t.Fatalf("%+v", r)
	}
	text := read(t, whole)
	record := strings.TrimPrefix(text, foreign)
	if record == text || !strings.HasSuffix(record, "\n\n") || !strings.HasPrefix(record, "From sender0@example.org ") {
		t.Fatalf("the mbox has\n%s", text)
	}
	journal := fmt.Sprintf("{\"offset\":%d,\"size\":%d}\n", len(foreign), len(record)) + record
	head := strings.Index(record, "Subject") // the lines of this program
	for _, test := range []struct {
		name, mbox string
		foreign    int // messages of another program
	}{
		{"nothing written", foreign, 1},
		{"an octet written", foreign + record[:1], 1},
		{"the key written", foreign + record[:head], 1},
		{"a half written", foreign + record[:len(record)/2], 1},
		{"all but the end written", foreign + record[:len(record)-1], 1},
		{"all written", foreign + record, 1},
		{"all written, and another message after it", foreign + record + foreign, 2},
		{"emptied by another program", "", 0},
		{"written anew by another program", "From eve Mon Mar  3 09:12:44 2025\n" + strings.Repeat("x", 300) + "\n\n", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "mbox")
			if err := os.WriteFile(path, []byte(test.mbox), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path+".imapcompat", []byte(journal), 0o600); err != nil {
				t.Fatal(err)
			}
			if r := process(t, srv.IMAP(), "--name", "x", "--into", "mbox:"+path); r.code != 0 || summary(r) != "2 new, 2 done," {
				t.Errorf("%+v", r)
			}
			var mine []string
			others := 0
			for _, m := range mboxMessages(t, path) {
				switch {
				case strings.Contains(m, "Subject: foreign"):
					others++
				case strings.Contains(m, keyField):
					mine = append(mine, m)
				}
			}
			checkLetters(t, mine, 2)
			if others != test.foreign || len(mine) != 2 {
				t.Errorf("%d messages of others, %d of this program", others, len(mine))
			}
			if _, err := os.Stat(path + ".imapcompat"); err == nil {
				t.Error("the journal is left")
			}
		})
	}
	// Another program has appended to a half: a whole one follows.
	path := filepath.Join(t.TempDir(), "mbox")
	if err := os.WriteFile(path, []byte(foreign+record[:len(record)/2]+"\n\n"+foreign), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".imapcompat", []byte(journal), 0o600); err != nil {
		t.Fatal(err)
	}
	process(t, srv.IMAP(), "--name", "x", "--into", "mbox:"+path)
	if text := read(t, path); !strings.Contains(text, foreign+record) || strings.Count(text, foreign) != 2 {
		t.Errorf("the mbox has\n%s", text)
	}
}

// A message cannot pass for another one that was delivered, and locks that are left hold nobody up.
func TestMboxForgedKeyAndLocks(t *testing.T) {
	srv := mailServer(t, letters(1)...)
	first := filepath.Join(t.TempDir(), "mbox")
	process(t, srv.IMAP(), "--name", "x", "--into", "mbox:"+first)
	key := regexp.MustCompile(keyField + ": \\w+\n").FindString(read(t, first))
	path := filepath.Join(t.TempDir(), "mbox")
	forged := "From eve Mon Mar  3 09:12:44 2025\nSubject: x\n" + key + "\n" + key + "\n>From x\n" + key + "\n"
	if err := os.WriteFile(path, []byte(forged), 0o600); err != nil {
		t.Fatal(err)
	}
	host, _ := os.Hostname()
	if err := os.WriteFile(path+".lock", []byte("999999999 "+host+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := process(t, srv.IMAP(), "--name", "x", "--into", "mbox:"+path); r.code != 0 {
		t.Errorf("%+v", r)
	}
	if text := read(t, path); !strings.Contains(text, "Subject: letter 1") {
		t.Errorf("the mbox has\n%s", text)
	}
	// The lock of a program that runs is waited for, up to the time limit.
	if err := os.WriteFile(path+".lock", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := process(t, srv.IMAP(), "--time-limit", "100ms", "--into", "mbox:"+path)
	if r.code == 0 || !strings.Contains(r.stderr, ".lock is there") {
		t.Errorf("%+v", r)
	}
	if _, err := os.Stat(path + ".lock"); err != nil {
		t.Error("the lock of another program is removed")
	}
}

// A place that cannot be written to is no fault of the messages.
func TestIntoFails(t *testing.T) {
	srv := mailServer(t, letters(2)...)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, into := range []string{"dir:" + file, "maildir:" + file, "mbox:" + file + "/mbox", "http://127.0.0.1:1/x"} {
		r := process(t, srv.IMAP(), "--attempts", "1", "--then", "delete", "--into", into)
		if r.code != exitTemporary || summary(r) != "2 new, 2 failed, 2 left," {
			t.Errorf("%s: %+v", into, r)
		}
	}
	if uidsLeft(srv) != "1 2" {
		t.Errorf("left are %s", uidsLeft(srv))
	}
}

// The answer of a web service decides, and nobody gets the password of its address to see.
func TestIntoHTTP(t *testing.T) {
	for _, test := range []struct {
		status  int
		header  map[string]string
		code    int
		summary string
		stderr  string
	}{
		{200, nil, 0, "1 new, 1 done,", `^$`},
		{202, nil, 0, "1 new, 1 done,", `^$`},
		{429, map[string]string{"Retry-After": "7200"}, 75, "1 new, 1 failed, 1 left,", `again in 2h0m0s .*: HTTP 429 Too Many Requests: the reason\n$`},
		{503, map[string]string{"Retry-After": time.Now().Add(3 * time.Hour).UTC().Format(http.TimeFormat)}, 75, "1 new, 1 failed, 1 left,", `again in (2h59m|3h0m)`},
		{503, map[string]string{"Retry-After": "9999999"}, 75, "1 new, 1 failed, 1 left,", `again in 24h0m0s `},
		{503, nil, 75, "1 new, 1 failed, 1 left,", `again in [4-6]m`},
		{401, nil, 75, "1 new, 1 failed, 1 left,", `HTTP 401`},
		{500, nil, 1, "1 new, 1 failed, 1 left,", `again in .*: HTTP 500`},
		{400, nil, 1, "1 new, 1 quarantined,", `quarantined .*: HTTP 400 Bad Request: the reason\n$`},
		{422, nil, 1, "1 new, 1 quarantined,", `quarantined .*: HTTP 422`},
		{307, map[string]string{"Location": "http://127.0.0.1:1/secret-path"}, 1, "1 new, 1 failed, 1 left,", `HTTP 307 .*redirects are not followed\n$`},
	} {
		t.Run(fmt.Sprint(test.status, test.header), func(t *testing.T) {
			var got *http.Request
			var text []byte
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r
				text, _ = io.ReadAll(r.Body)
				for name, value := range test.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(test.status)
				fmt.Fprint(w, "the reason\x1b[31m\nmore\n")
			}))
			defer web.Close()
			srv := mailServer(t, imaptest.Message{Text: "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe=0D=0AX-Forged:_1?=\nFrom: jm@example.org\n\nHallo\n"})
			address := strings.Replace(web.URL, "http://", "http://joe:"+testPassword+"@", 1)
			address = strings.Replace(address, "pa55-Wort/geheim", "pa55-Wort%2Fgeheim", 1) + "/mail?token=" + testToken
			stderr := strings.NewReplacer("[31m", "")
			r := process(t, srv.IMAP(), "--into", address)
			r.stderr = stderr.Replace(r.stderr)
			if r.code != test.code || summary(r) != test.summary || !regexp.MustCompile(test.stderr).MatchString(r.stderr) || strings.Contains(r.stderr, "secret-path") || strings.Contains(r.stderr, "geheim") {
				t.Errorf("%+v", r)
			}
			user, password, _ := got.BasicAuth()
			if user != "joe" || password != testPassword || got.Method != "POST" || got.URL.Path != "/mail" {
				t.Errorf("%s %s of %q", got.Method, got.URL, user)
			}
			if string(text) != srv.Messages("INBOX")[0].Text || got.ContentLength != int64(len(text)) {
				t.Errorf("sent %q", text)
			}
			h := got.Header
			if h.Get("Content-Type") != "message/rfc822" || h.Get("Idempotency-Key") == "" || h.Get("Idempotency-Key") != h.Get("Imapcompat-Key") ||
				h.Get("Imapcompat-Subject") != "=?utf-8?q?Gr=C3=BC=C3=9Fe_X-Forged:_1?=" || h.Get("X-Forged") != "" || h.Get("Imapcompat-From-Address") != "jm@example.org" {
				t.Errorf("%q", h)
			}
		})
	}
}

// A certificate that nobody has signed is refused, and no message is sent.
func TestIntoHTTPCertificate(t *testing.T) {
	asked := false
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	web.Config.ErrorLog = nil
	web.StartTLS()
	defer web.Close()
	srv := mailServer(t, letters(1)...)
	r := process(t, srv.IMAP(), "--into", "http:"+web.URL)
	if r.code != exitTemporary || asked || !strings.Contains(r.stderr, "certificate") {
		t.Errorf("%+v, asked %t", r, asked)
	}
}

// FuzzMbox writes messages into an mbox, and reads them as the format is described: a message
// begins at a line "From " after an empty line, and a ">" before "From " is taken away.
func FuzzMbox(f *testing.F) {
	f.Add("Subject: a\r\n\r\nFrom x\r\n>From y\r\n", "b")
	f.Add("", "\n\nFrom a b\nX-Imapcompat-Key: k1\n\n")
	f.Add("\r\r\n\r", ">>>From \n\n\n")
	f.Add(strings.Repeat("x", 4096)+"From y", strings.Repeat(">", 4095)+"From ")
	f.Fuzz(func(t *testing.T, first, second string) {
		var mbox bytes.Buffer
		for i, text := range []string{first, second} {
			head := fmt.Sprintf("From a b\n%s: k%d\n", keyField, i)
			if err := writeMboxMessage(&mbox, head, strings.NewReader(text)); err != nil {
				t.Fatal(err)
			}
		}
		keys := map[string]bool{}
		if err := findKeys(bytes.NewReader(mbox.Bytes()), keys); err != nil || len(keys) != 2 || !keys["k0"] || !keys["k1"] {
			t.Errorf("keys %v, %v in %q", keys, err, mbox.String())
		}
		if strings.Contains(first+second, strings.Repeat(">", 4000)) {
			return // a line that is longer than the buffer is quoted by its beginning
		}
		messages := strings.Split(strings.TrimPrefix(mbox.String(), "From "), "\n\nFrom ")
		if len(messages) != 2 {
			t.Fatalf("%d messages in %q", len(messages), mbox.String())
		}
		for i, want := range []string{first, second} {
			got := strings.TrimPrefix(messages[i]+"\n", fmt.Sprintf("a b\n%s: k%d\n", keyField, i))
			got = regexp.MustCompile(`(?m)^>(>*From )`).ReplaceAllString(got, "$1")
			want = strings.ReplaceAll(want, "\r\n", "\n")
			if strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
}

// FuzzMboxKeys reads any file.
func FuzzMboxKeys(f *testing.F) {
	f.Add("From a b\nX-Imapcompat-Key: k\n\n\nFrom c d\nSubject: x\nX-Imapcompat-Key: forged\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		keys := map[string]bool{}
		if err := findKeys(strings.NewReader(text), keys); err != nil || len(keys) > strings.Count(text, "From ") {
			t.Errorf("%v, %v", keys, err)
		}
	})
}

// A place that is not there ends the run: not every message waits for it.
func TestIntoAbsent(t *testing.T) {
	srv := mailServer(t, letters(3*absentAfter)...)
	folder := t.TempDir()
	ledger := filepath.Join(folder, "inbox.db")
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := process(t, srv.IMAP(), "--ledger", ledger, "--name", "x", "--into", "dir:"+file)
	if r.code != exitTemporary || !strings.Contains(r.stderr, "the run is ended, the place is not there: ") || strings.Count(r.stderr, ": failed, ") != absentAfter {
		t.Errorf("%+v", r)
	}
	r = process(t, srv.IMAP(), "--ledger", ledger, "--name", "x", "--into", "dir:"+folder+"/there")
	if r.code != 0 || !strings.HasPrefix(r.stdout, fmt.Sprintf("%d done, %d left,", 2*absentAfter, absentAfter)) {
		t.Errorf("%+v", r)
	}
}
