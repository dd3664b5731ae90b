package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// withAttachment returns a message with a text and an attachment with this content.
func withAttachment(disposition, content string) string {
	if !strings.HasPrefix(disposition, "attachment") {
		disposition = fmt.Sprintf(`attachment; filename="%s"`, disposition)
	}
	return "From: a@example.org\r\nSubject: attached\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" +
		"--x\r\n\r\ntext\r\n--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: " + disposition + "\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(content)) + "\r\n--x--\r\n"
}

// filesIn returns the names and contents of all files in a folder.
func filesIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			text = []byte(err.Error())
		}
		found[e.Name()] = string(text)
	}
	return found
}

func TestSaveNames(t *testing.T) {
	for _, test := range []struct{ disposition, want string }{
		{"plain.txt", "plain.txt"},
		{"../../etc/passwd", "passwd"},
		{"/etc/passwd", "passwd"},
		{`attachment; filename="..\\..\\boot.ini"`, "boot.ini"},
		{`C:\\a\\b.txt`, "b.txt"},
		{"..", "1-2.bin"},
		{".", "1-2.bin"},
		{"a/", "1-2.bin"},
		{"...", "1-2.bin"},
		{"file.txt:stream", "file.txt_stream"},
		{"CON", "_CON"},
		{"nul.txt", "_nul.txt"},
		{"Lpt1 .a.b", "_Lpt1 .a.b"},
		{"console", "console"},
		{"-rf", "_-rf"},
		{".bashrc", "_.bashrc"},
		{"trailing. . ", "trailing"},
		{"a<b>c|d?e*f", "a_b_c_d_e_f"},
		{"=?UTF-8?B?Li4vZXZpbOKArmdwai5leGU=?=", "evilgpj.exe"},
		{"=?UTF-8?Q?=C2=9B31m=1B[0m=00.txt?=", "31m[0m.txt"},
		{"=?ISO-8859-1?Q?B=FCcher.pdf?=", "Bücher.pdf"},
		{"attachment; filename*=UTF-8''..%2F..%2Fl%C3%B6%00.txt", "lö.txt"},
		{"attachment; filename*=ISO-8859-1'de'%FCber.txt; filename=fallback.txt", "über.txt"},
		{"attachment; filename*0*=UTF-8''one%20; filename*1=two; filename*2*=%2Etxt", "one two.txt"},
		{"attachment; filename*10=k; filename*0=a; filename*1=b; filename*2=c", "abck"},
		{"attachment; filename*=%zz", "%zz"},
		{"attachment; filename*=UTF-8''" + strings.Repeat("%C3%A4", 300) + ".pdf", strings.Repeat("ä", 58) + ".pdf"},
		{"attachment; filename*=UTF-8''" + strings.Repeat("%C3%A4", 300), strings.Repeat("ä", 60)},
		{"=?UTF-8?Q?bad=FF?=", "badÿ"},
	} {
		srv := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t, withAttachment(test.disposition, "content"))
		for _, mailbox := range []string{srv.POP3(), srv.IMAP()} {
			folder := t.TempDir()
			r := execute(t, "save", mailbox, "1", folder, "--user", "joe")
			if r.code != 0 || r.stderr != "" {
				t.Errorf("%s: %+v", test.disposition, r)
			}
			found := filesIn(t, folder)
			if len(found) != 1 || found[test.want] != "content" {
				t.Errorf("%s over %s: saved %q, want %q", test.disposition, mailbox, found, test.want)
			}
		}
	}
}

func TestSaveReplacesNothing(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside.txt")
	folder := t.TempDir()
	for name, text := range map[string]string{outside: "outside", folder + "/a.txt": "mine", folder + "/b.txt.part": "mine"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, folder+"/link.txt"); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(folder+"/nowhere", folder+"/dangling.txt"); err != nil {
		t.Fatal(err)
	}
	srv := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t, withAttachment("A.TXT", "1"),
		withAttachment("a.txt", "2"), withAttachment("b.txt", "3"), withAttachment("link.txt", "4"), withAttachment("dangling.txt", "5"))
	r := execute(t, "save", srv.IMAP(), "1:*", folder, "--user", "joe")
	if r.code != 0 {
		t.Errorf("%+v", r)
	}
	want := map[string]string{
		"a.txt": "mine", "A (2).TXT": "1", "a (3).txt": "2", "b.txt.part": "mine", "b (2).txt": "3",
		"link.txt": "outside", "link (2).txt": "4", "dangling (2).txt": "5",
	}
	found := filesIn(t, folder)
	delete(found, "dangling.txt")
	if fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("the folder has\n%q, want\n%q", found, want)
	}
	if _, err := os.Lstat(folder + "/nowhere"); err == nil {
		t.Error("written through a symbolic link")
	}
	for _, m := range srv.Messages("INBOX") {
		if slices.Contains(m.Flags, `\Seen`) {
			t.Error("a message has become read")
		}
	}
}

