// Package audit reports what a port of PHP mail scripts has to deal with: calls of imap_*
// functions, their counterparts in Go, and hazards in the original. It never runs a script.
package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"

	"github.com/imapcompat/imapcompat/internal/files"
	"github.com/imapcompat/imapcompat/port/php"
)

// Place is a line of a file.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Call is a call of an imap_* function.
type Call struct {
	Place
	Function string   `json:"function"`          // in lower case
	Go       string   `json:"go,omitempty"`      // the line in Go; empty if there is no counterpart
	Hazards  []string `json:"hazards,omitempty"` // kinds
}

// Item is a constant, a mailbox name, or another thing in a script.
type Item struct {
	Place
	Text string `json:"text"`
}

// Hazard is a place where the original may do what nobody wants.
type Hazard struct {
	Place
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Estimate counts the calls by what a person has to do. A call counts once: a hazard comes
// before a difference of its function.
type Estimate struct {
	OneLine       int `json:"one_line"`
	Difference    int `json:"difference"`
	Hazard        int `json:"hazard"`
	NoCounterpart int `json:"no_counterpart"`
}

// Report is what Paths found. Its lists are in the order of files and lines.
type Report struct {
	Files       int          `json:"files"`   // that were looked at
	Scripts     int          `json:"scripts"` // of these, the files with imap_
	Calls       []Call       `json:"calls"`
	Differences []Difference `json:"differences"` // of the functions in Calls, each once
	Constants   []Item       `json:"constants"`
	Mailboxes   []Item       `json:"mailboxes"`
	Hazards     []Hazard     `json:"hazards"`
	Beside      []Item       `json:"beside"`       // what the scripts use beside mail
	NotFollowed []Item       `json:"not_followed"` // what may be a call and is not in Calls
	Syntax      []Item       `json:"syntax"`       // what the parser does not understand
	Unreadable  []Item       `json:"unreadable"`   // files that were not read
	Estimate    Estimate     `json:"estimate"`
}

// extensions are those of PHP files in a folder.
var extensions = []string{".php", ".inc", ".phtml", ".php3", ".php4", ".php5", ".php7", ".php8", ".module", ".class"}

// maxFile is the largest file in octets that is searched for imap_.
const maxFile = 16 << 20

// Paths reads files, and folders with all PHP files below them. Symbolic links in folders are
// not followed. Files that cannot be read are in Report.Unreadable.
func Paths(paths ...string) *Report {
	r := &Report{
		Calls: []Call{}, Differences: []Difference{}, Constants: []Item{}, Mailboxes: []Item{}, Hazards: []Hazard{}, Beside: []Item{},
		NotFollowed: []Item{}, Syntax: []Item{}, Unreadable: []Item{},
	}
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				r.unreadable(name, err)
			case name == path && !entry.IsDir(), entry.Type().IsRegular() && slices.Contains(extensions, strings.ToLower(filepath.Ext(name))):
				r.file(name)
			}
			return nil
		})
		if err != nil {
			r.unreadable(path, err)
		}
	}
	r.estimate()
	return r
}

func (r *Report) estimate() {
	called := make(map[string]bool)
	for _, c := range r.Calls {
		called[c.Function] = true
		switch {
		case c.Go == "":
			r.Estimate.NoCounterpart++
		case len(c.Hazards) > 0:
			r.Estimate.Hazard++
		case len(differences()[c.Function]) > 0:
			r.Estimate.Difference++
		default:
			r.Estimate.OneLine++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(called)) {
		for _, d := range differences()[name] {
			i := slices.IndexFunc(r.Differences, func(other Difference) bool { return other.Link == d.Link && other.Text == d.Text })
			if i < 0 {
				r.Differences = append(r.Differences, Difference{nil, d.Link, d.Text})
				i = len(r.Differences) - 1
			}
			r.Differences[i].Functions = append(r.Differences[i].Functions, name)
		}
	}
}

func (r *Report) unreadable(name string, err error) {
	var withPath *fs.PathError
	if errors.As(err, &withPath) {
		err = withPath.Err // the path is in Place
	}
	r.Unreadable = append(r.Unreadable, Item{Place{name, 0}, err.Error()})
}

func (r *Report) file(name string) {
	r.Files++
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("no regular file")
	}
	if err != nil {
		r.unreadable(name, err)
		return
	}
	source, err := files.Read(name, maxFile)
	if err != nil {
		r.unreadable(name, err)
		return
	}
	if mentions(source) {
		r.Scripts++
		r.source(name, source)
	}
}

// mentions reports whether a file has "imap_" in any case.
func mentions(source []byte) bool {
	for i := 0; ; i++ {
		n := bytes.IndexByte(source[i:], '_')
		if n < 0 {
			return false
		}
		if i += n; i >= 4 && bytes.EqualFold(source[i-4:i], []byte("imap")) {
			return true
		}
	}
}

