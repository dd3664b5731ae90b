package imapcompat_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// exported are the package's functions, and the methods of Connection as
// "Connection.X".
func exported(t *testing.T) []string {
	t.Helper()
	files, err := os.ReadDir(".")
	must(t, err)
	var names []string
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, parser.SkipObjectResolution)
		must(t, err)
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() {
				continue
			}
			if fn.Recv == nil {
				names = append(names, fn.Name.Name)
			} else if star, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok && star.X.(*ast.Ident).Name == "Connection" {
				names = append(names, "Connection."+fn.Name.Name)
			}
		}
	}
	return names
}

// docs/functions.md and the code agree: what it names is there, and all that is
// there is in it.
func TestFunctionsTable(t *testing.T) {
	text, err := os.ReadFile("docs/functions.md")
	must(t, err)
	table, beyond, ok := strings.Cut(string(text), "## Beyond PHP")
	if !ok {
		t.Fatal("docs/functions.md has no part on what is beyond PHP")
	}
	code := exported(t)
	var documented []string
	rows := regexp.MustCompile("(?m)^\\| (imap_\\w+) \\| `([\\w.]+)` \\|").FindAllStringSubmatch(table, -1)
	// PHP 8.2 to 8.5 have these 75, imap_header was PHP 7's.
	if len(rows) != 76 {
		t.Errorf("%d functions, want 76", len(rows))
	}
	for _, row := range rows {
		php, name := row[1], row[2]
		if !slices.Contains(code, name) {
			t.Errorf("%s is %s, which there is not", php, name)
		}
		documented = append(documented, name)
	}
	for _, match := range regexp.MustCompile("`([\\w.]+)`").FindAllStringSubmatch(beyond, -1) {
		documented = append(documented, match[1])
	}
	for _, name := range code {
		if !slices.Contains(documented, name) {
			t.Errorf("%s is not in docs/functions.md", name)
		}
	}
}

// families are the files of functions that are not in one of their own name.
var families = map[string]string{
	"8bit": "encoding", "base64": "encoding", "binary": "encoding", "qprint": "encoding",
	"alerts": "errors", "lasterror": "errors",
	"setflagfull": "setflag", "clearflagfull": "setflag", "undelete": "delete",
	"createmailbox": "mailboxes", "deletemailbox": "mailboxes", "renamemailbox": "mailboxes",
	"unsubscribe": "subscribe", "getsubscribed": "lsub",
	"getquota": "quota", "getquotaroot": "quota", "setquota": "quota",
	"getacl": "acl", "setacl": "acl",
	"headerinfo": "header", "isopen": "close", "numrecent": "nummsg",
	"mimeheaderdecode": "mimeheader", "utf8": "mimeheader",
	"mutf7toutf8": "utf7", "utf7decode": "utf7", "utf7encode": "utf7", "utf8tomutf7": "utf7",
	"rfc822parseadrlist": "rfc822", "rfc822parseheaders": "rfc822", "rfc822writeaddress": "rfc822",
}

// aliases are PHP's other names of functions.
var aliases = map[string]string{
	"create": "createmailbox", "rename": "renamemailbox", "fetchtext": "body", "listmailbox": "list",
	"listsubscribed": "lsub", "scan": "listscan", "scanmailbox": "listscan",
}

// untested are the source files of the package without a test file of their name, and why.
var untested = map[string]string{
	"doc":       "has the package's documentation only",
	"constants": "has PHP's numbers, which the golden results compare",
	"notices":   "has what Errors, Alerts and LastError read, and errors_test.go tests it",
	"fetch":     "has what the functions that read messages share, and their tests test",
}

// collective are the test files without a source file of their name, and what they test.
// What holds for the whole library is tested in internal/promises.
var collective = map[string]string{
	"docs":       "docs/ and the names of files",
	"functions":  "what docs/functions.md says that each function sends",
	"fuzz":       "that parsers have fuzz tests",
	"golden":     "PHP's results of all functions, in testdata/golden",
	"imapcompat": "nothing: it has what the tests share",
}

// A function is in the file of PHP's name without imap_ and _, or in that of its family, and
// its test in the file of that name with _test. So each source file has its test file.
func TestFiles(t *testing.T) {
	text, err := os.ReadFile("docs/functions.md")
	must(t, err)
	rows := regexp.MustCompile("(?m)^\\| imap_(\\w+) \\| `(?:Connection\\.)?(\\w+)` \\|").FindAllStringSubmatch(string(text), -1)
	if len(rows) != 76 {
		t.Errorf("%d functions, want 76", len(rows))
	}
	for _, row := range rows {
		file := strings.ReplaceAll(row[1], "_", "")
		if alias := aliases[file]; alias != "" {
			file = alias
		}
		if family := families[file]; family != "" {
			file = family
		}
		code, err := os.ReadFile(file + ".go")
		if err != nil || !regexp.MustCompile(`(?m)^func (\(c \*Connection\) )?`+row[2]+`\(`).Match(code) {
			t.Errorf("imap_%s is not in %s.go: %v", row[1], file, err)
		}
		test, err := os.ReadFile(file + "_test.go")
		if err != nil || !regexp.MustCompile(`\.`+row[2]+`\b`).Match(test) {
			t.Errorf("imap_%s is not tested in %s_test.go: %v", row[1], file, err)
		}
	}
	files, err := filepath.Glob("*.go")
	must(t, err)
	for _, file := range files {
		source := strings.TrimSuffix(file, ".go")
		name := strings.TrimSuffix(strings.TrimSuffix(source, "_test"), "_internal")
		switch isTest := strings.HasSuffix(source, "_test"); {
		case !isTest && !slices.Contains(files, source+"_test.go") && untested[source] == "":
			t.Errorf("%s has no test file of its name", file)
		case isTest && !slices.Contains(files, name+".go") && collective[name] == "" && !strings.HasPrefix(name, "example"):
			t.Errorf("%s is the test file of no source file", file)
		}
	}
}

// Each relative link in the documentation leads somewhere.
func TestLinks(t *testing.T) {
	for _, dir := range []string{"", "docs/"} {
		files, err := os.ReadDir("./" + dir)
		must(t, err)
		for _, file := range files {
			if !strings.HasSuffix(file.Name(), ".md") {
				continue
			}
			text, err := os.ReadFile(dir + file.Name())
			must(t, err)
			for _, match := range regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`).FindAllStringSubmatch(string(text), -1) {
				if _, err := os.Stat(dir + match[1]); err != nil {
					t.Errorf("%s%s: %v", dir, file.Name(), err)
				}
			}
		}
	}
}

// Each function, option and kind of error is in an Example. What begins with Code or is a
// flag is not looked for: one stands for the others.
func TestExamples(t *testing.T) {
	shown := make(map[string]bool)
	files, err := os.ReadDir(".")
	must(t, err)
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, parser.SkipObjectResolution)
		must(t, err)
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "Example") {
				ast.Inspect(fn, func(n ast.Node) bool {
					if selector, ok := n.(*ast.SelectorExpr); ok {
						shown[selector.Sel.Name] = true
					}
					return true
				})
			}
		}
	}
	for _, name := range append(exported(t), declared(t, "Err")...) {
		if name = strings.TrimPrefix(name, "Connection."); !shown[name] {
			t.Errorf("%s is in no Example", name)
		}
	}
}
