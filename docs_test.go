package imapcompat_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
	"github.com/imapcompat/imapcompat/pop3bridge"
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

// aliases are PHP's other names of functions.
var aliases = map[string]string{
	"headerinfo": "header",
	"create":     "createmailbox", "rename": "renamemailbox", "fetchtext": "body", "listmailbox": "list",
	"listsubscribed": "lsub", "scan": "listscan", "scanmailbox": "listscan",
}

// families are the functions that share the file of what they are about.
var families = map[string]string{
	"getacl": "acl", "setacl": "acl",
	"getquota": "quota", "getquotaroot": "quota", "setquota": "quota",
	"unsubscribe": "subscribe",
	"undelete":    "delete",
}

// fileOf is the file of a function of PHP's, which is named without imap_.
func fileOf(function string) string {
	file := strings.ReplaceAll(function, "_", "")
	return cmp.Or(aliases[file], families[file], file)
}

// untested are the source files of the package without a test file of their name, and why.
var untested = map[string]string{
	"doc":       "has the package's documentation only",
	"utf7":      "has what the functions on UTF-7 share",
	"constants": "has PHP's numbers, which the golden results compare",
	"notices":   "has what Errors, Alerts and LastError read, and errors_test.go tests it",
	"fetch":     "has what the functions that read messages share, and their tests test",
}

// collective are the test files without a source file of their name, and what they test.
// What holds for the whole library is tested in internal/promises.
var collective = map[string]string{
	"dependencies": "tests what the package depends on",
	"docs":         "docs/ and the names of files",
	"functions":    "what docs/functions.md says that each function sends",
	"fuzz":         "that parsers have fuzz tests",
	"golden":       "PHP's results of all functions, in testdata/golden",
	"imapcompat":   "nothing: it has what the tests share",
}

// A function is in the file of PHP's name without imap_ and _, or in that of its family, and its
// test in the file of that name with _test. So each source file has its test file.
func TestFiles(t *testing.T) {
	text, err := os.ReadFile("docs/functions.md")
	must(t, err)
	rows := regexp.MustCompile("(?m)^\\| imap_(\\w+) \\| `(?:Connection\\.)?(\\w+)` \\|").FindAllStringSubmatch(string(text), -1)
	if len(rows) != 76 {
		t.Errorf("%d functions, want 76", len(rows))
	}
	for _, row := range rows {
		file := fileOf(row[1])
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

// docs/functions.md has the files of the bridges that do the work of the functions that send
// something. Each file has a test file, unless the function sends nothing on that protocol.
func TestBridgeFiles(t *testing.T) {
	text, err := os.ReadFile("docs/functions.md")
	must(t, err)
	files := make(map[string][]string) // by function
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)\\.go` \\| (?:`(\\w+)\\.go` )?\\| (imap_[\\w, ]+) \\|$").FindAllStringSubmatch(string(text), -1) {
		for _, function := range strings.Split(row[3], ", ") {
			if files[function] != nil {
				t.Errorf("%s has two rows", function)
			}
			files[function] = row[1:3]
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| (imap_\\w+) \\| `(?:Connection\\.)?\\w+` \\| ([^|]*) \\| ([^|]*) \\|").FindAllStringSubmatch(string(text), -1) {
		function, sent := row[1], row[2:4]
		if sends := strings.Contains(sent[0]+sent[1], "`"); sends != (files[function] != nil) {
			t.Errorf("%s sends something: %v, has a row: %v", function, sends, !sends)
			continue
		}
		for i, file := range files[function] {
			bridge := []string{"imapbridge", "pop3bridge"}[i]
			needed := []string{".go"}
			if sends := strings.Contains(sent[i], "`"); sends {
				needed = append(needed, "_test.go")
			} else if file == "" {
				continue
			}
			for _, kind := range needed {
				if _, err := os.Stat(bridge + "/" + file + kind); err != nil {
					t.Errorf("%s: %v", function, err)
				}
			}
		}
	}
	if len(files) < 45 {
		t.Errorf("%d functions", len(files))
	}
}