// source reads a script.
func (r *Report) source(name string, source []byte) {
	parsed, err := php.Parse(source)
	if err != nil {
		r.unreadable(name, err)
		return
	}
	s := &script{File: parsed, report: r, name: name, seen: map[int]bool{}, aliases: map[string]string{}, literals: map[string]bool{}, closures: map[string]bool{}, beside: map[string]bool{}}
	if err := parsed.Walk(s.declare); err != nil {
		r.unreadable(name, err)
		return
	}
	if err := parsed.Walk(s.visit); err != nil { // ErrTooDeep would have come before
		r.unreadable(name, err)
		return
	}
	s.hazards()
	for _, e := range parsed.Errors {
		r.Syntax = append(r.Syntax, Item{Place{name, e.Line}, e.Text})
	}
	if len(parsed.Errors) > 0 {
		s.lost()
	}
	for i := range s.calls {
		r.Calls = append(r.Calls, s.calls[i].Call)
	}
	byLine(r.NotFollowed, name)
}

// byLine sorts the items of the last file.
func byLine(list []Item, name string) {
	first := slices.IndexFunc(list, func(i Item) bool { return i.File == name })
	if first >= 0 {
		slices.SortStableFunc(list[first:], func(a, b Item) int { return a.Line - b.Line })
	}
}

// script is a file that is read.
type script struct {
	*php.File
	report   *Report
	name     string
	calls    []*call
	seen     map[int]bool      // positions of the names of calls
	aliases  map[string]string // of "use function imap_open as f"
	literals map[string]bool   // variables that are set to a literal
	closures map[string]bool   // variables that are set to a closure
	beside   map[string]bool
	pop3     bool
}

// call is a call with what the rules for hazards look at.
type call struct {
	Call
	args   []ast.Vertex
	texts  []string // the source of args
	silent bool     // with "@"
	loop   ast.Vertex
	scope  ast.Vertex
	pos    int
}

func (s *script) place(node ast.Vertex) Place { return Place{s.name, php.Line(node)} }

var aliased = regexp.MustCompile(`(?i)^\\?(imap_\w+)$`)

// declare notes what later calls refer to.
func (s *script) declare(node ast.Vertex, _ []ast.Vertex) {
	switch n := node.(type) {
	case *ast.StmtUse:
		if m := aliased.FindStringSubmatch(s.Text(n.Use)); m != nil && n.Alias != nil {
			s.aliases[strings.ToLower(s.Text(n.Alias))] = strings.ToLower(m[1])
		}
	case *ast.ExprAssign:
		switch value := n.Expr.(type) {
		case *ast.ScalarString:
			s.literals[s.Text(n.Var)] = s.literals[s.Text(n.Var)] || len(value.Value) > 2
		case *ast.ExprClosure, *ast.ExprArrowFunction:
			s.closures[s.Text(n.Var)] = true
		}
	}
}

