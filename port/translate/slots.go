package translate

import (
	"maps"
	"slices"

	"github.com/VKCOM/php-parser/pkg/ast"
)

type slotKind uint8

const (
	localSlot slotKind = iota
	paramSlot
	globalSlot
	propertySlot
	resultSlot
)

// slot is a place that holds values: a variable, parameter, property or result. Its facts
// only grow from pass to pass.
type slot struct {
	name, goName string
	kind         slotKind
	typ          *Type
	declared     *Type // by the source
	distinct     bool  // some code tells the absent value from the zero value
	modified     bool  // its array is changed in place
	deep         bool  // an array in its array is changed in place
	holdsAlias   bool  // another place may hold its array, or one in it
	tested       bool  // some code asks whether there is an object
	indexed      bool  // elements of its list are set by their index
	byRef        bool  // the Go variable is a pointer
	alias        string
	noPair       bool     // a result whose absence no second result can tell
	static       bool     // a static variable of a function
	initial      string   // its value, in Go
	broken       bool     // a static property whose value is not translated
	inner        int      // how many assignments to it were written that are operands
	twice        bool     // one statement assigns to it more than once
	owner        *routine // of a local variable
	class        *class
	def          ast.Vertex // of a property
	scope        string     // of a property: the class that it is private to, "*" of a protected one
	typeText     string     // of a property, as the program declares it
	list         ast.Vertex // the declaration of a property, or of several, that its comments are about
	constructed  bool       // the constructor assigns it before anything reads it
	dynamic      bool       // the program does not declare the property
	tracked      bool       // another field says whether it was assigned
	ofException  bool       // a property that PHP's class of exceptions declares

	// Of the current pass.
	epoch  int // counts how often the uses were forgotten
	reads  int
	uses   []occurrence
	unused bool // nothing read it in the last pass
	pass   int  // in which it got its name
}

// frame is a block that is being written, and the statement in it.
type frame struct {
	block ast.Vertex
	stmt  ast.Vertex
	loop  bool // the block is the body of a loop
}

// occurrence is a use of a variable.
type occurrence struct {
	path     []frame
	definite bool // an assignment that is a statement of its own in its block
}

// decl is where and how a variable is declared.
type decl struct {
	block, stmt ast.Vertex
	short       bool // by := at its first assignment
}

// grow adds a type to those that a slot holds.
func (p *program) grow(s *slot, t *Type) {
	if s.ofException {
		return
	}
	if s.declared != nil && s.declared.scalar() && (s.kind == propertySlot || s.kind == resultSlot) {
		t = s.declared // PHP converts to it or throws
	}
	if s.kind == propertySlot && t.opt == asBlank && !t.nilable() {
		t = mixedType
	}
	if j := join(s.typ, t); !j.same(s.typ) {
		s.typ = j
		p.changed = true
	}
}

func (p *program) mark(flag *bool) {
	if !*flag {
		*flag = true
		p.changed = true
	}
}

// early reports whether a slot may still get its first type, from code that is written later. There is
// another pass then.
func (p *program) early(s *slot) bool {
	return s.typ.kind == unknown && p.waits()
}

// waits reports whether there is another pass for what is not known yet.
func (p *program) waits() bool {
	if p.pass >= earlyPasses {
		return false
	}
	p.changed = true
	return true
}

// onlyNull reports whether a slot holds nothing but null so far, and may still get a type from code that
// is written later.
func (p *program) onlyNull(s *slot) bool {
	if s.typ.kind != null || p.pass >= earlyPasses {
		return false
	}
	p.changed = true
	return true
}

// earlyPasses is how many passes wait for a first type.
const earlyPasses = 3

// effective returns the type of a slot's Go variable.
func (s *slot) effective() *Type {
	t := s.typ
	switch {
	case t.kind == unknown || t.kind == null:
		return mixedType
	case t.kind == falsehood:
		return boolType
	case t.kind == blank:
		return textType
	case t.opt != present && !t.nilable() && s.distinct && !s.pairs():
		return mixedType
	}
	return t
}

// companion reports whether another Go variable says if there is a value.
func (s *slot) companion() bool {
	t := s.typ
	return t.opt != present && !t.nilable() && s.distinct && s.pairs()
}

// pairs reports whether another variable or result can say if there is a value.
func (s *slot) pairs() bool {
	return (s.kind == localSlot || s.kind == globalSlot || s.kind == resultSlot) && !s.byRef && !s.noPair
}

// place decides where a variable is declared, from where it is used.
func place(uses []occurrence, mayBeShort bool) decl {
	first := uses[0]
	common := len(first.path)
	for _, u := range uses[1:] {
		n := 0
		for n < common && n < len(u.path) && u.path[n].block == first.path[n].block {
			n++
		}
		common = n
	}
	if common == 0 {
		return decl{}
	}
	short := mayBeShort && first.definite && common == len(first.path)
	if short {
		last := first.path[common-1]
		return decl{last.block, last.stmt, true}
	}
	// The value lives from one round of a loop to the next.
	for i := 0; i < common; i++ {
		if first.path[i].loop {
			common = i
			break
		}
	}
	if common == 0 {
		return decl{}
	}
	last := first.path[common-1]
	return decl{last.block, last.stmt, false}
}

// decide compares the declarations with those of the last pass.
func (e *emitter) decide() {
	decls := map[*slot]decl{}
	for _, s := range e.fn.vars {
		if s.kind != localSlot {
			continue
		}
		if unused := s.reads == 0; unused != s.unused {
			s.unused = unused
			e.p.changed = true
		}
		if len(s.uses) > 0 {
			decls[s] = place(s.uses, !s.twice)
		}
	}
	if !maps.Equal(decls, e.fn.decls) {
		e.fn.decls = decls
		e.fn.declared = map[ast.Vertex][]*slot{}
		for s, d := range decls {
			if !d.short {
				e.fn.declared[d.stmt] = append(e.fn.declared[d.stmt], s)
			}
		}
		e.p.changed = true
	}
}

// declarations are the variables to declare before a statement of a block.
func (e *emitter) declarations(block, stmt ast.Vertex) []*slot {
	var list []*slot
	for _, s := range e.fn.declared[stmt] {
		if e.fn.decls[s].block == block {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *slot) int {
		if a.goName < b.goName {
			return -1
		}
		return 1
	})
	return list
}