// Files that another program creates meanwhile are not replaced either.
func TestFolderMeanwhile(t *testing.T) {
	path := t.TempDir()
	f, err := openFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.WriteFile(path+"/a.txt.part", []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, name, err := f.create("a.txt", unfinished)
	if err != nil || name != "a (2).txt" {
		t.Fatalf("created %q, %v", name, err)
	}
	if _, err := file.WriteString("ours"); err != nil {
		t.Fatal(err)
	}
	file.Close()
	if err := os.WriteFile(path+"/a (2).txt", []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if name, err = f.finish(name+unfinished, name); err != nil {
		t.Fatal(err)
	}
	found := filesIn(t, path)
	want := map[string]string{"a.txt.part": "theirs", "a (2).txt": "theirs", name: "ours"}
	if fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("the folder has %q, want %q", found, want)
	}
}

// TestSaveParts checks which parts are attachments, and how they are decoded.
func TestSaveParts(t *testing.T) {
	const message = "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n" +
		"--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n" +
		"--i\r\n\r\nplain\r\n--i\r\nContent-Type: text/html\r\n\r\nhtml\r\n--i--\r\n" +
		"--o\r\nContent-Type: text/csv; name=\"t.csv\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db;=\r\nc\r\n\r\n" +
		"--o\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=n\r\n\r\n" +
		"--n\r\nContent-Disposition: attachment; filename=inner.txt\r\n\r\ninner\r\n--n--\r\n\r\n" +
		"--o\r\nContent-Disposition: attachment\r\n\r\nunnamed\r\n" +
		"--o\r\nContent-Type: text/html\r\nContent-Disposition: inline\r\n\r\nshown\r\n--o--\r\n"
	srv := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t, message, "Subject: none\r\n\r\ntext\r\n")
	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		folder := t.TempDir()
		dry := executeJSON(t, "save", mailbox, "1:2", folder, "--user", "joe", "--json", "--dry-run")
		if found := filesIn(t, folder); len(found) != 0 {
			t.Errorf("a dry run saved %q", found)
		}
		var planned, saved []savedFile
		document := executeJSON(t, "save", mailbox, "1:2", folder, "--user", "joe", "--json")
		for text, list := range map[string]*[]savedFile{dry: &planned, document: &saved} {
			if err := json.Unmarshal([]byte(text), list); err != nil {
				t.Fatal(err)
			}
		}
		var names []string
		for i, f := range saved {
			names = append(names, f.Section+" "+f.File)
			if f.File != planned[i].File || f.Section != planned[i].Section {
				t.Errorf("saved %+v, planned %+v", f, planned[i])
			}
		}
		if got, want := strings.Join(names, ", "), "2 t.csv, 3 1-3.eml, 4 1-4.txt"; got != want {
			t.Errorf("%s: saved %s, want %s", mailbox, got, want)
		}
		found := filesIn(t, folder)
		if found["t.csv"] != "a=b;c\r\n" || found["1-4.txt"] != "unnamed" || !strings.HasPrefix(found["1-3.eml"], "Subject: inner\r\n") {
			t.Errorf("%s: saved %q", mailbox, found)
		}
		if r := execute(t, "save", mailbox, "2", folder, "--user", "joe"); r != (result{0, "", "imapcompat: no attachments\n"}) {
			t.Errorf("%+v", r)
		}
	}
}

// A file that cannot be received whole is removed.
func TestSaveBroken(t *testing.T) {
	var log buffer
	config := imaptest.Config{User: "joe", Password: testPassword, Log: &log}
	text := withAttachment("whole.bin", strings.Repeat("0123456789", 30_000))
	srv := config.NewServer(t, text)
	folder := t.TempDir()
	srv.DropAfter(200_000)
	r := execute(t, "save", srv.IMAP(), "1", folder, "--user", "joe")
	if r.code != exitTemporary || !strings.Contains(r.stderr, "imapcompat: message 1, section 2: imap_savebody(): ") {
		t.Errorf("%+v", r)
	}
	if found := filesIn(t, folder); len(found) != 0 {
		t.Errorf("left is %d files", len(found))
	}
}
