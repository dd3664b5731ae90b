package translate

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"

	"github.com/imapcompat/imapcompat/port/library"
	"github.com/imapcompat/imapcompat/port/php"
)

// file is a file of the program.
type file struct {
	name     string
	goFile   string
	parsed   *php.File
	comments []comment
	main     *scope // its statements outside of functions
	included bool   // by a statement that was found
	pure     bool   // it has declarations only
	uses     map[string]string
	strict   bool // declare(strict_types=1)

	sites      int  // how many statements include it
	inFunction bool // one of them is in a function
}

// program is what is known of the whole program.
type program struct {
	opts      Options
	files     []*file
	byPath    map[string]*file
	functions map[string]*routine // by their names in lower case
	classes   map[string]*class
	order     []*routine // in the order of the source

	// importable says that the files declare something and do nothing else: the port is a package to
	// import.
	importable       bool
	tryName, endName string // of the functions for its users
	classList        []*class
	constants        map[string]*constant

	// dynamicObjects are the types of imapcompat whose objects get properties of the program.
	dynamicObjects map[string]bool

	globals      map[string]*slot
	lib          map[string]*library.Function
	libConst     map[string]library.Constant
	libNames     map[string]bool
	added        map[string]bool // properties that the program adds to objects of the library
	patterns     map[string]*pattern
	patternOrder []*pattern
	choices      map[ast.Vertex]*slot // of expressions with two values
	statics      map[ast.Vertex]*slot // static variables of functions
	closures     map[ast.Vertex]*routine
	walks        map[ast.Vertex]walk
	includes     map[ast.Vertex]*file // by the expressions that name them
	classByNode  map[ast.Vertex]*class
	catches      map[ast.Vertex]*slot // variables of catches
	staticOrder  []*slot
	dependents   map[string][]dependent // by the constants that they need
	taken        *names                 // names of the package
	buffered     bool                   // the program uses output buffering
	throws       bool                   // it has a throw, or functions of PHP that throw
	nulled       map[string]bool        // names of properties that are set to null after the constructor
	modifiesHeld bool                   // it changes arrays in place that no local slot holds
	deep         bool                   // it changes arrays in arrays in place
	references   bool                   // a function has a parameter that is a reference
	iterates     bool                   // it has an ArrayIterator
	sets         bool                   // it assigns properties of which it does not know the class or name
	clones       bool                   // it clones objects of which it does not know the class
	shown        bool                   // a function looks at the properties of objects
	asksLines    bool                   // it asks an exception for its line or file
	handles      bool                   // it calls set_error_handler
	libClass     map[string][]string    // PHP's classes by the Go types of port/library

	pass     int
	changed  bool // a fact is another than in the last pass
	refused  map[ast.Vertex]string
	size     int          // nodes of the program
	worked   int          // how many of them were written, in all passes
	hopeless string       // why nothing of the program is translated
	nodes    []ast.Vertex // the statements by the numbers in the markers
	numbers  map[ast.Vertex]int
	labels   map[ast.Vertex]bool // loops that a break or continue names
	reserved map[string]bool     // identifiers of packages and of php.go, from the last pass

	// What the current pass uses.
	imports  map[string]bool
	needs    map[string]bool
	selected map[string]bool // the methods and fields that the port names
	report   *Report
	output   map[*file]*strings.Builder
}

// constant is a constant that the program defines.
type constant struct {
	name, goName string
	asked        bool   // some code asks whether it is defined yet
	defined      string // the variable that says so
	scope        string // of a constant of a class: as that of a property
	lazy         bool   // of a constant of a class: its value needs constants that statements define
	typ          *Type
	node         ast.Vertex
	broken       bool // its value is not translated
}

// routine is a function or method of the program, or the statements of a file.
type scope = routine

type routine struct {
	name, goName string
	file         *file
	node         ast.Vertex
	params       []*param
	given        *slot // the number of arguments, or nil
	result       *slot
	returns      bool // it returns a value somewhere
	vars         map[string]*slot
	names        *names // names taken in Go
	class        *class
	static       bool
	closure      bool
	outer        *routine // of a closure
	base         int      // of a closure: its first frame in the path
	top          bool     // the statements of a file
	body         []ast.Vertex
	called       bool
	receiver     string
	decls        map[*slot]decl
	declared     map[ast.Vertex][]*slot // variables by the statements before which they are declared
	captured     map[string]*slot       // copies of variables that a closure changes
	generator    bool
	constructs   bool // it returns the object that it makes
	byRef        bool
	abstract     bool
	late         bool            // it gets the class of static::
	staticName   string          // in this parameter
	checks       bool            // it has a check of a declared type, which may throw
	tested       map[string]bool // the variables that it tests, once that was asked
}

type param struct {
	name     string
	slot     *slot
	def      ast.Vertex
	byRef    bool
	variadic bool
	promoted bool
	node     *ast.Parameter
}

