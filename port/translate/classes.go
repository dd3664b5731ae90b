package translate

import (
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// class is a class of the program: a struct in Go. A parent of the program is embedded.
type class struct {
	name, goName    string
	phpName         string // with its namespace
	constructorName string
	file            *file
	node            ast.Vertex
	stmts           []ast.Vertex
	extends         string
	parent          *class
	children        []*class
	implements      []string
	exception       bool // it is thrown: it embeds *Exception
	isInterface     bool
	isTrait         bool
	abstract        bool
	named           bool // its members have names in Go
	keepsSelf       bool // objects know which class they are of
	needsDefaults   bool // a child calls its method defaults
	boxed           bool // of the first class of a hierarchy: objects become values of any type
	unboxed         bool // and objects of the class are made of such values
	unboxName       string
	overrides       []override
	lateMembers     map[string]*lateMember // of the first class of a hierarchy
	lateList        []*lateMember
	lateSlots       map[string]*slot
	tellsClass      bool // some code asks objects for the name of their class

	props     map[string]*slot
	order     []*slot
	statics   map[string]*slot
	methods   map[string]*routine // by their names in lower case
	list      []*routine
	consts    map[string]*constant
	constList []*constant
	names     *names          // of fields and methods in Go
	virtual   map[string]bool // methods that a child overrides and that the class itself calls
}

// override is the value that a class gives a property of its parent.
type override struct {
	slot *slot
	def  ast.Vertex
}

func (p *program) declareClass(f *file, n *ast.StmtClass, namespace string) {
	name := identifier(n.Name)
	phpName := namespace + name
	if name == "" {
		name = "anonymous" + string(rune('A'+len(p.classList)%26))
		phpName = "class@anonymous"
	}
	c := &class{name: name, phpName: phpName, file: f, node: n, stmts: n.Stmts, extends: identifier(n.Extends)}
	for _, i := range n.Implements {
		c.implements = append(c.implements, identifier(i))
	}
	for _, m := range n.Modifiers {
		c.abstract = c.abstract || strings.EqualFold(identifier(m), "abstract")
	}
	p.addClass(c)
}

func (p *program) declareTrait(f *file, n *ast.StmtTrait) {
	p.addClass(&class{name: identifier(n.Name), file: f, node: n, stmts: n.Stmts, isTrait: true})
}

func (p *program) declareInterface(f *file, n *ast.StmtInterface, namespace string) {
	c := &class{name: identifier(n.Name), phpName: namespace + identifier(n.Name), file: f, node: n, stmts: n.Stmts, isInterface: true}
	for _, i := range n.Extends {
		c.implements = append(c.implements, identifier(i))
	}
	p.addClass(c)
}

func (p *program) addClass(c *class) {
	key := strings.ToLower(c.name)
	if p.classes[key] != nil {
		return
	}
	c.props, c.statics, c.methods, c.consts = map[string]*slot{}, map[string]*slot{}, map[string]*routine{}, map[string]*constant{}
	c.names, c.virtual = newNames(nil), map[string]bool{}
	p.classes[key] = c
	p.classByNode[c.node] = c
	p.classList = append(p.classList, c)
}

// linkClasses finds parents, copies traits and gathers members.
func (p *program) linkClasses() {
	for _, c := range p.classList {
		if c.extends == "" {
			continue
		}
		if q := p.classes[strings.ToLower(c.extends)]; q != nil && !q.isInterface && !q.isTrait {
			c.parent = q
		}
		for q := c.parent; q != nil; q = q.parent {
			if q == c {
				c.parent = nil // a circle
			}
		}
	}
	for _, c := range p.classList {
		if c.parent != nil {
			c.parent.children = append(c.parent.children, c)
		}
		for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
			if q.parent == nil && exceptionClass(q.extends) {
				c.exception = true
			}
		}
	}
	for _, c := range p.classList {
		if c.exception && c.parent == nil {
			c.exceptionProperties()
		}
	}
	done := map[*class]bool{}
	var gather func(c *class)
	gather = func(c *class) {
		if done[c] {
			return
		}
		done[c] = true
		if c.parent != nil {
			gather(c.parent)
		}
		if !c.isTrait {
			p.members(c, c.stmts, map[*class]bool{})
		}
	}
	for _, c := range p.classList {
		gather(c)
	}
	for _, c := range p.classList {
		if c.abstract {
			p.promise(c)
		}
	}
}

// promise gives an abstract class the methods of its interfaces that it leaves to its children.
func (p *program) promise(c *class) {
	for _, name := range c.implements {
		i := p.classes[strings.ToLower(name)]
		if i == nil || !i.isInterface {
			continue
		}
		for _, s := range i.stmts {
			if m, ok := s.(*ast.StmtClassMethod); ok && c.method(identifier(m.Name)) == nil {
				p.declareMethod(c, m)
			}
		}
	}
}

// members gathers the members of a class, with those of its traits.
func (p *program) members(c *class, stmts []ast.Vertex, used map[*class]bool) {
	for _, s := range stmts {
		switch n := s.(type) {
		case *ast.StmtPropertyList:
			p.declareProperties(c, n)
		case *ast.StmtClassMethod:
			p.declareMethod(c, n)
		case *ast.StmtClassConstList:
			for _, k := range n.Consts {
				if d, ok := k.(*ast.StmtConstant); ok {
					name := identifier(d.Name)
					if c.consts[name] == nil {
						c.consts[name] = &constant{name: name, typ: unknownType, node: d, scope: c.scopeOf(modifiers(n.Modifiers))}
						c.constList = append(c.constList, c.consts[name])
					}
				}
			}
		}
	}
	// The class's own members come before those of its traits.
	for _, s := range stmts {
		n, ok := s.(*ast.StmtTraitUse)
		if !ok {
			continue
		}
		for _, t := range n.Traits {
			if trait := p.classes[strings.ToLower(identifier(t))]; trait != nil && trait.isTrait && !used[trait] {
				used[trait] = true
				p.members(c, trait.stmts, used)
			}
		}
	}
}