// Each relative link in the documentation leads somewhere.
func TestLinks(t *testing.T) {
	for _, dir := range []string{"", "docs/", "docs/decisions/"} {
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

// The tables in docs/architecture.md that follow a call name functions, each of which is in
// the file of its row.
func TestFollowedCall(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	must(t, err)
	rows := regexp.MustCompile(`(?m)^\| ([a-z0-9/]+\.go) \| (.*?) \|`).FindAllStringSubmatch(string(text), -1)
	if len(rows) < 30 {
		t.Errorf("%d rows", len(rows))
	}
	for _, row := range rows {
		code, err := os.ReadFile(row[1])
		if err != nil {
			t.Error(err)
			continue
		}
		for _, name := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(row[2], -1) {
			if !regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + name[1] + `[\[(]`).Match(code) {
				t.Errorf("%s has no %s", row[1], name[1])
			}
		}
	}
}

// The nodes of the diagram in docs/architecture.dot are packages. A solid arrow is an import,
// and a dashed one goes from a package of interfaces to one that imports it. The SVG has the
// same.
func TestDiagram(t *testing.T) {
	dot, err := os.ReadFile("docs/architecture.dot")
	must(t, err)
	svg, err := os.ReadFile("docs/architecture.svg")
	must(t, err)
	nodes, arrows := []string{}, []string{}
	for _, match := range regexp.MustCompile(`(?m)^\t"?([\w./]+)"?(?: -> "?([\w./]+)"?)? ?(\[.*\])?;$`).FindAllStringSubmatch(string(dot), -1) {
		from, to, attributes := match[1], match[2], match[3]
		switch {
		case from == "node" || from == "edge":
		case to == "":
			nodes = append(nodes, from)
			label, _, _ := strings.Cut(regexp.MustCompile(`label="([^"]*)"`).FindStringSubmatch(attributes)[1], `\n`)
			if name, _, _ := strings.Cut(label, " ("); from != "." && name != from {
				t.Errorf("%s has the label %s", from, label)
			}
			if files, _ := filepath.Glob(from + "/*.go"); len(files) == 0 {
				t.Errorf("there is no package %s", from)
			}
		default:
			arrows = append(arrows, from+"->"+to)
			if strings.Contains(attributes, "dashed") {
				from, to = to, from
			}
			if !imports(t, from, to) {
				t.Errorf("%s does not import %s", from, to)
			}
		}
	}
	if len(nodes) < 10 || len(arrows) < 15 {
		t.Errorf("found %d nodes and %d arrows", len(nodes), len(arrows))
	}
	var drawn []string
	for _, match := range regexp.MustCompile(`class="(?:node|edge)">\n<title>([^<]*)</title>`).FindAllStringSubmatch(string(svg), -1) {
		drawn = append(drawn, html.UnescapeString(match[1]))
	}
	want := slices.Concat(nodes, arrows)
	slices.Sort(want)
	slices.Sort(drawn)
	if !slices.Equal(drawn, want) {
		t.Errorf("the SVG has %q, the source %q", drawn, want)
	}
}

// imports reports whether a package imports another one, both by their folders.
func imports(t *testing.T, from, to string) bool {
	t.Helper()
	path := strconv.Quote(strings.TrimSuffix("github.com/imapcompat/imapcompat/"+to, "/."))
	files, err := filepath.Glob(from + "/*.go")
	must(t, err)
	return slices.ContainsFunc(files, func(file string) bool {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		must(t, err)
		return !strings.HasSuffix(file, "_test.go") &&
			slices.ContainsFunc(f.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == path })
	})
}

