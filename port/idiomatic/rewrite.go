package idiomatic

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Result is a port after the rewrite.
type Result struct {
	Files   map[string][]byte // by their names: all files of the port
	Changes []Change          // in the order of the files and lines
	Hints   []Hint
}

// Change is a place that was rewritten.
type Change struct {
	File string
	Line int // in the new file
	Rule Rule
	Old  string // the code that was replaced
}

// Rule says what a Change is.
type Rule struct {
	Title  string
	Effect string // what the program does differently, "" if nothing
}

// Hint names code that a person may want to change.
type Hint struct {
	File string
	Line int
	Text string
}

// A rule finds places to rewrite. A place is a node of a file with the nodes around it.
type rule struct {
	Rule
	find func(p *program, s site) *match
	// single says that a match depends on those before it.
	single bool
}

// A site is a node with those around it, the outermost first.
type site struct {
	file  *file
	node  ast.Node
	stack []ast.Node
}

// A match is a place that fits a rule.
type match struct {
	edits   []edit
	imports []string // paths of packages that the new code names
	helpers []string // functions of php.go that it calls
	decl    string   // a declaration for the end of the file
}

// rules are in the order in which they are tried: what is tidied first shows the patterns that
// follow.
func rules() []rule {
	return slices.Concat(tidyRules(), inboxRules(), loopRules(), decodeRules(), standardRules())
}

// maxRounds bounds how often a rule is tried. Each round leaves fewer places.
const maxRounds = 1000

// ErrTypes means that the port does not compile as it is.
var ErrTypes = errors.New("the types of the port are not known")

// Rewrite rewrites a port. The files are those of a [translate.Module]; packages has the packages
// that they import, and readable, inbox and inbox/sqlledger of imapcompat: see [Packages].
func Rewrite(files map[string][]byte, packages types.Importer) (*Result, error) {
	p := &program{files: maps.Clone(files), packages: packages, refused: map[string]bool{}}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTypes, err)
	}
	for _, r := range rules() {
		for range maxRounds {
			if !p.round(r) {
				break
			}
		}
	}
	hints := p.hints()
	result := &Result{Files: p.files}
	if len(p.changes) > 0 {
		if err := p.prune(); err != nil {
			return nil, err
		}
	}
	for _, f := range p.own {
		text, lines := stripMarkers(p.files[f.name])
		p.files[f.name] = text
		for id, line := range lines {
			p.changes[id].File, p.changes[id].Line = f.name, line
		}
		for _, h := range hints {
			if h.file == f {
				result.Hints = append(result.Hints, Hint{f.name, lineWithoutMarkers(f.text, h.line), h.text})
			}
		}
	}
	result.Changes = p.changes
	slices.SortStableFunc(result.Changes, func(a, b Change) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return result, nil
}

// round rewrites the places that fit a rule: all together, or the first one that can be.
func (p *program) round(r rule) bool {
	list := p.matches(r)
	if len(list) == 0 {
		return false
	}
	if !r.single && p.apply(r, list) {
		return true
	}
	for _, m := range list {
		if p.apply(r, []found{m}) {
			return true
		}
		p.refused[m.key] = true
	}
	return false
}

// found is a match with its place.
type found struct {
	*match
	site site
	key  string
}

// matches finds the places that fit a rule and do not overlap.
func (p *program) matches(r rule) []found {
	var list []found
	for _, f := range p.own {
		end := -1
		var stack []ast.Node
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if n == nil {
				stack = stack[:len(stack)-1]
				return true
			}
			s := site{f, n, stack[:len(stack):len(stack)]}
			stack = append(stack, n)
			if p.offset(n.Pos()) < end {
				return true
			}
			m := r.find(p, s)
			if m == nil || p.losesComment(f, m.edits) {
				return true
			}
			key := fmt.Sprint(r.Title, f.name, p.text(n))
			if p.refused[key] {
				return true
			}
			s.stack = slices.Clone(s.stack) // the next nodes take its place
			list = append(list, found{m, s, key})
			for _, e := range m.edits {
				end = max(end, p.offset(e.to))
			}
			return true
		})
	}
	return list
}

// apply rewrites places, and reports false if the result would not compile.
func (p *program) apply(r rule, list []found) bool {
	before, changes := maps.Clone(p.files), len(p.changes)
	edits := map[*file][]edit{}
	decls := map[string]bool{}
	for _, m := range list {
		at := statementAt(m.site)
		for _, e := range m.edits {
			if e.from < at && at < e.to {
				at = e.from
			}
		}
		edits[m.site.file] = append(edits[m.site.file], edit{at, at, markerLine(len(p.changes))})
		edits[m.site.file] = append(edits[m.site.file], m.edits...)
		if m.decl != "" && !decls[m.decl] {
			decls[m.decl] = true
			end := m.site.file.ast.FileEnd
			edits[m.site.file] = append(edits[m.site.file], edit{end, end, "\n" + m.decl})
		}
		p.changes = append(p.changes, Change{Rule: r.Rule, Old: p.oldLines(m.site.file, m.edits)})
	}
	err := p.write(edits, list)
	if err == nil {
		err = p.check()
	}
	if err == nil {
		return true
	}
	p.files, p.changes = before, p.changes[:changes]
	if err := p.check(); err != nil {
		panic("idiomatic: " + err.Error()) // these files were checked before
	}
	return false
}

// write puts the edits into the files, with their imports and functions of php.go.
func (p *program) write(edits map[*file][]edit, list []found) error {
	var helpers []string
	for f, e := range edits {
		var imports []string
		for _, m := range list {
			if m.site.file == f {
				imports = append(imports, m.imports...)
			}
			helpers = append(helpers, m.helpers...)
		}
		text, err := withImports(p.edited(f, e), imports)
		if err != nil {
			return err
		}
		p.files[f.name] = text
	}
	return p.addHelpers(helpers)
}

const markerPrefix = "//idiomatic:"

// markerLine is a comment before a statement that was rewritten. It is taken out in the end.
func markerLine(id int) string { return markerPrefix + strconv.Itoa(id) + "\n" }

// stripMarkers removes the comments, and returns the line that each was before.
func stripMarkers(text []byte) ([]byte, map[int]int) {
	lines := map[int]int{}
	var out strings.Builder
	n := 1
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), markerPrefix); ok {
			if id, err := strconv.Atoi(rest); err == nil {
				lines[id] = n
				continue
			}
		}
		out.WriteString(line)
		n++
	}
	return []byte(out.String()), lines
}

func lineWithoutMarkers(text []byte, line int) int {
	n := 0
	for l := range strings.Lines(string(text)) {
		if line--; line < 0 {
			break
		}
		if !strings.HasPrefix(strings.TrimSpace(l), markerPrefix) {
			n++
		}
	}
	return n
}