// load parses the files and gathers what they declare.
func load(sources []Source, opts Options) (*program, error) {
	p := &program{
		opts: opts, byPath: map[string]*file{}, functions: map[string]*routine{}, classes: map[string]*class{},
		constants: map[string]*constant{}, dynamicObjects: map[string]bool{}, nulled: map[string]bool{}, globals: map[string]*slot{}, lib: library.Functions(), libConst: library.Constants(),
		libNames: map[string]bool{}, refused: map[ast.Vertex]string{}, numbers: map[ast.Vertex]int{}, labels: map[ast.Vertex]bool{},
		reserved: map[string]bool{}, patterns: map[string]*pattern{}, added: map[string]bool{}, choices: map[ast.Vertex]*slot{}, statics: map[ast.Vertex]*slot{}, closures: map[ast.Vertex]*routine{}, walks: map[ast.Vertex]walk{}, includes: map[ast.Vertex]*file{}, classByNode: map[ast.Vertex]*class{}, catches: map[ast.Vertex]*slot{}, dependents: map[string][]dependent{},
	}
	for _, name := range library.Names() {
		p.libNames[name] = true
	}
	for _, s := range sources {
		if _, err := p.addFile(s.Name, s.Text); err != nil {
			return nil, err
		}
	}
	p.link()
	return p, nil
}

func (p *program) addFile(name string, source []byte) (*file, error) {
	name = filepath.Clean(name)
	if f := p.byPath[name]; f != nil {
		return f, nil
	}
	parsed, err := php.Parse(source)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := parsed.Walk(func(ast.Vertex, []ast.Vertex) { p.size++ }); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &file{name: name, parsed: parsed, uses: map[string]string{}, strict: strictTypes(parsed.Root)}
	f.comments = comments(parsed)
	p.files = append(p.files, f)
	p.byPath[name] = f
	p.declare(f)
	return f, nil
}

// declare gathers the functions, classes and includes of a file.
func (p *program) declare(f *file) {
	root, ok := f.parsed.Root.(*ast.Root)
	if !ok {
		return
	}
	f.main = &routine{name: f.name, file: f, top: true, body: root.Stmts, vars: map[string]*slot{}, node: root}
	f.pure = !hasStatements(root.Stmts) && len(f.parsed.Errors) == 0
	f.parsed.Walk(func(node ast.Vertex, around []ast.Vertex) {
		switch n := node.(type) {
		case *ast.StmtFunction:
			p.declareFunction(f, n)
		case *ast.StmtClass:
			p.declareClass(f, n, f.namespace(n))
		case *ast.StmtTrait:
			p.declareTrait(f, n)
		case *ast.StmtInterface:
			p.declareInterface(f, n, f.namespace(n))
		case *ast.StmtUse:
			declareUse(f, n, around)
		case *ast.StmtConstant:
			if len(around) > 0 {
				if _, ok := around[len(around)-1].(*ast.StmtConstList); ok {
					p.declareConstant(identifier(n.Name), n)
				}
			}
		case *ast.ExprFunctionCall:
			p.declareDefine(n)
			name := strings.ToLower(identifier(n.Function))
			p.handles = p.handles || name == "set_error_handler"
			p.throws = p.throws || name == "set_exception_handler"
			p.buffered = p.buffered || strings.HasPrefix(strings.ToLower(identifier(n.Function)), "ob_")
		case *ast.ExprNew:
			p.iterates = p.iterates || strings.EqualFold(identifier(n.Class), "ArrayIterator")
		case *ast.StmtThrow, *ast.ExprThrow:
			p.throws = true
		case *ast.ExprInclude:
			p.include(f, n.Expr, around)
		case *ast.ExprIncludeOnce:
			p.include(f, n.Expr, around)
		case *ast.ExprRequire:
			p.include(f, n.Expr, around)
		case *ast.ExprRequireOnce:
			p.include(f, n.Expr, around)
		}
	})
}