func (s *script) visit(node ast.Vertex, around []ast.Vertex) {
	switch n := node.(type) {
	case *ast.ExprFunctionCall:
		s.functionCall(n, around)
	case *ast.ExprConstFetch:
		name := strings.TrimPrefix(s.Text(n), `\`)
		if constants()[name] {
			s.report.Constants = append(s.report.Constants, Item{s.place(n), name})
		}
	case *ast.ScalarString:
		s.literal(n, strings.Trim(string(n.Value), `'"`), around)
	case *ast.ScalarEncapsedStringPart:
		s.literal(n, string(n.Value), around)
	case *ast.ExprEval:
		s.uses(n, "eval")
	case *ast.ExprInclude, *ast.ExprIncludeOnce, *ast.ExprRequire, *ast.ExprRequireOnce:
		s.uses(n, "includes")
	case *ast.ExprShellExec:
		s.uses(n, "programs")
	case *ast.ExprNew:
		if class := strings.ToLower(strings.TrimPrefix(s.Text(n.Class), `\`)); class == "pdo" || class == "mysqli" || class == "sqlite3" {
			s.uses(n, "databases")
		}
	}
}

func (s *script) literal(node ast.Vertex, text string, around []ast.Vertex) {
	name := strings.ToLower(strings.TrimPrefix(text, `\`))
	if _, ok := functions()[name]; ok && !s.onlyAsked(around) {
		s.report.NotFollowed = append(s.report.NotFollowed, Item{s.place(node), "the name " + name + " in a string"})
	}
	if mailboxName.MatchString(text) {
		item := Item{s.place(node), text}
		if whole := concatenation(around); whole != nil {
			item = Item{s.place(whole), s.Text(whole)}
		}
		if !slices.Contains(s.report.Mailboxes, item) {
			s.report.Mailboxes = append(s.report.Mailboxes, item)
		}
		s.mailbox(node, text)
	}
}

// onlyAsked reports whether a name is an argument of a function that does not call it.
func (s *script) onlyAsked(around []ast.Vertex) bool {
	for _, outer := range slices.Backward(around) {
		if call, ok := outer.(*ast.ExprFunctionCall); ok {
			name := strings.ToLower(strings.TrimPrefix(s.Text(call.Function), `\`))
			return name == "function_exists" || name == "is_callable"
		}
	}
	return false
}

// concatenation returns the outermost expression that joins a string to others, or nil.
func concatenation(around []ast.Vertex) (whole ast.Vertex) {
	for _, outer := range slices.Backward(around) {
		switch outer.(type) {
		case *ast.ExprBinaryConcat, *ast.ScalarEncapsed, *ast.ScalarHeredoc, *ast.ExprBrackets:
			whole = outer
		default:
			return whole
		}
	}
	return whole
}

// mailboxName is a mailbox name, or its beginning before a variable.
var mailboxName = regexp.MustCompile(`(?i)^\{(?:[a-z0-9-]+\.)+[a-z0-9-]+[:/}]|^\{[a-z0-9.-]+(?::\d+)?(?:/[a-z0-9-]+)+\}|^\{(?:localhost|[a-z0-9.-]+):\d+|[:/](?:imap|pop3|ssl|tls|notls|novalidate-cert)\}`)

func (s *script) functionCall(n *ast.ExprFunctionCall, around []ast.Vertex) {
	text := s.Text(n.Function)
	name := strings.ToLower(strings.TrimPrefix(text, `\`))
	if _, variable := n.Function.(*ast.ExprVariable); variable {
		if s.closures[text] {
			return
		}
		s.report.NotFollowed = append(s.report.NotFollowed, Item{s.place(n), "a call of the function that " + text + " names"})
		return
	}
	if i := strings.LastIndexByte(name, '\\'); strings.HasPrefix(name, `namespace\`) && i >= 0 {
		name = name[i+1:]
	}
	if full, ok := s.aliases[name]; ok {
		name = full
	}
	if !strings.HasPrefix(name, "imap_") {
		s.uses(n, kindOf(name))
		return
	}
	c := &call{Call: Call{Place: s.place(n), Function: name}, pos: n.Position.StartPos}
	s.seen[c.pos] = true
	for _, node := range n.Args {
		if arg, ok := node.(*ast.Argument); ok && arg.Expr != nil {
			c.args = append(c.args, arg.Expr)
			c.texts = append(c.texts, s.Text(arg.Expr))
		}
	}
	for _, outer := range slices.Backward(around) {
		switch outer.(type) {
		case *ast.ExprErrorSuppress:
			c.silent = true
		case *ast.StmtFor, *ast.StmtForeach, *ast.StmtWhile, *ast.StmtDo:
			if c.loop == nil && c.scope == nil {
				c.loop = outer
			}
		case *ast.StmtFunction, *ast.StmtClassMethod, *ast.ExprClosure:
			if c.scope == nil {
				c.scope = outer
			}
		}
	}
	if f, ok := functions()[name]; ok {
		c.Go = f.line(c.texts)
	}
	s.calls = append(s.calls, c)
}

func (s *script) uses(node ast.Vertex, kind string) {
	if kind != "" && !s.beside[kind] {
		s.beside[kind] = true
		s.report.Beside = append(s.report.Beside, Item{s.place(node), kind})
	}
}

// kinds are the kinds of PHP's functions beside mail. A name that ends in "_" is a beginning.
var kinds = map[string]string{
	"mysqli_": "databases", "mysql_": "databases", "pg_": "databases", "sqlite_": "databases", "odbc_": "databases",
	"fopen": "files", "file_": "files", "fwrite": "files", "fputs": "files", "unlink": "files", "mkdir": "files", "rename": "files", "copy": "files", "readfile": "files",
	"preg_": "regular expressions", "ereg": "regular expressions", "eregi": "regular expressions", "ereg_": "regular expressions",
	"exec": "programs", "shell_": "programs", "system": "programs", "passthru": "programs", "popen": "programs", "proc_": "programs",
	"session_": "sessions", "curl_": "HTTP", "mail": "mail()", "iconv": "charsets", "iconv_": "charsets", "mb_": "charsets", "json_": "JSON",
}

func kindOf(name string) string {
	if kind := kinds[name]; kind != "" {
		return kind
	}
	beginning, _, _ := strings.Cut(name, "_")
	return kinds[beginning+"_"]
}

var callText = regexp.MustCompile(`(?i)\bimap_\w+\s*\(`)

// lost reports calls that the parser lost around a syntax error. The search also finds
// those in comments and strings.
func (s *script) lost() {
	for _, at := range callText.FindAllIndex(s.Source, -1) {
		if s.seen[at[0]] || at[0] > 0 && s.Source[at[0]-1] == '\\' && s.seen[at[0]-1] {
			continue
		}
		line := 1 + bytes.Count(s.Source[:at[0]], []byte("\n"))
		text := fmt.Sprintf("%s, in what does not parse, a comment or a string", bytes.TrimRight(s.Source[at[0]:at[1]], " \t\r\n("))
		s.report.NotFollowed = append(s.report.NotFollowed, Item{Place{s.name, line}, text})
	}
}
