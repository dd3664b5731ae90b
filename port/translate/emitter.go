package translate

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// emitter writes a routine. Statements go to out in the order in which PHP runs them. Where an
// expression contains what is a statement in Go, such as an assignment, it writes that statement
// and returns the rest.
type emitter struct {
	p     *program
	fn    *routine
	f     *file
	out   []byte
	path  []frame
	log   []use // the uses of variables that were noted
	loops []*loop
	block *region // of a try that is being written, or nil

	referenced map[*slot]bool // variables that were references of foreach
	multiplied *slot          // the variable that gets the value that is being written in a loop

	immediate bool     // a closure that is written now is called at once
	afterCall []func() // what the call that is being written needs after it

	first     string      // the argument of the call that is written next that says what static:: is
	declaring *class      // the class of a default value
	lateOf    *lateObject // the object whose class takes the place of static::
	facts     facts       // what is not null here
	silent    int         // depth of what does not warn

	nesting     int                 // of expressions
	blocks      int                 // of statements, one in the other
	branches    int                 // of else ifs
	conditional int                 // depth of what is not run for certain
	catching    int                 // how many loops are around the catch that is being written
	errs        map[ast.Vertex]bool // the blocks that have a variable err
	failure     string              // the Go variable with the error that the current branch deals with
}

// loop is what break and continue leave.
type loop struct {
	node     ast.Vertex
	isSwitch bool
	region   *region
	step     string   // what a continue has to do first
	known    []string // what is not null where its body begins
}

// use is an entry of the log.
type use struct {
	slot  *slot
	read  bool
	epoch int // of the slot
}

func (e *emitter) line(format string, args ...any) {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	e.out = append(e.out, format...)
	e.out = append(e.out, '\n')
}

// capture returns what f writes, instead of writing it.
func (e *emitter) capture(f func()) string {
	before := e.out
	e.out = nil
	f()
	text := string(e.out)
	e.out = before
	return text
}

func (e *emitter) emit(text string) { e.out = append(e.out, text...) }

// note notes a use of a variable at the current place.
func (e *emitter) note(s *slot, read, definite bool) {
	if s.kind != localSlot {
		return
	}
	base := 0
	if s.owner != nil {
		base = min(s.owner.base, len(e.path))
	}
	path := append([]frame(nil), e.path[base:]...)
	s.uses = append(s.uses, occurrence{path, definite && e.conditional == 0 && s.owner == e.fn})
	if read {
		s.reads++
	}
	e.log = append(e.log, use{s, read, s.epoch})
}

// state is what a refusal takes back.
type state struct {
	out         int
	log, path   int
	loops       int
	conditional int
	fn          *routine
	block       *region
	failure     string
	facts       facts
	silent      int
}

func (e *emitter) state() state {
	return state{len(e.out), len(e.log), len(e.path), len(e.loops), e.conditional, e.fn, e.block, e.failure, e.facts, e.silent}
}

func (e *emitter) restore(s state, out []byte) {
	for i := len(e.log) - 1; i >= s.log; i-- {
		u := e.log[i]
		if u.epoch != u.slot.epoch {
			continue // written anew since
		}
		u.slot.uses = u.slot.uses[:len(u.slot.uses)-1]
		if u.read {
			u.slot.reads--
		}
	}
	e.log, e.path, e.loops = e.log[:s.log], e.path[:s.path], e.loops[:s.loops]
	e.conditional, e.fn, e.block, e.failure = s.conditional, s.fn, s.block, s.failure
	e.facts, e.silent = s.facts, s.silent
	e.out = out[:s.out]
}

// attempt runs f. If f refuses a node, what it wrote is taken back, and the refusal returned.
func (e *emitter) attempt(f func()) (refused *refusal) {
	before, out := e.state(), e.out
	defer func() {
		if r := recover(); r != nil {
			why, ok := r.(refusal)
			if !ok {
				panic(r)
			}
			e.restore(before, out)
			refused = &why
		}
	}()
	f()
	return nil
}

// todo writes the panic of something that is not translated.
func (e *emitter) todo(node ast.Vertex, why *refusal) {
	text := e.f.text(node)
	e.p.report.todo(e.f, node, why, text)
	e.need("todo")
	e.line("// TODO(port): line %d: %s", line(why.node), oneLine(why.reason))
	for _, l := range wrap(text) {
		e.line("//\t%s", l)
	}
	e.line("todo(%s)", quote(fmt.Sprintf("line %d: %s", line(why.node), oneLine(why.reason))))
}

// oneLine returns a text as comments have it: on one line, without what does not print.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\ufffd")), " ")
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}

func wrap(text string) []string {
	var lines []string
	for len(text) > 100 {
		cut := strings.LastIndexByte(text[:100], ' ')
		if cut < 20 {
			break
		}
		lines = append(lines, text[:cut])
		text = text[cut+1:]
	}
	return append(lines, text)
}

// need notes that the code uses a name of port/library.
func (e *emitter) need(name string) string {
	e.p.needs[name] = true
	return name
}

// use notes a package of the standard library, or of imapcompat.
func (e *emitter) use(path string) { e.p.imports[path] = true }

// temp returns a new name.
func (e *emitter) temp(name string) string {
	return e.fn.root().unique(name)
}

// root is the routine in whose names those of its closures are.
func (r *routine) root() *routine {
	for r.outer != nil {
		r = r.outer
	}
	return r
}

func (r *routine) unique(name string) string {
	if r.names == nil {
		r.names = newNames(nil)
	}
	return r.names.unique(name)
}

// mentions reports whether code uses an identifier.
func mentions(code, name string) bool {
	for rest := []byte(code); ; {
		i := bytes.Index(rest, []byte(name))
		if i < 0 {
			return false
		}
		end := i + len(name)
		if (i == 0 || !identByte(rest[i-1])) && (end == len(rest) || !identByte(rest[end])) {
			return true
		}
		rest = rest[i+1:]
	}
}

func identByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
