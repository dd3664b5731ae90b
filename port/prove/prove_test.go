package prove_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/port/prove"
	"github.com/imapcompat/imapcompat/sendmail"
)

// faultVariable is the environment variable with which the test binary runs as a port.
const faultVariable = "PROVE_TEST_FAULT"

var update = flag.Bool("update", false, "write testdata/work.json anew, from what PHP does")

func TestMain(m *testing.M) {
	if len(os.Args) == 6 && os.Args[1] == "phpserve" {
		if err := prove.Engine(context.Background(), os.Stdin, os.Stdout, os.Getenv, os.Args[3], os.Args[5]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 9 && os.Args[1] == "sandbox" {
		code, err := prove.Inside(os.Args[3], os.Args[5], os.Args[7], os.Args[9:])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(code)
	}
	if fault, ok := os.LookupEnv(faultVariable); ok {
		if p := clients[fault]; p != nil {
			os.Exit(p())
		}
		os.Exit(port(fault))
	}
	os.Exit(m.Run())
}

// port is a port of testdata/work.php, with a fault or "none".
func port(fault string) int {
	server := os.Args[1]
	is := func(name string) bool { return fault == name }
	mbox, err := imapcompat.Open(server+"INBOX", "ada", "secret")
	if err != nil {
		fmt.Println("can't connect")
		return 0
	}
	check := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	numbers, err := mbox.Search(`FROM "ada"`)
	check(err)
	for _, n := range numbers {
		header, err := mbox.HeaderInfo(n)
		check(err)
		if is("text") && n > 5 {
			header.Subject = strings.ToUpper(header.Subject)
		}
		fmt.Printf("%d: %s\n", n, header.Subject)
	}
	switch fault {
	case "hang":
		time.Sleep(time.Hour)
	case "flood":
		for {
			fmt.Println(strings.Repeat("x", 1000))
		}
	case "folder is gone":
		folder, err := os.Getwd()
		check(err)
		check(os.RemoveAll(folder))
	case "time":
		fmt.Println("finished at", time.Now().Format(time.RFC3339))
	}
	if !is("flag") {
		check(mbox.SetFlagFull("4", `\Flagged`))
	}
	if !is("order") {
		check(mbox.ClearFlagFull("1", `\Seen`))
	}
	if is("other command") {
		check(mbox.SetFlagFull("6", `\Answered`))
	}
	check(mbox.CreateMailbox(server + "Invoices"))
	check(mbox.MailCopy("2", "Invoices"))
	if is("order") {
		check(mbox.ClearFlagFull("1", `\Seen`))
	}
	note := "Subject: a note\r\n\r\nwritten by the script\r\n"
	if is("message") {
		note = strings.Replace(note, "script", "port", 1)
	}
	check(mbox.Append(server+"Sent", note, imapcompat.WithAppendFlags(`\Seen`)))
	if !is("subscription") {
		check(mbox.Unsubscribe(server + "Trash"))
	}
	if is("refused command") {
		check(mbox.CreateMailbox(server + "Invoices"))
	}
	if !is("delete") {
		check(mbox.Delete("5"))
	}
	check(mbox.Expunge())
	n, err := mbox.NumMsg()
	check(err)
	if is("file") {
		n++
	}
	check(os.WriteFile("count.txt", fmt.Appendf(nil, "%d messages\n", n), 0o640))
	mode := os.FileMode(0o640)
	if is("mode") {
		mode = 0o600
	}
	if !is("folder is gone") {
		check(os.Chmod("count.txt", mode))
	}
	if is("other file") {
		check(os.WriteFile("other.txt", nil, 0o600))
	}
	text := "All is done.\n"
	if is("mail") {
		text = "All is well.\n"
	}
	if !is("no mail") {
		check(imapcompat.Mail("grace@example.org", "Report", text, imapcompat.WithSender(&sendmail.Command{Path: os.Getenv("SENDMAIL")})))
	}
	check(mbox.Close())
	fmt.Println("done")
	if is("panic") {
		panic("TODO(port): line 20")
	}
	if is("exit code") {
		return 0
	}
	return 3
}

const recorded = "testdata/work.json"

// workConfig has testdata/work.php, and the test binary as its port.
func workConfig(t *testing.T, fault string) prove.Config {
	t.Helper()
	return prove.Config{
		Script: "testdata/work.php", Port: testBinary(t), Engine: []string{testBinary(t), "phpserve"}, Sandbox: []string{testBinary(t), "sandbox"},
		Args: []string{"{@IMAP@/imap/notls}"}, Env: []string{faultVariable + "=" + fault},
		Files: t.TempDir(), Timeout: time.Minute,
	}
}

func testBinary(t *testing.T) string {
	t.Helper()
	name, err := os.Executable()
	must(t, err)
	return name
}

func needPHP(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		t.Skip("no PHP")
	}
}

// kinds are the kinds of the differences of a result, and the text of the first one.
func kinds(r *prove.Result) (list string, first string) {
	var names []string
	for _, d := range r.Differences {
		names = append(names, d.Kind)
	}
	if len(names) > 0 {
		first = r.Differences[0].Text
	}
	return strings.Join(names, ", "), first
}

// faults are what may be wrong in a port, and what prove says of it.
var faults = []struct{ fault, kinds, text string }{
	{"none", "", ``},
	{"text", "output", `(?s)^standard output, which the original prints there at work.php:6, differs in line 2:\n.*    1    1: Printer on floor 2\n.*2 -  .*from the future\n.*2 \+  .*FROM THE FUTURE\n`},
	{"exit code", "exit code", `^the exit code of the original is 3, that of the port 0$`},
	{"panic", "exit code", `^the exit code of the original is 3, that of the port 2, which panicked: TODO\(port\): line 20$`},
	{"flag", "change, mailbox", `^after imap_setflag_full at work.php:8 the original sent STORE 4 \+FLAGS.* \(\\Flagged\): message 4 of INBOX got \\Flagged. The port sent nothing that does so$`},
	{"delete", "change, mailbox, file", `^after imap_delete at work.php:14 the original sent .*: message 5 of INBOX got \\Deleted. The port sent nothing that does so$`},
	{"other command", "change, mailbox", `^the port sent STORE 6 .*: message 6 of INBOX got \\Answered. The original sent nothing that does so`},
	{"refused command", "change", `^the port sent CREATE "?Invoices"?: CREATE Invoices was refused: NO. The original sent nothing that does so`},
	{"order", "change", `^the order differs: after imap_clearflag_full at work.php:9 the original sent STORE 1 -FLAGS.*: message 1 of INBOX lost \\Seen, where the port sent STORE 4`},
	{"subscription", "change, subscription", `^after imap_unsubscribe at work.php:13 the original sent UNSUBSCRIBE "?Trash"?: Trash was unsubscribed`},
	{"message", "mailbox", `(?s)^message 2 of Sent, "a note", differs in line 3:.*- +written by the script.*\+ +written by the port`},
	{"file", "file", `(?s)^the file count.txt differs in line 1:.*- +26 messages.*\+ +27 messages`},
	{"mode", "file", `^count.txt has the mode -rw-r----- after the original, and -rw------- after the port$`},
	{"other file", "file", `^only the port wrote the file other.txt$`},
	{"mail", "mail sent", `(?s)^mail 1 that went out \(to grace@example.org, subject "Report"\) differs in line \d+:.*- +All is done.*\+ +All is well`},
	{"no mail", "mail sent", `^the original sent 1 mails, the port 0; the first that the port did not send is to grace@example.org, subject "Report"$`},
	{"folder is gone", "file", `^only the original wrote the file count.txt$`},
	{"time", "output", `^standard output, which the original prints there at work.php:20, differs in line \d+:`},
}

func checkFault(t *testing.T, r *prove.Result, want, text string) {
	t.Helper()
	got, first := kinds(r)
	if got != want || !regexp.MustCompile(text).MatchString(first) {
		t.Errorf("got %q, want %q; %s", got, want, first)
		for _, d := range r.Differences {
			t.Log(d.Text)
		}
		t.Logf("standard error of the original:\n%s\nof the port:\n%s", r.Original.Stderr, r.Port.Stderr)
	}
}

// A fault of each kind is found, without PHP.
func TestReplay(t *testing.T) {
	recording, err := prove.ReadRecording(recorded)
	must(t, err)
	for _, test := range faults {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			r, err := prove.Replay(t.Context(), workConfig(t, test.fault), recording)
			must(t, err)
			checkFault(t, r, test.kinds, test.text)
		})
	}
}

