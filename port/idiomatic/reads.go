package idiomatic

import (
	"go/ast"
	"go/types"
)

// reading are the methods of a connection that change neither the mailbox nor what its numbers mean.
// Body and FetchBody may set \Seen of the message that they read.
var reading = map[string]bool{
	"Alerts": true, "Body": true, "BodyStruct": true, "Errors": true, "FetchBody": true, "FetchHeader": true, "FetchMIME": true,
	"FetchOverview": true, "FetchStructure": true, "GetACL": true, "GetMailboxes": true, "GetQuota": true, "GetQuotaRoot": true,
	"GetSubscribed": true, "HeaderInfo": true, "Headers": true, "IsOpen": true, "LastError": true, "List": true, "ListScan": true,
	"LSub": true, "MailboxMsgInfo": true, "MsgNo": true, "NumMsg": true, "NumRecent": true, "SaveBody": true, "Search": true,
	"Sort": true, "Status": true, "Thread": true, "UID": true,
	// These concern another mailbox, or messages that a loop over those of now does not reach.
	"Append": true, "CreateMailbox": true, "Subscribe": true, "Unsubscribe": true,
}

// marking are the methods that change the messages of a sequence, and no numbers.
var marking = map[string]bool{
	"ClearFlagFull": true, "Delete": true, "MailCopy": true, "MailMove": true, "SetFlagFull": true, "Undelete": true,
}

// A reader looks whether code only reads the mailbox.
type reader struct {
	p *program
	// allowed are calls that are known to be harmless.
	allowed func(*ast.CallExpr) bool
	// banned are functions of php.go that must not be called.
	banned map[string]bool
	seen   map[types.Object]bool
}

// reads reports whether nodes, and the functions of the port that they name, make no call that changes what a
// connection shows.
func (r *reader) reads(nodes ...ast.Node) bool {
	ok := true
	for _, n := range nodes {
		ast.Inspect(n, func(x ast.Node) bool {
			switch x := x.(type) {
			case *ast.CallExpr:
				ok = ok && (r.allowed != nil && r.allowed(x) || r.call(x))
			case *ast.Ident:
				ok = ok && r.name(x)
			case *ast.AssignStmt:
				for _, e := range x.Lhs {
					ok = ok && !r.p.hasConnection(e)
				}
			}
			return ok
		})
	}
	return ok
}

// call looks at what is called itself.
func (r *reader) call(c *ast.CallExpr) bool {
	p := r.p
	if tv, ok := p.info.Types[c.Fun]; ok && (tv.IsType() || tv.IsBuiltin()) {
		return true
	}
	f, _ := p.callee(c)
	if f == nil {
		_, literal := ast.Unparen(c.Fun).(*ast.FuncLit)
		return literal
	}
	recv := f.Signature().Recv()
	switch {
	case f.Pkg() == nil: // error's method
		return true
	case f.Pkg().Path() == imapcompatPath && recv != nil && f.FullName() == connectionType+"."+f.Name():
		return reading[f.Name()]
	case f.Pkg().Path() == imapcompatPath:
		return f.Name() != "Open" && f.Name() != "OpenContext"
	case f.Pkg() != p.pkg:
		return true
	case p.isHelper(f):
		return f.Name() != "imapOpen" && !r.banned[f.Name()]
	}
	return p.decls[f.Origin()] != nil // an interface's method may be anything
}

// name looks at the function or variable of the port that is named.
func (r *reader) name(id *ast.Ident) bool {
	obj := r.p.info.Uses[id]
	if f, ok := obj.(*types.Func); ok {
		obj = f.Origin()
	}
	d := r.p.decls[obj]
	if d == nil || obj == nil || r.seen[obj] {
		return true
	}
	r.seen[obj] = true
	inner := &reader{p: r.p, banned: r.banned, seen: r.seen}
	return inner.reads(d)
}

func (p *program) reader(allowed func(*ast.CallExpr) bool) *reader {
	return &reader{p: p, allowed: allowed, seen: map[types.Object]bool{}}
}
