package idiomatic

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func inboxRules() []rule {
	return []rule{{Rule: Rule{"Every message once, by package inbox", inboxEffect}, find: (*program).inboxLoop, single: true}}
}

const inboxEffect = "A ledger, a file in the folder in which the program runs, records each message that is handled. " +
	"A message that it knows is not handled again, also if the mark could not be set, or if somebody takes the mark away: " +
	"docs/inbox.md says how it comes again. Messages are marked, moved or deleted for good after their handling is recorded, " +
	"several together, and only these messages. Two runs at the same time share the messages, and the message of a run that was killed comes " +
	"again after 5 minutes. Each message is read in whole. A lost connection ends the loop with one warning. Over POP3 there are no marks " +
	"and no other mailboxes, and a server without UIDPLUS neither deletes nor, without MOVE, moves: then the loop ends with a warning before the first message."

// inboxLoop has a loop that searches, handles, and marks at its end be one over the messages of a
// box of package inbox:
//
//	for _, uid := range imapFound(mbox.Search("UNSEEN", imapcompat.SE_UID)) { …; mbox.SetFlagFull(imapcompat.SequenceOf(uid), "\\Seen", imapcompat.ST_UID) }
//
// The mark is what the criteria look for, or the messages are moved or deleted and the mailbox is expunged
// afterwards. No way through the loop leaves the mark out. What changes is inboxEffect.
func (p *program) inboxLoop(s site) *match {
	stmt, ok := s.node.(*ast.RangeStmt)
	if !ok || len(stmt.Body.List) < 2 || inLoop(s) {
		return nil
	}
	l := p.foundLoop(stmt, s)
	if l == nil || p.changesVariable(l.body, l.id) || p.usesOuterError(l.body) {
		return nil
	}
	ids := p.variable(stmt.X)
	def := p.definition(ids, s)
	_, args := p.method(p.inside(def.Rhs[0], "imapFound"), "Search")
	criteria, ok := p.stringOf(args[0])
	last := stmt.Body.List[len(stmt.Body.List)-1]
	then := p.action(last, l, criteria, s)
	handling := stmt.Body.List[:len(stmt.Body.List)-1]
	if !ok || then == "" || p.leaves(handling) || p.opensPOP3() {
		return nil
	}
	r := p.reader(nil)
	r.banned = map[string]bool{"exit": true, "die": true, "throw": true}
	for _, h := range handling {
		if !r.reads(h) {
			return nil
		}
	}
	from, to := p.onlyFor(ids, def, s)
	if from == nil {
		return nil
	}
	return p.inboxMatch(s, l, from, to, last, criteria, then)
}

func inLoop(s site) bool {
	return slices.ContainsFunc(s.stack, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.LabeledStmt, *ast.FuncLit:
			return true
		}
		return false
	})
}

// leaves reports whether statements have a way that does not reach their end.
func (p *program) leaves(stmts []ast.Stmt) bool {
	found := false
	for _, s := range stmts {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BranchStmt, *ast.ReturnStmt, *ast.DeferStmt:
				found = true
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && p.info.Uses[id] == types.Universe.Lookup("panic") {
					found = true
				}
			}
			return !found
		})
	}
	return found
}

// opensPOP3 reports whether the port names a mailbox on POP3, which has neither flags nor other mailboxes.
func (p *program) opensPOP3() bool {
	return slices.ContainsFunc(p.own, func(f *file) bool { return bytes.Contains(bytes.ToLower(f.text), []byte("/pop3")) })
}

// marksOf are the flags that take a message out of what criteria find.
var marksOf = map[string]string{"UNSEEN": `\seen`, "UNFLAGGED": `\flagged`, "UNANSWERED": `\answered`}

// action returns the action of package inbox that a loop's last statement is.
func (p *program) action(s ast.Stmt, l *messageLoop, criteria string, at site) string {
	call := p.markCall(s)
	if call == nil || !p.marks(call, l) {
		return ""
	}
	f, _ := p.callee(call)
	switch f.Name() {
	case "SetFlagFull":
		flags, ok := p.stringOf(call.Args[1])
		if ok && p.excludes(criteria, flags) {
			return fmt.Sprintf("inbox.Flag(%s)", quote(flags))
		}
	case "MailMove":
		if _, ok := p.stringOf(call.Args[1]); ok && p.expunges(l.conn, at) {
			return fmt.Sprintf("inbox.MoveTo(%s)", p.text(call.Args[1]))
		}
	case "Delete":
		if p.expunges(l.conn, at) {
			return "inbox.Delete()"
		}
	}
	return ""
}

// markCall returns the call that a statement is, without what is done about its error.
func (p *program) markCall(s ast.Stmt) *ast.CallExpr {
	switch s := s.(type) {
	case *ast.ExprStmt:
		if call, ok := p.inside(s.X, "imapDone", "ok").(*ast.CallExpr); ok {
			return call
		}
	case *ast.IfStmt:
		a, ok := s.Init.(*ast.AssignStmt)
		if !ok || s.Else != nil || len(s.Body.List) != 1 || len(a.Rhs) != 1 {
			return nil
		}
		warning, ok := s.Body.List[0].(*ast.ExprStmt)
		if !ok || p.helper(warning.X, "warn") == nil {
			return nil
		}
		if call, ok := a.Rhs[0].(*ast.CallExpr); ok {
			return call
		}
	}
	return nil
}