// The same with PHP: the recording is what PHP does.
func TestRun(t *testing.T) {
	needPHP(t)
	if *update {
		r, err := prove.Record(t.Context(), workConfig(t, "none"))
		must(t, err)
		must(t, r.Write(recorded))
		must(t, os.Chmod(recorded, 0o644))
	}
	for _, test := range faults {
		if testing.Short() && test.fault != "none" && test.fault != "flag" {
			continue
		}
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			r, err := prove.Run(t.Context(), workConfig(t, test.fault))
			must(t, err)
			checkFault(t, r, test.kinds, test.text)
		})
	}
}

// PHP's extension does what the bridge does, and is not run where it would find real servers.
func TestExtension(t *testing.T) {
	needPHP(t)
	if out, err := exec.Command("php", "-r", "exit(extension_loaded('imap') ? 0 : 1);").CombinedOutput(); err != nil {
		t.Skipf("no extension: %s", out)
	}
	config := workConfig(t, "none")
	config.Extension = true
	r, err := prove.Run(t.Context(), config)
	must(t, err)
	if list, text := kinds(r); list != "" {
		t.Errorf("%s: %s", list, text)
	}
	config.Sandbox = nil
	script := filepath.Join(config.Files, "real.php")
	must(t, os.WriteFile(script, []byte("<?php\nimap_open('{imap.example.org/ssl}INBOX', 'ada', 'x');\n"), 0o600))
	config.Script = script
	var unled *prove.UnledError
	if _, err := prove.Run(t.Context(), config); !errors.As(err, &unled) || unled.Servers[0] != "imap.example.org" {
		t.Errorf("got %v", err)
	}
}