func modifiers(list []ast.Vertex) string {
	var out []string
	for _, m := range list {
		out = append(out, strings.ToLower(identifier(m)))
	}
	return strings.Join(out, " ")
}

func (p *program) declareProperties(c *class, n *ast.StmtPropertyList) {
	mods := modifiers(n.Modifiers)
	static := strings.Contains(mods, "static")
	for i, v := range n.Props {
		prop, ok := v.(*ast.StmtProperty)
		if !ok {
			continue
		}
		name := variableName(prop.Var)
		s := &slot{name: name, kind: propertySlot, typ: unknownType, class: c, def: prop.Expr}
		if i == 0 {
			s.list = n
		}
		s.declared = p.hintIn(c.file, n.Type)
		s.scope, s.typeText = c.scopeOf(mods), typeText(c.file, n.Type)
		if static {
			s.kind, s.static = globalSlot, true
			if c.statics[name] == nil {
				c.statics[name] = s
			}
			continue
		}
		if s.def == nil && n.Type == nil {
			s.def = nullNode
		}
		c.addProperty(s)
	}
}

// scopeOf returns who may use a member that has modifiers.
func (c *class) scopeOf(modifiers string) string {
	switch {
	case strings.Contains(modifiers, "private"):
		return c.phpName
	case strings.Contains(modifiers, "protected"):
		return "*"
	}
	return ""
}

// typeText returns a declared type as var_dump shows it.
func typeText(f *file, node ast.Vertex) string {
	if node == nil {
		return ""
	}
	return f.text(node)
}

// nullNode is the null that a property without a value has.
var nullNode = &ast.ExprConstFetch{Const: nameNode("null")}

func (c *class) addProperty(s *slot) {
	if q := c.props[s.name]; q != nil {
		if q.ofException {
			c.overrides = append(c.overrides, override{q, s.def})
		}
		return
	}
	if q := c.ownProperty(s.name); q != nil && (q.scope == "" || q.scope == "*") {
		c.overrides = append(c.overrides, override{q, s.def})
		if s.scope == "" {
			q.scope = "" // a child may make it public
		}
		return
	}
	if c.named {
		s.goName = c.names.unique(camel(s.name))
	}
	c.props[s.name] = s
	c.order = append(c.order, s)
}

// ownProperty finds a property in the class or in those that it extends.
func (c *class) ownProperty(name string) *slot {
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		if s := q.props[name]; s != nil {
			return s
		}
	}
	return nil
}

func (c *class) staticProperty(name string) *slot {
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		if s := q.statics[name]; s != nil {
			return s
		}
	}
	return nil
}

func (c *class) constant(name string) *constant {
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		if s := q.consts[name]; s != nil {
			return s
		}
	}
	return nil
}

// method finds a method in the class or in those that it extends.
func (c *class) method(name string) *routine {
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		if m := q.methods[strings.ToLower(name)]; m != nil {
			return m
		}
	}
	return nil
}

func (p *program) declareMethod(c *class, n *ast.StmtClassMethod) {
	name := identifier(n.Name)
	if c.methods[strings.ToLower(name)] != nil {
		return
	}
	mods := modifiers(n.Modifiers)
	r := &routine{name: name, file: c.file, node: n, class: c, static: strings.Contains(mods, "static"), byRef: n.AmpersandTkn != nil}
	r.abstract = strings.Contains(mods, "abstract") || n.Stmt == nil || c.isInterface
	if block, ok := n.Stmt.(*ast.StmtStmtList); ok {
		r.body = block.Stmts
	} else {
		r.abstract = true
	}
	r.parameters(p, n.Params, n.ReturnType)
	c.methods[strings.ToLower(name)] = r
	c.list = append(c.list, r)
	if !r.abstract {
		p.order = append(p.order, r)
	}
	for _, q := range r.params {
		if q.promoted {
			s := &slot{name: q.name, kind: propertySlot, typ: unknownType, class: c}
			s.declared = q.slot.declared
			s.scope, s.constructed = c.scopeOf(modifiers(q.node.Modifiers)), true
			s.typeText = typeText(c.file, q.node.Type)
			c.addProperty(s)
		}
	}
}

// nameMembers gives methods, properties, static properties and constants their names in Go. A
// class and those that extend it share their names, since Go embeds the one in the other.
func (p *program) nameMembers() {
	for _, c := range p.classList {
		root := c
		for root.parent != nil {
			root = root.parent
		}
		c.names = root.names
		p.reserveMembers(c)
	}
	done := map[*class]bool{}
	for _, c := range p.classList {
		p.nameMethods(c, done)
	}
	for _, c := range p.classList {
		c.named = true
		for _, s := range c.order {
			s.goName = c.names.unique(p.public(s.name, s.scope))
		}
		for _, name := range sortedSlots(c.statics) {
			c.statics[name].goName = p.taken.unique(p.ofClass(c, exported(name), c.statics[name].scope))
		}
		for _, k := range c.constList {
			k.goName = p.taken.unique(p.ofClass(c, exported(strings.ToLower(k.name)), k.scope))
		}
	}
}

// ofClass returns the name of a static member in Go: that of the class and its own.
func (p *program) ofClass(c *class, name, scope string) string {
	if p.importable && scope == "" {
		return c.goName + name
	}
	return lowerFirst(c.goName) + name
}

// reserveMembers keeps the exported members of a class from the names of what it embeds, and from those
// that go vet knows with other parameters.
func (p *program) reserveMembers(c *class) {
	if !p.importable {
		return
	}
	names := []string{c.goName, "Format", "GobDecode", "GobEncode", "MarshalJSON", "MarshalXML", "Peek", "ReadByte", "ReadFrom", "ReadRune",
		"Scan", "Seek", "UnmarshalJSON", "UnmarshalXML", "UnreadByte", "UnreadRune", "WriteByte", "WriteTo"}
	if c.exception {
		names = append(names, "Exception", "Class", "Extends", "Message", "Code", "File", "Line", "Error", "Is", "As", "Unwrap")
	}
	for _, name := range names {
		c.names.next[name] = max(2, c.names.next[name])
	}
}

