package audit

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// written are calls as scripts have them.
var written = []string{
	`imap_savebody($m, "a.pdf", $i, "2", FT_UID);`,
	`imap_mail($to, "s", $t, null, $cc);`,
	`imap_mail($to, "s", $t, "X: y");`,
	`imap_mail_compose(['subject' => $s], [['type' => TYPETEXT]]);`,
	`imap_append($m, $box, $text, "\\Seen");`,
	`imap_append($m, $box, $text, "\\Seen", $date);`,
	`imap_open($a, $u, $p, OP_READONLY, 1);`,
	`imap_open($a, $u, $p, 0, 1, ['DISABLE_AUTHENTICATOR' => 'GSSAPI']);`,
	`imap_sort($m, SORTDATE, 1, SE_UID, "UNSEEN");`,
	`imap_search($m, "ALL", SE_UID, "UTF-8");`,
	`imap_thread($m, SE_UID);`,
	`imap_fetch_overview($m, "1:5", FT_UID);`,
	`imap_fetch_overview($m, $a . ":" . $b);`,
	`imap_headerinfo($m, $i, 30, 30);`,
	`imap_errors();`,
	`imap_alerts();`,
	`imap_last_error();`,
	`imap_timeout(IMAP_OPENTIMEOUT, 5);`,
	`imap_is_open($m);`,
	`imap_status($m, $box, SA_ALL);`,
	`imap_setflag_full($m, "1,2", "\\Seen \\Flagged", ST_UID);`,
	`imap_rfc822_parse_adrlist($x, "h");`,
	`imap_getmailboxes($m, "{h}", "*");`,
	`imap_gc($m, IMAP_GC_ELT);`,
	`imap_close($m, CL_EXPUNGE);`,
	`imap_reopen($m, $box, OP_EXPUNGE, 2);`,
	`imap_utf8($x);`,
	`imap_base64($y);`,
	`imap_mime_header_decode($z);`,
	`imap_mail_move($m, "$a:$b", $box, CP_UID);`,
	`imap_delete($m, implode(",", $numbers));`,
	`imap_delete($m, (string) $i);`,
	`imap_list($this->connection, "{h}", "*");`,
}

// declared are the variables of these scripts, with the types that the library takes.
const declared = `package lines

import (
	"os"

	"github.com/imapcompat/imapcompat"
)

var (
	m, mbox                                        *imapcompat.Connection
	to, t, cc, box, text, date, a1, u, p, x, y, z  string
	i, a, b                                        int
	numbers                                        []int
	mechanisms                                     []string
	envelope                                       imapcompat.ComposeEnvelope
	bodies                                         []imapcompat.ComposeBody
	_                                              = os.Create
)

`

// The Go lines of a report compile, except that nothing uses their results.
func TestLinesCompile(t *testing.T) {
	r := auditOf(t, "<?php\n"+strings.Join(written, "\n"))
	if len(r.Calls) != len(written) {
		t.Fatalf("%d calls", len(r.Calls))
	}
	var source strings.Builder
	source.WriteString(declared)
	for _, c := range r.Calls {
		line := strings.ReplaceAll(c.Go, "{ … }", "{ return }")
		if c.Function == "imap_open" {
			line = strings.Replace(line, "(a,", "(a1,", 1) // the script has $a for a name, too
		}
		source.WriteString("func _() { " + line + " }\n")
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "lines.go", source.String(), 0)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{
		Importer: importer.ForCompiler(files, "gc", exported(t)),
		Error: func(err error) {
			if !strings.Contains(err.Error(), "declared and not used") {
				t.Errorf("%v\n%s", err, lineOf(source.String(), files.Position(err.(types.Error).Pos).Line))
			}
		},
	}
	_, _ = config.Check("lines", files, []*ast.File{file}, nil) // Error has them
}

// exported returns what opens the compiled packages that the lines import.
func exported(t *testing.T) importer.Lookup {
	list, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "os", "github.com/imapcompat/imapcompat").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for line := range strings.Lines(string(list)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }
}

func lineOf(source string, n int) string { return strings.Split(source, "\n")[n-1] }