// A port that hangs or floods is ended.
func TestEnded(t *testing.T) {
	recording, err := prove.ReadRecording(recorded)
	must(t, err)
	for fault, want := range map[string]string{"hang": "it did not end within 2s", "flood": "it printed too much"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			config := workConfig(t, fault)
			config.MaxOutput = 100000
			if fault == "hang" {
				config.Timeout = 2 * time.Second
			}
			r, err := prove.Replay(t.Context(), config, recording)
			must(t, err)
			if len(r.Differences) == 0 || r.Differences[0].Kind != "end" || !strings.HasPrefix(r.Differences[0].Text, "the port was ended: "+want) {
				t.Errorf("got %+v", r.Differences)
			}
			if len(r.Port.Stdout) > config.MaxOutput {
				t.Errorf("%d octets", len(r.Port.Stdout))
			}
		})
	}
}

// A package to import cannot be run.
func TestPackagePort(t *testing.T) {
	recording, err := prove.ReadRecording(recorded)
	must(t, err)
	folder := t.TempDir()
	must(t, errors.Join(os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module box\n\ngo 1.26\n"), 0o600),
		os.WriteFile(filepath.Join(folder, "go.sum"), nil, 0o600),
		os.WriteFile(filepath.Join(folder, "box.go"), []byte("package box\n"), 0o600)))
	config := workConfig(t, "")
	config.Port = folder
	_, err = prove.Replay(t.Context(), config, recording)
	var build *prove.BuildError
	if !errors.As(err, &build) || !strings.Contains(err.Error(), "is a package to import") {
		t.Errorf("got %v", err)
	}
}

// Scripts that hang, flood or remove their folder are ended, too, with the processes that they have
// started.
func TestOriginalEnded(t *testing.T) {
	needPHP(t)
	for name, test := range map[string]struct{ script, ended string }{
		"hang":   {`exec('sleep 3600 >/dev/null & echo $! >pid'); sleep(3600);`, "it did not end within 1.5s"},
		"flood":  {`for (;;) echo str_repeat('x', 1000), "\n";`, "it printed too much"},
		"remove": {`unlink(__FILE__); rmdir(getcwd()); echo "gone\n";`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			script := filepath.Join(folder, "script.php")
			must(t, os.WriteFile(script, []byte("<?php\n"+test.script), 0o600))
			r, err := prove.Record(t.Context(), prove.Config{Script: script, Engine: []string{testBinary(t), "phpserve"},
				Timeout: 1500 * time.Millisecond, MaxOutput: 100000})
			must(t, err)
			if r.Original.Ended != test.ended {
				t.Errorf("got %q, want %q", r.Original.Ended, test.ended)
			}
			if _, err := os.Stat(script); err != nil {
				t.Error("the script itself was removed")
			}
			if name == "hang" && runtime.GOOS == "linux" {
				awaitEnd(t, strings.TrimSpace(string(r.Original.Files["pid"].Text)))
			}
		})
	}
}