// visible returns the scope of a method, and "" of one that a child makes public.
func (r *routine) visible() string {
	if slices.ContainsFunc(overrides(r.class, strings.ToLower(r.name)), func(o *routine) bool { return o.scope() == "" }) {
		return ""
	}
	return r.scope()
}

// nameMethods names the methods of a class after those of its parent: those that override have
// the same names.
func (p *program) nameMethods(c *class, done map[*class]bool) {
	if done[c] {
		return
	}
	done[c] = true
	if c.parent != nil {
		p.nameMethods(c.parent, done)
	}
	for _, r := range c.list {
		r.receiver = "this"
		if c.parent != nil && !r.static {
			if m := c.parent.method(r.name); m != nil && !m.static && !m.private() {
				r.goName = m.goName
				continue
			}
		}
		switch name := camel(strings.TrimPrefix(r.name, "__")); {
		case r.static:
			r.goName = p.taken.unique(p.ofClass(c, exported(name), r.scope()))
		case strings.EqualFold(r.name, "__toString"):
			r.goName = c.names.unique("String")
		case isConstructor(r):
			r.goName = c.names.unique("construct")
		case strings.HasPrefix(r.name, "__"):
			r.goName = c.names.unique(name)
		default:
			r.goName = c.names.unique(p.public(name, r.visible()))
		}
	}
}

func isConstructor(r *routine) bool {
	return strings.EqualFold(r.name, "__construct") || r.class != nil && strings.EqualFold(r.name, r.class.name)
}

func (c *class) constructor() *routine {
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		if m := q.methods["__construct"]; m != nil {
			return m
		}
		if m := q.methods[strings.ToLower(q.name)]; m != nil {
			return m
		}
	}
	return nil
}

// makesObjects reports whether code outside of the class can make objects of it by its name that are not thrown.
func (c *class) makesObjects() bool {
	return !c.isInterface && !c.isTrait && !c.abstract && !c.exception && c.phpName != "class@anonymous"
}

// is reports whether the class is another or extends it.
func (c *class) is(other *class) bool {
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		if q == other {
			return true
		}
	}
	return false
}

func commonClass(a, b *class) *class {
	for q, n := a, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		if b.is(q) {
			return q
		}
	}
	return nil
}

func (c *class) typ() *Type { return &Type{kind: object, class: c} }

// this returns $this.
func (e *emitter) this(n ast.Vertex) value {
	if e.fn.class == nil || e.fn.static {
		refuse(n, "$this outside of a method")
	}
	v := goCode(e.fn.receiver, e.fn.class.typ())
	v.pure = true
	return v
}

// declaredIn does what f does with a value that the source declares in a class: self is that class.
func (e *emitter) declaredIn(c *class, f func()) {
	declaring := e.declaring
	defer func() { e.declaring = declaring }() // also where f refuses the value
	e.declaring = c
	f()
}

// resolve returns the class that a name stands for here, or PHP's name of one that is not of
// the program.
func (e *emitter) resolve(node ast.Vertex) (*class, string) {
	name := identifier(node)
	own := e.fn.class
	if e.declaring != nil {
		own = e.declaring
	}
	switch strings.ToLower(name) {
	case "self", "static":
		return own, name
	case "parent":
		if own != nil && own.parent != nil {
			return own.parent, name
		}
		if own != nil {
			return nil, own.extends
		}
	}
	if alias := e.f.uses[strings.ToLower(name)]; alias != "" {
		name = alias
	}
	return e.p.classes[strings.ToLower(name)], name
}

// propertySlot returns the slot of a property of an object of the program.
func (e *emitter) propertySlot(n *ast.ExprPropertyFetch) *slot {
	name := identifier(n.Prop)
	if name == "" {
		return nil
	}
	c := e.classOf(n.Var)
	if c == nil {
		return nil
	}
	return e.member(c, name)
}

// member returns a property. PHP makes those that are not declared when they are assigned.
func (e *emitter) member(c *class, name string) *slot {
	if e.overloaded(c, name, "__get") || e.overloaded(c, name, "__set") {
		return nil
	}
	if own := e.fn.class; own != nil && c.is(own) && own.props[name] != nil && own.props[name].scope == own.phpName {
		return own.props[name]
	}
	if s := c.ownProperty(name); s != nil {
		return s
	}
	if c.method("__get") != nil || c.method("__set") != nil || c.exception && c.parent == nil {
		return nil
	}
	s := &slot{name: name, kind: propertySlot, typ: unknownType, class: c, def: nullNode, dynamic: true}
	c.addProperty(s)
	e.p.changed = true
	return s
}

// classOf returns the class of an expression, without writing anything.
func (e *emitter) classOf(node ast.Vertex) *class {
	var c *class
	switch n := strip1(node).(type) {
	case *ast.ExprVariable:
		name := variableName(n)
		if name == "this" {
			return e.fn.class
		}
		if name != "" {
			c = e.variable(n, name).typ.class
		}
	case *ast.ExprPropertyFetch:
		if s := e.propertySlot(n); s != nil {
			c = s.typ.class
		}
	case *ast.ExprStaticPropertyFetch:
		if s := e.staticSlot(n); s != nil {
			c = s.typ.class
		}
	case *ast.ExprArrayDimFetch:
		c = e.targetType(n).class
	case *known:
		c = n.value.typ.class
	}
	return c
}

// property returns $object->name.
func (e *emitter) property(n, object, prop ast.Vertex) value {
	if hasNullsafe(object) {
		return e.nullsafe(n, object, func(v value) value { return e.propertyOf(n, v, prop) })
	}
	return e.propertyOf(n, e.object(object), prop)
}

// quiet says of a value that nothing depends on whether it is there.
func (e *emitter) quiet(v value) value {
	v.zeroOK = true
	return v
}