// excludes reports whether messages with a flag do not match criteria.
func (p *program) excludes(criteria, flag string) bool {
	if len(strings.Fields(flag)) != 1 {
		return false
	}
	keys := searchKeys(criteria)
	if slices.ContainsFunc(keys, func(k searchKey) bool { return k.name == "OR" || k.name == "NOT" }) {
		return false
	}
	return slices.ContainsFunc(keys, func(k searchKey) bool {
		return marksOf[k.name] != "" && marksOf[k.name] == strings.ToLower(flag) || k.name == "UNKEYWORD" && strings.EqualFold(k.argument, flag)
	})
}

// A searchKey is one of the criteria of imap_search.
type searchKey struct{ name, argument string }

// withArgument are the criteria that have one.
var withArgument = []string{"BCC", "BEFORE", "BODY", "CC", "FROM", "KEYWORD", "ON", "SINCE", "SUBJECT", "TEXT", "TO", "UNKEYWORD"}

var searchWord = regexp.MustCompile(`"[^"]*"|\S+`)

func searchKeys(criteria string) []searchKey {
	var keys []searchKey
	words := searchWord.FindAllString(criteria, -1)
	for i := 0; i < len(words); i++ {
		k := searchKey{name: strings.ToUpper(words[i])}
		if slices.Contains(withArgument, k.name) && i+1 < len(words) {
			i++
			k.argument = strings.Trim(words[i], `"`)
		}
		keys = append(keys, k)
	}
	return keys
}

// expunges reports whether the statements behind a loop, or behind the if around it, expunge the mailbox.
func (p *program) expunges(conn string, s site) bool {
	found := false
	chain := append(slices.Clone(s.stack), s.node)
	for i := len(chain) - 1; i > 0; i-- {
		for _, stmt := range list(chain[i-1]) {
			e, ok := stmt.(*ast.ExprStmt)
			if !ok || stmt.Pos() < s.node.End() {
				continue
			}
			call := p.inside(e.X, "imapDone", "ok")
			if c, _ := p.method(call, "Expunge"); c != nil && p.text(c) == conn {
				found = true
			}
			if c, args := p.method(call, "Close"); c != nil && p.text(c) == conn && p.flags(args) == int(imapcompat.CL_EXPUNGE) {
				found = true
			}
		}
	}
	return found
}

// onlyFor returns the first and the last statement to replace, if the result of the search is for the
// loop only: the search, what is between it and the loop, and the loop or the if around it.
func (p *program) onlyFor(ids *types.Var, def *ast.AssignStmt, s site) (from, to ast.Stmt) {
	outer := s.node.(ast.Stmt)
	uses := 2 // the search and the loop
	n := len(s.stack)
	if n > 1 {
		guard, ok := s.stack[n-2].(*ast.IfStmt)
		if ok && guard.Init == nil && guard.Else == nil && len(guard.Body.List) == 1 && p.saysFilled(guard.Cond, ids) && p.simple(guard.Cond) {
			outer, uses = guard, 3
			s = site{s.file, guard, s.stack[:n-2]}
		}
	}
	around, at := siblings(s)
	if at < 1 || around[at-1] != ast.Stmt(def) || def.Tok != token.DEFINE || p.uses(ids, body(s)) != uses {
		return nil, nil
	}
	return def, outer
}

// simple reports whether a condition is one comparison.
func (p *program) simple(e ast.Expr) bool {
	b, ok := ast.Unparen(e).(*ast.BinaryExpr)
	return ok && b.Op != token.LAND
}

func (p *program) inboxMatch(s site, l *messageLoop, from, to, last ast.Stmt, criteria, then string) *match {
	ledger, box, msg := freeName(s, "ledger"), freeName(s, "box"), freeName(s, "msg")
	name := p.jobName()
	var head strings.Builder
	fmt.Fprintf(&head, "%s, err := sqlledger.Open(%q)\nif err != nil {\ndie(err.Error() + \"\\n\")\n}\n", ledger, p.moduleName()+".db")
	fmt.Fprintf(&head, "defer %s.Close()\n", ledger)
	fmt.Fprintf(&head, "%s := inbox.New(%s, %s, inbox.Named(%q), inbox.WithThen(%s))\n", box, l.conn, ledger, name, then)
	fmt.Fprintf(&head, "for %s, err := range %s.Messages(context.Background(), %s) {\nif err != nil {\nwarn(err)\nbreak\n}\n", msg, box, quote(criteria))
	if used := p.uses(l.id, l.body) - p.uses(l.id, last); used > 0 && l.uid {
		fmt.Fprintf(&head, "%s := %s.UID()\n", l.id.Name(), msg)
	} else if used > 0 {
		fmt.Fprintf(&head, "%s := orWarn(%s.MsgNo(%s.UID()))\n", l.id.Name(), l.conn, msg)
	}
	done := fmt.Sprintf("if err := %s.Done(); err != nil {\nwarn(err)\n}", msg)
	edits := []edit{{from.Pos(), l.body.Lbrace + 1, head.String()}, {last.Pos(), last.End(), done}}
	if to != l.stmt { // the if around the loop
		edits = append(edits, edit{l.stmt.End(), to.End(), ""})
	}
	return &match{edits: edits, helpers: []string{"warn", "die", "orWarn"}, imports: []string{"context", inboxPath, ledgerPath}}
}

// moduleName is the last part of the module's path.
func (p *program) moduleName() string {
	for line := range strings.Lines(string(p.files["go.mod"])) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
			return path.Base(strings.Trim(name, `"`))
		}
	}
	return "inbox"
}

// jobName is what the messages are handled for. Each loop of a program is a job of its own.
func (p *program) jobName() string {
	n := 1
	for _, c := range p.changes {
		if c.Rule.Effect == inboxEffect {
			n++
		}
	}
	if n == 1 {
		return p.moduleName()
	}
	return fmt.Sprintf("%s-%d", p.moduleName(), n)
}
