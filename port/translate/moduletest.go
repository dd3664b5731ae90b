package translate

import "strings"

// test returns the test of a port: it runs the program in a process of its own. The mail servers
// that the program names are ones in memory.
func (p *program) test(needs map[string]bool) []byte {
	if needs["imapOpen"] {
		text := strings.Replace(programTest, "\t\tmain()\n", "\t\topenInMemory()\n\t\tmain()\n", 1)
		return []byte(strings.Replace(text, "\t\"os/exec\"\n", "\t\"os/exec\"\n\t\"strings\"\n", 1) + memoryTest)
	}
	text := strings.Replace(programTest, importsOfMemory, "", 1)
	return []byte(strings.Replace(text, checkOfMemory, "", 1))
}

const importsOfMemory = `

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"`

const checkOfMemory = `	if !bytes.Contains(out, []byte(opened)) {
		t.Skip("the program opened no mailbox: it may need arguments")
	}
`

const programTest = `package main

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// arguments are those of the program.
var arguments []string

func TestMain(m *testing.M) {
	if os.Getenv("PORT_RUNS") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestProgram fails if the program panics, as it does where something is left to do.
func TestProgram(t *testing.T) {
	run := exec.Command(os.Args[0], arguments...)
	run.Dir = t.TempDir()
	run.Env = append(os.Environ(), "PORT_RUNS=1")
	out, err := run.CombinedOutput()
	if bytes.Contains(out, []byte("panic: ")) || bytes.Contains(out, []byte("Uncaught ")) {
		t.Fatalf("%v\n%s", err, out)
	}
` + checkOfMemory + `}
`

const memoryTest = `
// opened is what the program's process says when it opens a mailbox.
const opened = "(the program opened a mailbox)\n"

// openInMemory has the program open mailboxes of a server in memory, whatever server it names.
func openInMemory() {
	server, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{
		{Text: "From: Ada <ada@example.org>\r\nTo: joe@example.net\r\nSubject: Hello\r\n" +
			"Date: Mon, 3 Mar 2025 10:00:00 +0100\r\nMessage-ID: <1@example.org>\r\n\r\nHello Joe\r\n"},
		{Text: "From: shop@example.com\r\nTo: joe@example.net\r\nSubject: Invoice\r\nDate: Tue, 4 Mar 2025 10:00:00 +0100\r\n" +
			"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee below\r\n" +
			"--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n" +
			"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--b--\r\n"},
	}})
	if err != nil {
		panic(err)
	}
	imapConnect = func(mailbox, user, password string, options ...imapcompat.Option) (*imapcompat.Connection, error) {
		os.Stderr.WriteString(opened)
		name, folder, _ := strings.Cut(mailbox, "}")
		where := server.IMAPRef()
		if strings.Contains(name, "pop3") {
			where = server.POP3Ref()
		}
		return imapcompat.Open(where+folder, "user", "password", options...)
	}
}
`