func (e *emitter) propertyOf(n ast.Vertex, object value, prop ast.Vertex) value {
	name := identifier(prop)
	if name == "" {
		if object.typ.goName == "*Object" {
			return heldValue(object.in(precPrimary) + ".Properties.Get(" + e.key(e.expr(prop)) + ")")
		}
		if v, ok := e.dynamicProperty(object, prop); ok {
			e.shows(object.typ)
			return v
		}
		refuse(n, "a property with a variable name is not translated")
	}
	switch {
	case object.typ.class != nil:
		if e.overloaded(object.typ.class, name, "__get") {
			return e.magicCall(n, object, "__get", textValue(name))
		}
		s := e.member(object.typ.class, name)
		if s == nil {
			if v, ok := e.exceptionProperty(n, object, name); ok {
				return v
			}
			refuse(n, "the property %s is not known", name)
		}
		return e.readField(object, s)
	case object.typ.goName == "*Object":
		v := heldValue(object.in(precPrimary) + ".Properties.Get(" + quote(name) + ")")
		v.pure, v.zeroOK = object.pure, true
		return v
	case object.typ.kind == objectKind:
		if e.p.added[name] && !e.hasProperty(object.typ, name) && strings.HasPrefix(object.typ.goName, "*") {
			v := heldValue(e.need("addedProperties") + "(" + object.code + ").Get(" + quote(name) + ")")
			v.zeroOK = true
			return v
		}
		if v, ok := e.imapProperty(n, object, name); ok {
			return v
		}
		if v, ok := e.libraryMethod(n, object, "$"+name, nil); ok {
			return v
		}
		refuse(n, "%s has no property %s", object.typ, name)
	case object.typ.kind == null, object.typ.kind == falsehood, object.typ.kind == blank:
		return nullValue()
	case object.typ.kind == mixed, object.typ.kind == unknown:
		v := heldValue(e.need("property") + "(" + object.code + ", " + quote(name) + ")")
		v.typ = unknownOr(mixedType, object)
		return v
	}
	// PHP has null, and a warning.
	return nullValue()
}

// hasProperty reports whether an object of the library has a property.
func (e *emitter) hasProperty(t *Type, name string) bool {
	_, ok := imapObjects[strings.TrimPrefix(t.goName, "*")][name]
	return ok
}

// field returns a field of a struct.
func (e *emitter) field(object value, s *slot) value {
	t := s.typ
	if s.effective().kind == mixed && t.kind != unknown {
		t = mixedType
	}
	if e.p.early(s) || e.p.onlyNull(s) {
		t = unknownType
	}
	switch t.kind {
	case null:
		t = mixedType
	case falsehood:
		t = boolType
	case blank:
		t = textType
	}
	return value{code: object.in(precPrimary) + "." + s.goName, prec: precPrimary, typ: t, slot: s, pure: object.pure}
}

// assignProperty writes $object->name = v.
func (e *emitter) assignProperty(n *ast.ExprPropertyFetch, v value) {
	name := identifier(n.Prop)
	object := e.assigned(n)
	if object.typ.class != nil && name != "" {
		if e.overloaded(object.typ.class, name, "__set") {
			e.drop(e.magicCall(n, object, "__set", textValue(name), v), false)
			return
		}
		s := e.member(object.typ.class, name)
		if s == nil {
			refuse(n, "the property %s is not known", name)
		}
		e.p.grow(s, resultType(v))
		e.noteNull(name, resultType(v))
		if s.tracked {
			defer e.line("%s.%s = true", object.in(precPrimary), s.trackName())
		}
		e.line("%s = %s", e.field(object, s).code, e.store(v, s).code)
		return
	}
	if object.typ.class != nil {
		e.assignNamed(n, object, v)
		return
	}
	if object.typ.kind == mixed || object.typ.kind == unknown {
		key := quote(name)
		if name == "" {
			key = e.key(e.expr(n.Prop))
		}
		e.setsAny(name, v)
		e.line("%s(%s, %s, %s)", e.need("setProperty"), object.code, key, e.toMixed(v).code)
		return
	}
	if object.typ.goName == "*Object" {
		key := quote(name)
		if name == "" {
			key = e.key(e.expr(n.Prop))
		}
		e.line("%s.Properties.Set(%s, %s)", object.in(precPrimary), key, e.storeElement(v, mixedType, nil).code)
		return
	}
	if e.assignImapProperty(n, object, name, v) {
		return
	}
	if name != "" && strings.HasPrefix(object.typ.goName, "*imapcompat.") && !e.hasProperty(object.typ, name) {
		if !e.p.added[name] {
			e.p.added[name] = true
			e.p.changed = true
		}
		e.line("%s(%s).Set(%s, %s)", e.need("addedProperties"), object.code, quote(name), e.storeElement(v, mixedType, nil).code)
		return
	}
	refuse(n, "an assignment to a property of %s is not translated", object.typ)
}

// staticSlot returns the slot of Class::$name.
func (e *emitter) staticSlot(n *ast.ExprStaticPropertyFetch) *slot {
	c, _ := e.resolve(n.Class)
	if c == nil {
		return nil
	}
	name := variableName(n.Prop)
	if e.lateBound(n.Class, func(child *class) bool { return child.statics[name] != nil }) {
		return e.lateSlot(name)
	}
	s := c.staticProperty(name)
	if s != nil && s.broken {
		refuse(n, "the value of the static property %s is not translated", name)
	}
	return s
}

// lateBound reports whether static:: names what a class that extends this one may have in place of it.
func (e *emitter) lateBound(name ast.Vertex, replaced func(*class) bool) bool {
	if e.lateOf != nil {
		return e.lateOf.class.extended(replaced)
	}
	return e.fn.class != nil && strings.EqualFold(identifier(name), "static") && e.fn.class.extended(replaced)
}

// extended reports whether one of the classes that extend a class is such a one.
func (c *class) extended(such func(*class) bool) bool {
	return slices.ContainsFunc(c.children, func(child *class) bool { return such(child) || child.extended(such) })
}

func anyClass(*class) bool { return true }

