// Package translate turns a PHP program into a module in Go that does the same. It never runs the
// program.
//
// The types of variables, parameters, results and properties are what flows into them.
// The whole program is written again and again, each time with the types that the last time
// showed, until nothing changes. So there is one piece of code that knows what an
// expression is, and what it says of the type is what it writes.
//
// What cannot be translated becomes a panic that names it, and never disappears.
package translate

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"

	"github.com/imapcompat/imapcompat/port/php"
)

// Source is a file of the program.
type Source struct {
	Name string // its path; includes are looked up relative to it
	Text []byte
}

// Options are what a port looks like.
type Options struct {
	// Module is the path of the module that is written. The default is the name of the script.
	Module string

	// Lines has each statement carry its line in PHP in a comment.
	Lines bool

	// Library is the folder of a checkout of imapcompat, for a replace directive in go.mod.
	Library string

	// Version is the version of imapcompat in go.mod.
	Version string

	// Read reads a file that the program includes. It is nil if there are no others.
	Read func(name string) ([]byte, error)

	// Build compiles a module and returns what the compiler refuses. It is nil if there is
	// no compiler. GoBuild is one.
	Build func(*Module) ([]Complaint, error)
}

// Module is the port.
type Module struct {
	Files  map[string][]byte // by their names
	Report *Report
}

// maxPasses bounds how often the program is written. Types only grow, so that few programs
// need more than five passes.
const maxPasses = 40

// maxRounds bounds how often the compiler is asked before the whole program is left to a person.
const maxRounds = 8

// ErrTooMuchWork means that a program is so tangled that its translation would not end in reasonable time.
var ErrTooMuchWork = errors.New("the program is too tangled to be translated")

// ErrNoSource means that there is nothing to translate.
var ErrNoSource = errors.New("no PHP file")

// Program translates a program. The first file is its main script; the others are files
// that are ported with it, whether it includes them or not.
func Program(files []Source, opts Options) (*Module, error) {
	if len(files) == 0 {
		return nil, ErrNoSource
	}
	p, err := load(files, opts)
	if err != nil {
		return nil, err
	}
	var module *Module
	for round := 1; ; round++ {
		if err := p.settle(); err != nil {
			return nil, err
		}
		if module, err = p.module(); err != nil {
			return nil, err
		}
		if opts.Build == nil {
			break
		}
		complaints, err := opts.Build(module)
		if err != nil {
			module.Report.NotBuilt = err
			break
		}
		module.Report.Built = true
		if len(complaints) == 0 || p.hopeless != "" {
			module.Report.Complaints = complaints
			break
		}
		if round >= maxRounds || !p.refuseAll(complaints) {
			p.hopeless = fmt.Sprintf("the Go for this program does not compile: %s:%d: %s", complaints[0].File, complaints[0].Line, complaints[0].Text)
		}
	}
	strip(module, opts.Lines)
	return module, nil
}

// settle writes the program until the types are stable.
func (p *program) settle() (err error) {
	defer func() {
		if r := recover(); r != nil {
			where, ok := r.(tooMuchWork)
			if !ok {
				panic(r)
			}
			err = fmt.Errorf("%s:%d: %w", where.file.name, line(where.node), ErrTooMuchWork)
		}
	}()
	for p.pass = 0; p.pass < maxPasses; p.pass++ {
		p.changed = false
		p.write()
		if !p.changed && p.pass >= firstAssumed && !p.assumeRest() {
			break
		}
	}
	return nil
}

// workPerNode and maxWork bound how often the statements and expressions of a program are written in all passes: by how many
// it has, and in all. Programs need three times as often as they have any.
const (
	workPerNode = 500
	maxWork     = 50_000_000
)

// tooMuchWork is where the bound was reached.
type tooMuchWork struct {
	file *file
	node ast.Vertex
}

// work counts the writing of a node.
func (e *emitter) work(node ast.Vertex) {
	if e.p.worked++; e.p.worked > min(workPerNode*(1000+e.p.size), maxWork) {
		panic(tooMuchWork{e.f, node})
	}
}

// refusal is why a node is not translated. It ends the emission of the statement.
type refusal struct {
	node   ast.Vertex
	reason string
}

func refuse(node ast.Vertex, format string, args ...any) {
	panic(refusal{node, fmt.Sprintf(format, args...)})
}

// notModule are names that the go command refuses for a module: those of devices of Windows, of
// its patterns, and of folders of the standard library.
var notModule = regexp.MustCompile(`^(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|go|all|std|toolchain|archive|builtin|compress|container|context|crypto|` +
	`database|debug|embed|encoding|expvar|flag|hash|image|index|iter|mime|net|plugin|reflect|runtime|structs|sync|syscall|testing|text|unique|unsafe|weak)$`)

// moduleName returns the name of a module for a script.
func moduleName(script string) string {
	base := filepath.Base(script)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	if folder := filepath.Base(filepath.Dir(script)); (base == "main" || base == "index") && len(folder) > 1 {
		base = folder
	}
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, base)
	name = strings.Trim(name, "-_")
	if name == "" || knownImports[name] != "" || notModule.MatchString(name) || name == "main" || name == "internal" || name == "test" || name == "cmd" {
		return name + "port" // no name of a package of the standard library
	}
	return name
}

// text returns the beginning of the PHP of a node on one line.
func (f *file) text(node ast.Vertex) string { return excerpt(f.parsed.Text(node)) }

// excerpt returns the beginning of a piece of PHP as comments have it: on one line, without what does not print.
func excerpt(text string) string {
	if len(text) > 4096 {
		text = text[:4096]
	}
	text = oneLine(text)
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	return text
}

func line(node ast.Vertex) int { return php.Line(node) }