// Each interface of package backend is in the table of docs/architecture.md, with the bridges
// that implement it, and in the package's documentation. The interfaces of a mechanism and of a token
// source are only in the latter, because programs implement them.
func TestBackendInterfaces(t *testing.T) {
	table, err := os.ReadFile("docs/architecture.md")
	must(t, err)
	doc, err := os.ReadFile("backend/doc.go")
	must(t, err)
	files, err := filepath.Glob("backend/*.go")
	must(t, err)
	sessions := []reflect.Type{reflect.TypeFor[*imapbridge.Session](), reflect.TypeFor[*pop3bridge.Session]()}
	var declared []string
	for _, file := range files {
		code, err := os.ReadFile(file)
		must(t, err)
		for _, match := range regexp.MustCompile(`(?m)^type (\w+) interface {`).FindAllStringSubmatch(string(code), -1) {
			declared = append(declared, match[1])
			if !strings.Contains(string(doc), "["+match[1]+"]") {
				t.Errorf("backend/doc.go has no %s", match[1])
			}
		}
	}
	rows := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (yes)? ?\\| (yes)? ?\\|").FindAllStringSubmatch(string(table), -1)
	for _, name := range declared {
		if strings.HasPrefix(name, "Mechanism") || name == "Refuser" {
			continue
		}
		i := slices.IndexFunc(rows, func(row []string) bool { return row[1] == name })
		if i < 0 {
			t.Errorf("docs/architecture.md has no %s", name)
			continue
		}
		for j, session := range sessions {
			if backendInterfaces[name] == nil {
				t.Errorf("backendInterfaces has no %s", name)
			} else if has := rows[i][2+j] != ""; has != session.Implements(backendInterfaces[name]) {
				t.Errorf("%v implements %s: %v", session, name, !has)
			}
		}
	}
}

var backendInterfaces = map[string]reflect.Type{
	"Session": reflect.TypeFor[backend.Session](), "SectionWriter": reflect.TypeFor[backend.SectionWriter](),
	"Searcher": reflect.TypeFor[backend.Searcher](), "Sorter": reflect.TypeFor[backend.Sorter](),
	"Threader": reflect.TypeFor[backend.Threader](), "Watcher": reflect.TypeFor[backend.Watcher](),
	"Lister": reflect.TypeFor[backend.Lister](), "MailboxManager": reflect.TypeFor[backend.MailboxManager](),
	"Appender": reflect.TypeFor[backend.Appender](), "UIDAppender": reflect.TypeFor[backend.UIDAppender](),
	"Copier": reflect.TypeFor[backend.Copier](), "Mover": reflect.TypeFor[backend.Mover](),
	"UIDCopier": reflect.TypeFor[backend.UIDCopier](), "UIDExpunger": reflect.TypeFor[backend.UIDExpunger](),
	"Quotas": reflect.TypeFor[backend.Quotas](), "AccessControl": reflect.TypeFor[backend.AccessControl](),
	"SeenMarker": reflect.TypeFor[backend.SeenMarker](), "Relocator": reflect.TypeFor[backend.Relocator](),
	"ModSequencer": reflect.TypeFor[backend.ModSequencer](),
	"Retriever":    reflect.TypeFor[backend.Retriever](),
}

// The index of docs/decisions has each of them, by its number and title, and each has its
// three parts.
func TestDecisions(t *testing.T) {
	index, err := os.ReadFile("docs/decisions/README.md")
	must(t, err)
	files, err := filepath.Glob("docs/decisions/0*.md")
	must(t, err)
	for i, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		first, _, _ := strings.Cut(string(text), "\n")
		title := strings.TrimPrefix(first, fmt.Sprintf("# %d. ", i+1))
		if want := fmt.Sprintf("\n%d. [%s](%s)\n", i+1, title, filepath.Base(file)); !strings.Contains(string(index), want) {
			t.Errorf("the index has no %q", want)
		}
		for _, part := range []string{"## Context", "## Decision", "## Consequences"} {
			if !strings.Contains(string(text), "\n"+part+"\n") {
				t.Errorf("%s has no %s", file, part)
			}
		}
	}
	if n := strings.Count(string(index), "](0"); n != len(files) || n == 0 {
		t.Errorf("%d decisions, %d in the index", len(files), n)
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