func (e *emitter) staticProperty(n *ast.ExprStaticPropertyFetch) value {
	s := e.staticSlot(n)
	if s == nil {
		refuse(n, "the static property is not known")
	}
	return e.slotValue(s)
}

func (e *emitter) classConstant(n *ast.ExprClassConstFetch) value {
	if object, ok := e.classObject(n.Class); ok {
		return e.ofObject(object, func() value {
			return e.classConstant(&ast.ExprClassConstFetch{Position: n.Position, Class: nameNode(object.typ.class.name), Const: n.Const})
		})
	}
	c, name := e.resolve(n.Class)
	constName := identifier(n.Const)
	if strings.EqualFold(constName, "class") {
		if e.lateBound(n.Class, anyClass) {
			return e.lateClass()
		}
		if c != nil {
			name = c.phpName
		}
		return textValue(name)
	}
	if e.lateBound(n.Class, func(child *class) bool { return child.consts[constName] != nil }) {
		return e.lateConstant(n, constName)
	}
	if c != nil {
		return e.constantValue(n, c, constName)
	}
	if k, ok := e.p.libConst[strings.ToLower(name)+"::"+constName]; ok {
		return goCode(k.Go, parseType(k.Type))
	}
	if k, ok := e.p.libConst[name+"::"+constName]; ok {
		return goCode(k.Go, parseType(k.Type))
	}
	refuse(n, "the constant %s::%s is not known", name, constName)
	return value{}
}

// classObject returns the object in $object::NAME.
func (e *emitter) classObject(node ast.Vertex) (value, bool) {
	if identifier(node) != "" {
		return value{}, false
	}
	object := e.object(node)
	if object.typ.class == nil {
		refuse(node, "a class with a variable name is not translated")
	}
	return e.named(object), true
}

// constantOf finds a constant in a class, in those that it extends, and in their interfaces.
func (p *program) constantOf(c *class, name string) *constant {
	if k := c.constant(name); k != nil {
		return k
	}
	for _, i := range p.interfacesOf(c) {
		if holder := p.classes[strings.ToLower(i)]; holder != nil && holder.consts[name] != nil {
			return holder.consts[name]
		}
	}
	return nil
}

// constantValue returns a constant of a class.
func (e *emitter) constantValue(n ast.Vertex, c *class, name string) value {
	k := e.p.constantOf(c, name)
	if k == nil {
		refuse(n, "the constant %s is not known", name)
	}
	if k.broken {
		refuse(n, "the value of the constant %s is not translated", name)
	}
	v := goCode(k.call(), k.typ)
	v.pure = true
	if k.typ.kind == unknown {
		v.typ = mixedType
	}
	return v
}

// newObject returns new Class(…).
func (e *emitter) newObject(n *ast.ExprNew) value {
	args := e.arguments(n.Args)
	if anonymous, ok := n.Class.(*ast.StmtClass); ok {
		if c := e.p.classByNode[anonymous]; c != nil {
			return e.construct(n, c, e.arguments(anonymous.Args))
		}
	}
	if identifier(n.Class) == "" {
		return e.newNamed(n, args)
	}
	if e.lateBound(n.Class, anyClass) {
		return e.lateNew(n, args)
	}
	c, name := e.resolve(n.Class)
	if c != nil {
		return e.construct(n, c, args)
	}
	if strings.EqualFold(name, "stdClass") && len(args) == 0 {
		return value{code: e.need("newObject") + "()", prec: precPrimary, typ: objectOf("*Object")}
	}
	if exceptionClass(name) {
		return e.newException(n, name, args)
	}
	if f := e.p.lib[strings.ToLower(name)+"::__construct"]; f != nil {
		return e.callLibrary(n, f, args)
	}
	if text := classReplacements[strings.ToLower(name)]; text != "" {
		refuse(n, "the class %s is not translated: %s", name, text)
	}
	refuse(n, "the class %s is not known", name)
	return value{}
}

func (e *emitter) construct(n ast.Vertex, c *class, args []argument) value {
	if c.isInterface || c.isTrait {
		refuse(n, "%s is no class", c.name)
	}
	var codes []string
	ctor := c.constructor()
	if ctor != nil {
		e.p.mark(&ctor.called)
		codes = e.routineArguments(n, ctor, args)
	} else if c.exception {
		return e.newOwnException(n, c, args)
	}
	v := value{code: c.constructorName + "(" + strings.Join(codes, ", ") + ")", prec: precPrimary, typ: c.typ()}
	if c.exception {
		return e.located(n, v)
	}
	return v
}

func (e *emitter) clone(n *ast.ExprClone) value {
	v := e.object(n.Expr)
	switch {
	case v.typ.inherited():
		e.p.mark(&e.p.clones)
		return e.convert(goCode(e.need("cloneObject")+"("+e.toMixed(v).code+")", mixedType), v.typ.with(present))
	case v.typ.class != nil && v.typ.opt == present:
		return e.cloneOwn(v)
	case v.typ.class != nil || v.typ.kind == mixed:
		e.p.mark(&e.p.clones)
		e.shows(v.typ)
		return e.convert(goCode(e.need("cloneObject")+"("+e.toMixed(v).code+")", mixedType), v.typ.with(present))
	}
	if v.typ.kind == object && v.typ.goName == "*Object" {
		return goCode(e.need("toObject")+"("+v.in(precPrimary)+".Properties)", v.typ)
	}
	if v.typ.kind == objectKind && strings.HasPrefix(v.typ.goName, "*") {
		name := e.temp("copied")
		e.line("%s := *%s", name, v.in(precUnary))
		return value{code: "&" + name, prec: precUnary, typ: v.typ.with(present)}
	}
	if v.typ.kind == unknown {
		return v
	}
	refuse(n, "a clone of %s is not translated", v.typ)
	return value{}
}

