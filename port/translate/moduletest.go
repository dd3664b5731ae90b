package translate

import (
	"fmt"
	"strings"
)

// test returns the test of a port: it runs the program in a process of its own, or makes objects of the classes
// of a package there. The mail servers that the code names are ones in memory.
func (p *program) test(needs map[string]bool) []byte {
	text, run := programTest, "main"
	if p.importable {
		objects := p.objectsCode()
		if objects == "" {
			return []byte("package " + p.packageName() + "\n" + emptyTest)
		}
		text, run = packageTest+objects, "objects"
	}
	text = "package " + p.packageName() + "\n" + text
	if needs["imapOpen"] {
		text = strings.Replace(text, "\t\t"+run+"()\n", "\t\topenInMemory()\n\t\t"+run+"()\n", 1)
		return []byte(strings.Replace(text, "\t\"os/exec\"\n", "\t\"os/exec\"\n\t\"strings\"\n", 1) + memoryTest)
	}
	text = strings.Replace(text, importsOfMemory, "", 1)
	return []byte(strings.Replace(text, checkOfMemory, "", 1))
}

// objectsCode returns the func of the test that makes objects, "" if no class has a constructor that can do with
// texts and numbers.
func (p *program) objectsCode() string {
	var out strings.Builder
	for _, c := range p.classList {
		if !c.makesObjects() {
			continue
		}
		args, ok := c.zeroArguments()
		if !ok {
			continue
		}
		code := fmt.Sprintf("%s(%s)", c.constructorName, args)
		if p.catchable() {
			code = fmt.Sprintf("%s(func() { %s })", p.tryName, code)
		}
		out.WriteString("\t" + code + "\n")
	}
	if out.Len() == 0 {
		return ""
	}
	doc := "// objects makes an object of each class.\n"
	if p.catchable() {
		doc = "// objects makes an object of each class. The empty arguments are a reason to throw.\n"
	}
	return "\n" + doc + "func objects() {\n" + out.String() + "}\n"
}

// zeroArguments returns arguments of the constructor, false if it takes objects.
func (c *class) zeroArguments() (string, bool) {
	ctor := c.constructor()
	if ctor == nil {
		return "", true
	}
	var list []string
	if ctor.given != nil {
		list = append(list, "0")
	}
	for _, q := range ctor.params {
		t := q.slot.effective()
		switch {
		case q.variadic:
			continue
		case q.byRef:
			return "", false
		case t.kind == mixed || t.kind == text:
			list = append(list, `""`)
		case t.scalar():
			list = append(list, zero(t))
		default:
			return "", false
		}
	}
	return strings.Join(list, ", "), true
}

const importsOfMemory = `

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"`

const checkOfMemory = `	if !bytes.Contains(out, []byte(opened)) {
		t.Skip("the program opened no mailbox: it may need arguments")
	}
`

const testImports = `
import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)
`

const programTest = testImports + `
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
` + testRuns + checkOfMemory + `}
`

const testRuns = `	run.Dir = t.TempDir()
	run.Env = append(os.Environ(), "PORT_RUNS=1")
	out, err := run.CombinedOutput()
	if bytes.Contains(out, []byte("panic: ")) || bytes.Contains(out, []byte("Uncaught ")) {
		t.Fatalf("%v\n%s", err, out)
	}
`

const packageTest = testImports + `
func TestMain(m *testing.M) {
	if os.Getenv("PORT_RUNS") != "" {
		objects()
		return
	}
	os.Exit(m.Run())
}

// TestObjects makes an object of each class. It fails if that panics, as it does where something is left to do.
func TestObjects(t *testing.T) {
	run := exec.Command(os.Args[0])
` + testRuns + `	if err != nil {
		t.Skipf("the constructors end the program: %v\n%s", err, out)
	}
}
`

// emptyTest is for a package of which the test can make no object.
const emptyTest = `
import "testing"

func TestPackage(t *testing.T) {
	t.Skip("no class has a constructor that can do with empty texts and zeros: write tests of the functions here")
}
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