// namespace returns the namespace that a declaration is in, with a backslash behind it, "" for the
// global one.
func (f *file) namespace(node ast.Vertex) string {
	root, ok := f.parsed.Root.(*ast.Root)
	if !ok {
		return ""
	}
	name := ""
	for _, s := range root.Stmts {
		if n, ok := s.(*ast.StmtNamespace); ok && start(n) <= start(node) {
			if name = qualified(n.Name); name != "" {
				name += `\`
			}
		}
	}
	return name
}

// hasStatements reports whether statements do more than declare something.
func hasStatements(list []ast.Vertex) bool {
	for _, s := range list {
		switch n := s.(type) {
		case *ast.StmtFunction, *ast.StmtClass, *ast.StmtInterface, *ast.StmtTrait, *ast.StmtUseList, *ast.StmtGroupUseList,
			*ast.StmtNop, *ast.StmtDeclare:
		case *ast.StmtNamespace:
			if hasStatements(n.Stmts) {
				return true
			}
		case *ast.StmtInlineHtml:
			if strings.TrimSpace(string(n.Value)) != "" {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func (p *program) declareFunction(f *file, n *ast.StmtFunction) {
	name := identifier(n.Name)
	if p.functions[strings.ToLower(name)] != nil {
		return
	}
	r := &routine{name: name, file: f, node: n, body: n.Stmts, byRef: n.AmpersandTkn != nil}
	r.parameters(p, n.Params, n.ReturnType)
	p.functions[strings.ToLower(name)] = r
	p.order = append(p.order, r)
}

// parameters makes the slots of parameters and result, with the types that the source declares.
func (r *routine) parameters(p *program, params []ast.Vertex, result ast.Vertex) {
	r.vars = map[string]*slot{}
	r.result = &slot{name: r.name, kind: resultSlot, typ: unknownType}
	if t := p.hint(r, result); t != nil {
		r.result.declared = t
	}
	for _, v := range params {
		n, ok := v.(*ast.Parameter)
		if !ok {
			continue
		}
		name := variableName(n.Var)
		s := &slot{name: name, kind: paramSlot, typ: unknownType}
		q := &param{name: name, slot: s, def: n.DefaultValue, byRef: n.AmpersandTkn != nil, variadic: n.VariadicTkn != nil, node: n}
		q.promoted = len(n.Modifiers) > 0
		if q.variadic {
			s.typ = listOf(unknownType)
		}
		s.byRef = q.byRef
		p.references = p.references || q.byRef
		if t := p.hint(r, n.Type); t != nil && !q.variadic {
			s.declared = nullable(t, n.DefaultValue)
		}
		r.params = append(r.params, q)
		r.vars[name] = s
	}
	r.takeAll()
	r.generator = yields(r.body)
	for _, q := range r.params {
		if n := calledWith(r.body, q.name); n >= 0 && !q.byRef && !q.variadic {
			t := &Type{kind: function, result: mixedType}
			for range n {
				t.params = append(t.params, mixedType)
			}
			q.slot.declared, q.slot.typ = t, t
		}
	}
}

// calledWith returns with how many arguments statements call a variable, -1 if they do not.
func calledWith(list []ast.Vertex, name string) int {
	most := -1
	for _, s := range list {
		inspect(s, func(n ast.Vertex) bool {
			call, ok := n.(*ast.ExprFunctionCall)
			if !ok {
				return true
			}
			args := len(call.Args)
			if variableName(call.Function) == name {
				most = max(most, args)
			}
			if strings.EqualFold(identifier(call.Function), "call_user_func") && args > 0 {
				if a, ok := call.Args[0].(*ast.Argument); ok && variableName(a.Expr) == name {
					most = max(most, args-1)
				}
			}
			return true
		})
	}
	return most
}

// link resolves parents of classes and names everything that Go declares at the top.
func (p *program) link() {
	p.importable = p.declaresOnly()
	p.linkClasses()
	taken := newNames(p.libNames)
	for name := range knownImports {
		taken.unique(name)
	}
	for _, c := range p.classList {
		c.goName = taken.unique(exported(c.name))
		c.constructorName = taken.unique(p.public("new_"+c.name, ""))
	}
	for _, r := range p.order {
		if r.class == nil {
			r.goName = taken.unique(p.public(r.name, ""))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.constants)) {
		p.constants[name].goName = taken.unique(p.public(strings.ToLower(name), ""))
		p.constants[name].defined = taken.unique(camel(strings.ToLower(name)) + "Defined")
	}
	goFiles := map[string]bool{}
	for i, f := range p.files {
		f.main.goName, f.goFile = "main", "main.go"
		if p.importable {
			f.main.goName, f.goFile = "init", goFile(baseName(f.name), goFiles)
		}
		if i > 0 {
			f.goFile = goFile(baseName(f.name), goFiles)
			base := filepath.Base(f.name)
			f.main.goName = taken.unique("include" + exported(strings.TrimSuffix(base, filepath.Ext(base))))
		}
	}
	p.reserved["main"], p.reserved["init"] = true, true
	if p.importable {
		p.tryName, p.endName = taken.unique("Try"), taken.unique("End")
	}
	for name := range taken.next {
		p.reserved[name] = true
	}
	p.taken = taken
	p.findConstructed()
	p.nameMembers()
	p.linkGlobals()
}

// libClasses returns PHP's classes of port/library by the types that they are in Go.
func (p *program) libClasses() map[string][]string {
	if p.libClass != nil {
		return p.libClass
	}
	p.libClass = map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(p.lib)) {
		class, _, ok := strings.Cut(name, "::")
		if !ok {
			continue
		}
		form := p.lib[name].Forms[0]
		goType, _, isMethod := strings.Cut(form.Go, ".")
		if isMethod && !slices.Contains(p.libClass[goType], class) {
			p.libClass[goType] = append(p.libClass[goType], class)
		}
	}
	return p.libClass
}