// methodCall returns $object->method(…).
func (e *emitter) methodCall(n *ast.ExprMethodCall) value {
	if hasNullsafe(n.Var) {
		return e.nullsafe(n, n.Var, func(v value) value { return e.callMethod(n, v, n.Method, n.Args) })
	}
	object := e.callee(e.object(n.Var), identifier(n.Method))
	e.know(factKey(n.Var))
	return e.callMethod(n, object, n.Method, n.Args)
}

// hasNullsafe reports whether an expression is a chain of members in which ?-> stands: null ends
// all of it.
func hasNullsafe(node ast.Vertex) bool {
	for {
		switch n := node.(type) {
		case *ast.ExprNullsafePropertyFetch, *ast.ExprNullsafeMethodCall:
			return true
		case *ast.ExprPropertyFetch:
			node = n.Var
		case *ast.ExprMethodCall:
			node = n.Var
		case *ast.ExprArrayDimFetch:
			node = n.Var
		default:
			return false
		}
	}
}

// assigned returns the object whose property is assigned.
func (e *emitter) assigned(n *ast.ExprPropertyFetch) value {
	object := e.assignee(e.object(n.Var), identifier(n.Prop))
	if object.typ.class != nil {
		e.know(factKey(n.Var))
	}
	return object
}

// noteNull notes that a property becomes null or false.
func (e *emitter) noteNull(name string, t *Type) {
	if (t.opt != present || t.kind <= blank && t.kind != unknown) && !e.p.nulled[name] {
		e.p.nulled[name] = true
		e.p.changed = true
	}
}

func (e *emitter) callMethod(n ast.Vertex, object value, method ast.Vertex, list []ast.Vertex) value {
	object = e.one(object)
	name := identifier(method)
	args := e.arguments(list)
	if name == "" {
		if object.typ.class == nil {
			refuse(n, "a method with a variable name of %s is not translated", object.typ)
		}
		return e.callNamed(n, object, method, args)
	}
	if c := object.typ.class; c != nil {
		if own := e.privateMethod(c, name); own != nil {
			return e.callOwn(n, object, c, own, args)
		}
		if m := c.method(name); m != nil && (c.method("__call") == nil || e.mayUse(c, m.class, m.scope())) {
			return e.callOwn(n, object, c, m, args)
		}
		if v, ok := e.exceptionMethod(n, object, name, args); ok {
			return v
		}
		if m := c.method("__call"); m != nil {
			return e.callOwn(n, object, c, m, e.overload(n, name, args))
		}
		if c.extended(func(child *class) bool { return child.methods[strings.ToLower(name)] != nil }) {
			if v, ok := e.callAny(n, object, name, args); ok {
				return v
			}
		}
		refuse(n, "%s has no method %s", c.name, name)
	}
	if object.typ.kind == objectKind {
		if v, ok := e.libraryMethod(n, object, name, args); ok {
			return v
		}
		if v, ok := e.exceptionMethod(n, object, name, args); ok {
			return v
		}
	}
	if object.typ.kind == mixed || object.typ.kind == unknown {
		if v, ok := e.callAny(n, object, name, args); ok {
			return v
		}
		if exceptionMethods[strings.ToLower(name)] && len(e.p.having(name)) == 0 {
			thrown := goCode(e.calleeAs(e.need("throwable"), object, name)+".exception()", exceptionType)
			if v, ok := e.exceptionMethod(n, thrown, name, args); ok {
				return v
			}
		}
	}
	if v, ok := e.callNothing(object, name); ok {
		return v
	}
	refuse(n, "the method %s of %s is not known", name, object.typ)
	return value{}
}

func (e *emitter) callOwn(n ast.Vertex, object value, c *class, m *routine, args []argument) value {
	if m.static {
		return e.callStaticOf(n, object, c, m, args)
	}
	if m.abstract && !e.overridden(c, m) {
		refuse(n, "%s has no method %s", c.name, m.name)
	}
	callee := object.in(precPrimary) + "." + m.goName
	if e.overridden(c, m) {
		base := baseOf(c, m)
		e.virtual(n, base, m)
		callee = object.in(precPrimary) + ".self." + m.goName
		e.unify(c, m)
	}
	return e.callRoutine(n, m, callee, args)
}

// virtual has a method called by the object's own class. The methods of an interface in Go have
// one signature: overrides with more or fewer parameters are refused.
func (e *emitter) virtual(n ast.Vertex, base *class, m *routine) {
	for _, o := range overrides(base, strings.ToLower(m.name)) {
		if len(o.params) != len(m.params) {
			refuse(n, "the methods %s of %s and %s have different parameters", m.name, m.class.name, o.class.name)
		}
	}
	if !base.virtual[m.goName] {
		base.virtual[m.goName] = true
		e.p.changed = true
	}
}

// overrides are the methods of a name in a class and its children.
func overrides(c *class, name string) []*routine {
	var list []*routine
	if m := c.methods[name]; m != nil {
		list = append(list, m)
	}
	for _, child := range c.children {
		list = append(list, overrides(child, name)...)
	}
	return list
}

// private reports whether only the class itself may call a method: a child's one of the same name is
// another.
func (r *routine) private() bool { return r.scope() == r.class.phpName }

// overridden reports whether a child of a class has the method too.
func (e *emitter) overridden(c *class, m *routine) bool {
	if isConstructor(m) || m.private() {
		return false
	}
	for _, child := range c.children {
		if child.methods[strings.ToLower(m.name)] != nil || e.overridden(child, m) {
			return true
		}
	}
	return false
}

// baseOf returns the first class that has a method.
func baseOf(c *class, m *routine) *class {
	base := c
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		if q.methods[strings.ToLower(m.name)] != nil {
			base = q
		}
	}
	return base
}

// unify gives all methods of a name the same types.
func (e *emitter) unify(c *class, m *routine) {
	base := baseOf(c, m)
	root := base.methods[strings.ToLower(m.name)]
	var visit func(q *class)
	visit = func(q *class) {
		if o := q.methods[strings.ToLower(m.name)]; o != nil && o != root {
			if len(o.params) != len(root.params) {
				return
			}
			e.alike(root, o)
		}
		for _, child := range q.children {
			visit(child)
		}
	}
	visit(base)
	visit(base)
}