// awaitEnd waits until a process is gone, or waits for its parent (a zombie).
func awaitEnd(t *testing.T, pid string) {
	t.Helper()
	if pid == "" {
		t.Fatal("no process was started")
	}
	for range 1000 {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %s still runs", pid)
}

// A difference of nothing but the time of the runs is told apart, and equal only if that is asked for.
func TestTime(t *testing.T) {
	recording, err := prove.ReadRecording(recorded)
	must(t, err)
	recording.Original.Printed = nil
	recording.Original.Stdout = "finished at " + prove.Text(recording.Original.Start.UTC().Format(time.RFC3339)) + "\n"
	config := workConfig(t, "none")
	config.Port = filepath.Join(t.TempDir(), "port")
	must(t, os.WriteFile(config.Port, []byte("#!/bin/sh\necho finished at $(date -u +%Y-%m-%dT%H:%M:%SZ)\nexit 3\n"), 0o700))
	for ignore, want := range map[bool]string{false: "output", true: ""} {
		config.IgnoreTime = ignore
		r, err := prove.Replay(t.Context(), config, recording)
		must(t, err)
		var found string
		for _, d := range r.Differences {
			if d.Kind == "output" {
				found = d.Kind
				if !d.OnlyTime || !strings.HasPrefix(d.Text, "standard output differs only in the time of the runs, first in line 1") {
					t.Errorf("got %+v", d)
				}
			}
		}
		if found != want {
			t.Errorf("ignoring %v: got %q", ignore, found)
		}
	}
	config.IgnoreTime, config.Ignore = false, []*regexp.Regexp{regexp.MustCompile(`\d{4}-\S+`)}
	r, err := prove.Replay(t.Context(), config, recording)
	must(t, err)
	if list, _ := kinds(r); strings.Contains(list, "output") || r.Ignored == 0 {
		t.Errorf("got %q, %d", list, r.Ignored)
	}
}

// Programs that connect to the servers that they name are not run.
func TestUnled(t *testing.T) {
	recording, err := prove.ReadRecording(recorded)
	must(t, err)
	recording.Servers = map[string]prove.Service{"imap.example.org:993": prove.IMAPS}
	var unled *prove.UnledError
	config := workConfig(t, "none")
	config.Sandbox = nil
	if _, err := prove.Replay(t.Context(), config, recording); !errors.As(err, &unled) || unled.Servers[0] != "imap.example.org:993" {
		t.Errorf("got %v", err)
	}
}

// Recordings of other mail, files or versions do not fit.
func TestRecordingFits(t *testing.T) {
	load := func(change func(*prove.Recording)) *prove.Recording {
		recording, err := prove.ReadRecording(recorded)
		must(t, err)
		change(recording)
		return recording
	}
	for name, test := range map[string]struct {
		recording *prove.Recording
		want      error
	}{
		"mail":    {load(func(r *prove.Recording) { r.Mail[""] = "x" }), prove.ErrOtherMail},
		"file":    {load(func(r *prove.Recording) { r.Files["settings.ini"] = "x" }), prove.ErrOtherFile},
		"version": {load(func(r *prove.Recording) { r.Version = 99 }), prove.ErrVersion},
		"format":  {load(func(r *prove.Recording) { r.Format = "" }), prove.ErrFormat},
	} {
		if _, err := prove.Replay(t.Context(), workConfig(t, "none"), test.recording); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A recording has no password.
func TestRecordingHasNoSecrets(t *testing.T) {
	text, err := os.ReadFile(recorded)
	must(t, err)
	if strings.Contains(string(text), "secret") {
		t.Error("the password is in the recording")
	}
}

// FuzzParseRecording checks that a recording that parses is written and read as it was.
func FuzzParseRecording(f *testing.F) {
	text, err := os.ReadFile(recorded)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"format":"imapcompat recording","version":1,"original":{"stdout":{"base64":"/w=="}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := prove.ParseRecording(text)
		if err != nil {
			return
		}
		once, err := json.Marshal(r)
		must(t, err)
		again, err := prove.ParseRecording(once)
		must(t, err)
		twice, err := json.Marshal(again)
		must(t, err)
		if string(once) != string(twice) {
			t.Errorf("%s\n%s", once, twice)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