func share(p *program, a, b *bool) {
	if *a != *b {
		*a, *b = true, true
		p.changed = true
	}
}

// staticCall returns Class::method(…).
func (e *emitter) staticCall(n *ast.ExprStaticCall) value {
	name := identifier(n.Call)
	if name == "" {
		refuse(n, "a method with a variable name is not translated")
	}
	args := e.arguments(n.Args)
	var object *value
	if v, ok := e.classObject(n.Class); ok {
		object = &v
	}
	c, className := e.resolve(n.Class)
	if object != nil {
		c = object.typ.class
	}
	if c == nil {
		if f := e.p.lib[strings.ToLower(className)+"::"+strings.ToLower(name)]; f != nil {
			return e.callLibrary(n, f, args)
		}
		if strings.EqualFold(identifier(n.Class), "parent") && strings.EqualFold(name, "__construct") {
			return e.parentException(n, args)
		}
		refuse(n, "the method %s::%s is not known", className, name)
	}
	if object != nil {
		return e.callOwn(n, *object, c, e.methodOf(n, c, name), args)
	}
	m := c.method(name)
	if m == nil {
		if c.exception && strings.EqualFold(name, "__construct") {
			return e.parentException(n, args)
		}
		if m := c.method("__callStatic"); m != nil && m.static {
			return e.callStatic(n, c, m, e.forwarded(n.Class, c, m), e.overload(n, name, args))
		}
		refuse(n, "%s has no method %s", c.name, name)
	}
	if m.static {
		if e.lateBound(n.Class, func(child *class) bool { return child.methods[strings.ToLower(name)] != nil }) {
			return e.lateCall(n, m.name, args)
		}
		return e.callStatic(n, c, m, e.forwarded(n.Class, c, m), args)
	}
	if e.fn.class != nil && !e.fn.static && strings.EqualFold(identifier(n.Class), "static") {
		return e.callOwn(n, e.this(n), c, m, args)
	}
	if e.fn.class == nil || e.fn.static || !e.fn.class.is(c) {
		refuse(n, "a static call of a method that is not static")
	}
	owner := m.class
	if owner == e.fn.class {
		return e.callRoutine(n, m, e.fn.receiver+"."+m.goName, args)
	}
	return e.callRoutine(n, m, e.fn.receiver+"."+owner.goName+"."+m.goName, args)
}

// privateMethod returns the private method of the class whose code this is, which PHP calls for an object
// of a child too.
func (e *emitter) privateMethod(c *class, name string) *routine {
	if e.fn.class == nil || !c.is(e.fn.class) {
		return nil
	}
	if m := e.fn.class.methods[strings.ToLower(name)]; m != nil && m.private() {
		return m
	}
	return nil
}

// methodOf returns a method of a class, which has it.
func (e *emitter) methodOf(n ast.Vertex, c *class, name string) *routine {
	m := c.method(name)
	if m == nil {
		refuse(n, "%s has no method %s", c.name, name)
	}
	return m
}

// forwarded returns the class of static:: in a static method that is called by the name of a class:
// self, parent and static pass on the one of the caller.
func (e *emitter) forwarded(name ast.Vertex, c *class, m *routine) string {
	if !m.late {
		return ""
	}
	switch strings.ToLower(identifier(name)) {
	case "self", "parent", "static":
		if len(e.fn.class.children) > 0 || !e.fn.static {
			return e.static()
		}
	}
	return "(*" + c.goName + ")(nil)"
}

// callStatic returns a call of a static method. static is the class of static:: in it.
func (e *emitter) callStatic(n ast.Vertex, c *class, m *routine, static string, args []argument) value {
	if m.abstract {
		refuse(n, "%s::%s is abstract", c.name, m.name)
	}
	if !m.late {
		return e.callRoutine(n, m, m.goName, args)
	}
	e.first = static
	return e.callRoutine(n, m, m.goName, args)
}

// callStaticOf returns a call of a static method by an object.
func (e *emitter) callStaticOf(n ast.Vertex, object value, c *class, m *routine, args []argument) value {
	object = e.named(object)
	if c.extended(func(child *class) bool { return child.methods[strings.ToLower(m.name)] != nil }) {
		return e.ofObject(object, func() value { return e.lateCall(n, m.name, args) })
	}
	static := "(*" + c.goName + ")(nil)"
	if m.late && len(c.children) > 0 {
		c.keepSelf(e.p)
		static = object.in(precPrimary) + ".self"
	}
	return e.callStatic(n, c, m, static, args)
}

// upcast returns an object as one of a class that its class extends.
func (e *emitter) upcast(v value, to *class) string {
	if v.typ.class == to {
		return v.code
	}
	if !v.typ.class.is(to) {
		return e.need("as") + "[*" + to.goName + "](" + v.code + ")"
	}
	if v.pure {
		return "&" + v.in(precPrimary) + "." + to.goName
	}
	h := e.hold(v)
	return "&" + h.code + "." + to.goName
}

// instanceOf returns $x instanceof Class.
func (e *emitter) instanceOf(n *ast.ExprInstanceOf) value {
	v := e.object(n.Expr)
	if identifier(n.Class) == "" {
		refuse(n, "instanceof with a variable is not translated")
	}
	if strings.EqualFold(identifier(n.Class), "static") && e.fn.class != nil && len(e.fn.class.children) > 0 {
		refuse(n, "instanceof static is not translated")
	}
	c, name := e.resolve(n.Class)
	if c != nil {
		if v.typ.class != nil {
			if v.typ.class.is(c) || implements(e.p, v.typ.class, c) {
				return e.truth(v, false)
			}
			return e.instanceTest(v, e.p.instances(c))
		}
		if v.typ.kind == mixed || v.typ.kind == unknown || v.typ.goName == "*Exception" {
			return e.instanceTest(v, e.p.instances(c))
		}
		return boolValue(false)
	}
	if v.typ.class != nil && e.has(v.typ, name) {
		return e.truth(v, false)
	}
	if classes := e.p.implementing(name); len(classes) > 0 && (v.typ.class != nil || v.typ.kind == mixed || v.typ.kind == unknown) {
		return e.instanceTest(v, classes)
	}
	if exceptionClass(name) {
		return goCode(e.need("isException")+"("+e.toMixed(v).code+", "+quote(name)+")", boolType)
	}
	if t := e.classType(name); t != nil {
		if v.typ.kind == object && v.typ.String() == t.String() {
			return e.truth(v, false)
		}
		if v.typ.kind == mixed {
			return goCode(e.need("isA")+"["+t.String()+"]("+v.code+")", boolType)
		}
	}
	if v.typ.kind != mixed && v.typ.kind != unknown {
		return boolValue(false)
	}
	refuse(n, "instanceof %s is not translated", name)
	return value{}
}

func implements(p *program, c, i *class) bool {
	return slices.ContainsFunc(p.interfacesOf(c), func(name string) bool { return p.classes[strings.ToLower(name)] == i })
}

func (e *emitter) presenceOfProperty(n, objectNode, prop ast.Vertex) (v, there value) {
	if v, there, ok := e.presenceOfImapProperty(n, objectNode, identifier(prop)); ok {
		return v, there
	}
	object, objectThere := e.presence(objectNode)
	object = e.one(object)
	if !object.pure {
		object = e.hold(object)
	}
	name := identifier(prop)
	if object.typ.class != nil && name != "" {
		if c := object.typ.class; e.overloaded(c, name, "__get") || e.overloaded(c, name, "__isset") {
			return e.presenceOfOverloaded(n, object, objectThere, name)
		}
		s := e.member(object.typ.class, name)
		if s == nil {
			refuse(n, "the property %s is not known", name)
		}
		v = e.field(object, s)
		v.zeroOK = !object.maybeNull() // Go cannot read it then
		return v, e.also(objectThere, e.assignedYet(object, s, v), object)
	}
	if object.typ.kind == objectKind && object.typ.goName != "*Object" && object.typ.class == nil {
		v = e.propertyOf(n, object, prop)
		v.zeroOK = true
		if e.p.added[name] && !e.hasProperty(object.typ, name) {
			return v, e.also(objectThere, e.notNull(v), object)
		}
		return v, e.also(objectThere, e.issetImapProperty(n, object, name, v), object)
	}
	v = e.propertyOf(n, object, prop)
	v.zeroOK = true
	return v, e.also(objectThere, e.notNull(v), object)
}

// assignedYet returns the condition that a property of an object is set.
func (e *emitter) assignedYet(object value, s *slot, v value) value {
	if !s.late() || s.dynamic || v.typ.kind == unknown {
		return e.notNull(v)
	}
	if v.typ.nilable() && v.typ.kind != mixed {
		there := binary(v.in(precCompare)+" != nil", precCompare, boolType)
		there.pure = v.pure
		return there
	}
	e.p.mark(&s.tracked)
	there := goCode(object.in(precPrimary)+"."+s.trackName(), boolType)
	there.pure = object.pure
	return e.also(there, e.notNull(v), object)
}

// assignNamed writes $object->$name = v.
func (e *emitter) assignNamed(n *ast.ExprPropertyFetch, object, v value) {
	c := object.typ.class
	if c.method("__set") != nil {
		refuse(n, "an assignment to a property with a variable name is not translated beside __set")
	}
	e.p.mark(&e.p.sets)
	for q := c; q != nil; q = q.parent {
		for _, s := range q.order {
			e.mayBecome(s, v)
		}
	}
	key := e.convert(e.expr(n.Prop), textType)
	e.line("%s(%s, %s, %s)", e.need("setProperty"), e.toMixed(object).code, key.code, e.toMixed(v).code)
}

// mayBecome notes that a property may get a value, by a name or an object that is known at run time only.
func (e *emitter) mayBecome(s *slot, v value) {
	e.p.grow(s, resultType(v))
	e.noteNull(s.name, nullType)
}

// setsAny notes that properties of objects of which nothing is known are assigned.
func (e *emitter) setsAny(name string, v value) {
	e.p.mark(&e.p.sets)
	for _, c := range e.p.classList {
		for _, s := range c.order {
			if s.name == name || name == "" {
				e.mayBecome(s, v)
			}
		}
	}
}

// nullsafe returns $object?->… .
func (e *emitter) nullsafe(n, objectNode ast.Vertex, member func(value) value) value {
	object := e.object(objectNode)
	if !object.pure {
		object = e.hold(object)
	}
	there := e.notNull(object)
	if there.literal && there.text == "true" {
		return member(object)
	}
	object.typ = object.typ.with(present)
	return e.choose(n, there.code, unknownType, func(*Type) value { return member(object) }, func(*Type) value { return nullValue() })
}

// cloneOwn writes the copy of an object of the program: arrays in it are copied, objects are not.
func (e *emitter) cloneOwn(v value) value {
	name := e.temp("copied")
	e.line("%s := *%s", name, v.in(precUnary))
	for q, n := v.typ.class, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		for _, s := range q.order {
			switch t := s.effective(); {
			case t.kind == list && s.modified:
				e.use("slices")
				e.line("%s.%s = slices.Clone(%s.%s)", name, s.goName, name, s.goName)
			case t.kind == dict && s.modified:
				e.line("%s.%s = %s.%s.Clone()", name, s.goName, name, s.goName)
			case t.kind == mixed && s.modified:
				e.line("%s.%s = %s(%s.%s)", name, s.goName, e.need("cloneValue"), name, s.goName)
			}
		}
	}
	for _, self := range v.typ.class.selves() {
		e.line("%s.%s = &%s", name, self, name)
	}
	if m := v.typ.class.method("__clone"); m != nil {
		e.p.mark(&m.called)
		e.line("%s.%s()", name, m.goName)
	}
	return value{code: "&" + name, prec: precUnary, typ: v.typ.with(present)}
}
