package promises_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"iter"
	"maps"
	"net"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/short"
)

// hostile are arguments that would be syntax, or separate commands, if they were sent
// unchanged.
var hostile = []string{
	"", " ", "x\r\nA9 LOGOUT", "x\nQUIT", "x\rQUIT", "\r\n", "x\x00", "x\r\n.\r\nDELE 1\r\n", "x\" \r\nA9 NOOP",
	"{5}\r\n", "x {3}\r\nabc", "x {3+}\r\nabc", "{3}", "~{3}", `x" (`, `"`, `\`, `\\"`, `x\`, "x) (", "(", ")", "+", "*", "%", "]", "[",
	"é", "é\r\nNOOP", "\xff\xfe", "\x7f", "\t", "&", "&AAA-", "&AA0ACg-", "&-", "a b", "1 2", "-x", "-1", "0", "1:*",
	"1\r\nA9 STORE 1 +FLAGS (\\Deleted)", "1:2 (FLAGS)\r\n", `SUBJECT "a"` + "\r\nA9 LOGOUT", "SUBJECT {5}\r\nhello", "SUBJECT {5+}\r\nhello",
	"SUBJECT {99}\r\nA9 LOGOUT\r\n", `KEYWORD ")"`, "KEYWORD {3}", `\Deleted) NOOP (`, "1 BODY[]<0.1>",
	"01-Jan-2024 00:00:00 +0000\"\r\nA9 LOGOUT", "\"\r\n01-Jan-2024 00:00:00 +0000",
	strings.Repeat("x", 1<<20), strings.Repeat(`\Seen `, 1<<14), strings.Repeat("ALL ", 1<<15), strings.Repeat(`"`, 1<<17), strings.Repeat("é", 1<<16),
}

// wired is a mailbox whose network traffic is recorded.
type wired struct {
	t    *testing.T
	srv  *imaptest.Server
	m    *imapcompat.Connection
	ref  string // "{127.0.0.1:143/imap/notls}"
	taps tapDialer
}

func (w *wired) open(name, user, password string, opts ...imapcompat.Option) {
	opts = append(opts, imapcompat.WithDialer(&w.taps), imapcompat.WithRetries(1))
	if m, err := imapcompat.Open(name, user, password, opts...); err == nil {
		m.Close()
	}
}

// injection has the calls that pass a hostile argument to a function, and the commands that
// they may send, each as often as it is named.
type injection struct {
	imap, pop3 string
	call       func(w *wired, s string)
}

// These are the commands of one login, and of the end of the connection.
const (
	imapLogin = " CAPABILITY CAPABILITY AUTHENTICATE LOGIN ID LOGOUT "
	pop3Login = " CAPA CAPA AUTH APOP USER PASS QUIT "
	opensIMAP = imapLogin + "SELECT"
	opensPOP3 = pop3Login + "STAT LIST"
	reads     = "FETCH UID-FETCH FETCH"
)

var offline = injection{}

// injections has an entry for each argument that can hold a text, by function and parameter,
// and for each text type, by name.
var injections = map[string]injection{
	"Open/mailbox":              {opensIMAP, opensPOP3, func(w *wired, s string) { w.open(w.ref+s, "user", "password") }},
	"Open/user":                 {opensIMAP, opensPOP3, func(w *wired, s string) { w.open(w.ref+"INBOX", s, "password") }},
	"Open/password":             {opensIMAP, opensPOP3, func(w *wired, s string) { w.open(w.ref+"INBOX", "user", s) }},
	"OpenContext/mailbox":       {opensIMAP, opensPOP3, inFlag("user")},
	"OpenContext/user":          {opensIMAP, opensPOP3, inFlag("authuser")},
	"OpenContext/password":      {opensIMAP, opensPOP3, withoutSASL},
	"WithService/name":          {opensIMAP, opensPOP3, func(w *wired, s string) { w.open(w.ref+"INBOX", "user", "x", imapcompat.WithService(s, nil)) }},
	"Connection.Reopen/mailbox": {"SELECT", opensPOP3, func(w *wired, s string) { w.m.Reopen(w.ref + s) }},
	"WithDisabledAuthenticators/mechanisms": {opensIMAP, opensPOP3, func(w *wired, s string) {
		w.open(w.ref+"INBOX", "user", "password", imapcompat.WithDisabledAuthenticators(s))
	}},

	"Connection.Append/mailbox":       {"APPEND", "", func(w *wired, s string) { w.m.Append(w.ref+s, "x") }},
	"Connection.Append/message":       {"APPEND", "", func(w *wired, s string) { w.m.Append(w.ref+"INBOX", s) }},
	"Connection.AppendReader/mailbox": {"APPEND", "", func(w *wired, s string) { w.m.AppendReader(w.ref+s, strings.NewReader("x"), 1) }},
	"Connection.AppendUID/mailbox":    {"APPEND", "", func(w *wired, s string) { w.m.AppendUID(w.ref+s, strings.NewReader("x"), 1) }},
	"Connection.AppendUID/r": {"APPEND", "", func(w *wired, s string) {
		w.m.AppendUID(w.ref+"INBOX", strings.NewReader(s), int64(len(s)))
	}},
	"Connection.AppendReader/r": {"APPEND", "", func(w *wired, s string) {
		w.m.AppendReader(w.ref+"INBOX", strings.NewReader(s), int64(len(s)))
	}},
	"WithAppendFlags/flags": {"APPEND", "", func(w *wired, s string) { w.m.Append(w.ref+"INBOX", "x", imapcompat.WithAppendFlags(s)) }},
	"WithInternalDate/date": {"APPEND", "", func(w *wired, s string) { w.m.Append(w.ref+"INBOX", "x", imapcompat.WithInternalDate(s)) }},

	"Connection.FetchBody/sectionNumber": {reads, "RETR TOP", func(w *wired, s string) { w.m.FetchBody(1, s, imapcompat.FT_PEEK) }},
	"Connection.FetchMIME/sectionNumber": {reads, "RETR TOP", func(w *wired, s string) { w.m.FetchMIME(1, s, imapcompat.FT_PEEK) }},
	"Connection.BodyStruct/section":      {reads, "RETR TOP", func(w *wired, s string) { w.m.BodyStruct(1, s) }},
	"Connection.SaveBody/section":        {reads, "RETR TOP", func(w *wired, s string) { w.m.SaveBody(io.Discard, 1, s, imapcompat.FT_PEEK) }},

	"Connection.Delete/sequence":        {"STORE STORE", "", func(w *wired, s string) { w.m.Delete(imapcompat.Sequence(s)); w.m.Undelete("1:2") }},
	"Connection.Undelete/sequence":      {"STORE", "", func(w *wired, s string) { w.m.Undelete(imapcompat.Sequence(s)) }},
	"Connection.SetFlagFull/sequence":   {"STORE", "", func(w *wired, s string) { w.m.SetFlagFull(imapcompat.Sequence(s), `\Flagged`) }},
	"Connection.SetFlagFull/flag":       {"STORE", "", func(w *wired, s string) { w.m.SetFlagFull("1", s) }},
	"Connection.ClearFlagFull/flag":     {"STORE", "", func(w *wired, s string) { w.m.ClearFlagFull("1", s) }},
	"Connection.FetchOverview/sequence": {reads, "TOP TOP RETR RETR LIST", func(w *wired, s string) { second(w.m.FetchOverview(imapcompat.Sequence(s))) }},
	"Connection.ClearFlagFull/sequence": {"UID-STORE", "", func(w *wired, s string) {
		w.m.ClearFlagFull(imapcompat.Sequence(s), `\Flagged`, imapcompat.ST_UID)
	}},
	"Connection.Messages/sequence":    {reads + " UID-FETCH UID-FETCH STORE", "RETR RETR", walks((*imapcompat.Connection).Messages)},
	"Connection.HeaderInfos/sequence": {reads + " UID-FETCH UID-FETCH", "TOP TOP LIST", walks((*imapcompat.Connection).HeaderInfos)},
	"Connection.Overviews/sequence":   {reads + " UID-FETCH UID-FETCH", "TOP TOP LIST", walks((*imapcompat.Connection).Overviews)},
	"Sequence":                        {"UID-STORE", "", func(w *wired, s string) { w.m.Undelete(imapcompat.Sequence(s), imapcompat.FT_UID) }},
	"Connection.MailCopy/sequence":    {"COPY", "", func(w *wired, s string) { w.m.MailCopy(imapcompat.Sequence(s), "Archive") }},
	"Connection.MailCopy/mailbox":     {"COPY", "", func(w *wired, s string) { w.m.MailCopy("1", s) }},
	"Connection.MailMove/sequence": {"COPY STORE STORE", "", func(w *wired, s string) {
		w.m.MailMove(imapcompat.Sequence(s), "Archive")
		w.m.Undelete("1:2")
	}},
	"Connection.MailCopyUIDs/sequence": {"FETCH COPY", "", func(w *wired, s string) { w.m.MailCopyUIDs(imapcompat.Sequence(s), "Archive") }},
	"Connection.MailCopyUIDs/mailbox":  {"FETCH COPY", "", func(w *wired, s string) { w.m.MailCopyUIDs("1", s) }},
	"Connection.MailMoveUIDs/sequence": {"FETCH COPY STORE STORE", "", func(w *wired, s string) {
		w.m.MailMoveUIDs(imapcompat.Sequence(s), "Archive")
		w.m.Undelete("1:2")
	}},
	"Connection.MailMoveUIDs/mailbox": {"FETCH COPY", "", func(w *wired, s string) { w.m.MailMoveUIDs("1", s) }},
	"Connection.ExpungeUIDs/uids":     {"UID-FETCH UID-EXPUNGE", "", func(w *wired, s string) { w.m.ExpungeUIDs(imapcompat.Sequence(s)) }},
	"Connection.MoveUIDs/uids":        {"UID-FETCH UID-MOVE", "", func(w *wired, s string) { w.m.MoveUIDs(imapcompat.Sequence(s), "INBOX") }},
	"Connection.MoveUIDs/mailbox":     {"UID-FETCH UID-MOVE", "", func(w *wired, s string) { w.m.MoveUIDs("1:*", s) }},
	"Connection.EmailIDs/sequence":    {"", "", func(w *wired, s string) { w.m.EmailIDs(imapcompat.Sequence(s)) }},
	"Connection.Sizes/sequence":       {"FETCH", "", func(w *wired, s string) { w.m.Sizes(imapcompat.Sequence(s)) }},
	"Connection.SetFlagUnchanged/sequence": {"STORE", "", func(w *wired, s string) {
		w.m.SetFlagUnchanged(imapcompat.Sequence(s), `\Flagged`, 0)
	}},
	"Connection.SetFlagUnchanged/flag": {"STORE", "", func(w *wired, s string) { w.m.SetFlagUnchanged("1", s, 0) }},
	"Connection.UIDs/sequence":         {"FETCH", "", func(w *wired, s string) { w.m.UIDs(imapcompat.Sequence(s)) }},
	"Connection.MailMove/mailbox":      {"COPY", "", func(w *wired, s string) { w.m.MailMove("1", s) }},

	"Connection.Status/mailbox":        {imapLogin + "STATUS", "STAT NOOP", func(w *wired, s string) { w.m.Status(w.ref+s, imapcompat.SA_ALL) }},
	"Connection.CreateMailbox/mailbox": {"CREATE", "", func(w *wired, s string) { w.m.CreateMailbox(w.ref + s) }},
	"Connection.DeleteMailbox/mailbox": {"DELETE", "", func(w *wired, s string) { w.m.DeleteMailbox(w.ref + s) }},
	"Connection.RenameMailbox/mailbox": {"RENAME", "", func(w *wired, s string) { w.m.RenameMailbox(w.ref+"None"+s, w.ref+"New") }},
	"Connection.RenameMailbox/newName": {"RENAME", "", func(w *wired, s string) { w.m.RenameMailbox(w.ref+"None", w.ref+s) }},
	"Connection.Subscribe/mailbox":     {"SUBSCRIBE", "", func(w *wired, s string) { w.m.Subscribe(w.ref + s) }},
	"Connection.Unsubscribe/mailbox":   {"UNSUBSCRIBE", "", func(w *wired, s string) { w.m.Unsubscribe(w.ref + s) }},

	"Connection.List/reference":          {"LIST", "", func(w *wired, s string) { w.m.List(w.ref+s, "*") }},
	"Connection.List/pattern":            {"LIST", "", func(w *wired, s string) { w.m.List(w.ref, s) }},
	"Connection.GetMailboxes/reference":  {"LIST", "", func(w *wired, s string) { w.m.GetMailboxes(w.ref+s, "*") }},
	"Connection.GetMailboxes/pattern":    {"LIST", "", func(w *wired, s string) { w.m.GetMailboxes(w.ref, s) }},
	"Connection.LSub/reference":          {"LSUB", "", func(w *wired, s string) { w.m.LSub(w.ref+s, "*") }},
	"Connection.LSub/pattern":            {"LSUB", "", func(w *wired, s string) { w.m.LSub(w.ref, s) }},
	"Connection.GetSubscribed/reference": {"LSUB", "", func(w *wired, s string) { w.m.GetSubscribed(w.ref+s, "*") }},
	"Connection.GetSubscribed/pattern":   {"LSUB", "", func(w *wired, s string) { w.m.GetSubscribed(w.ref, s) }},
	"Connection.ListScan/reference":      {"SCAN", "", func(w *wired, s string) { w.m.ListScan(w.ref+s, "*", "x") }},
	"Connection.ListScan/pattern":        {"SCAN", "", func(w *wired, s string) { w.m.ListScan(w.ref, s, "x") }},
	"Connection.ListScan/content":        {"SCAN", "", func(w *wired, s string) { w.m.ListScan(w.ref, "*", s) }},

	"Connection.GetACL/mailbox":       {"GETACL", "", func(w *wired, s string) { w.m.GetACL(s) }},
	"Connection.SetACL/mailbox":       {"SETACL", "", func(w *wired, s string) { w.m.SetACL(s, "ada", "lr") }},
	"Connection.SetACL/userID":        {"SETACL", "", func(w *wired, s string) { w.m.SetACL("INBOX", s, "lr") }},
	"Connection.SetACL/rights":        {"SETACL", "", func(w *wired, s string) { w.m.SetACL("INBOX", "ada", s) }},
	"Connection.GetQuota/quotaRoot":   {"GETQUOTA", "", func(w *wired, s string) { w.m.GetQuota(s) }},
	"Connection.GetQuotaRoot/mailbox": {"GETQUOTAROOT", "", func(w *wired, s string) { w.m.GetQuotaRoot(s) }},
	"Connection.SetQuota/quotaRoot":   {"SETQUOTA", "", func(w *wired, s string) { w.m.SetQuota(s, 1) }},

	// The library itself searches what the server does not understand.
	"Connection.Search/criteria": {"SEARCH " + searches, "TOP TOP RETR RETR LIST", func(w *wired, s string) { w.m.Search(s) }},
	"WithCharset/name": {"SEARCH SEARCH " + searches, "TOP TOP RETR RETR LIST", func(w *wired, s string) {
		w.m.Search(`SUBJECT "a"`, imapcompat.WithCharset(s))
	}},
	"WithCriteria/text": {"SORT SEARCH " + searches, "TOP TOP TOP TOP RETR RETR LIST", func(w *wired, s string) {
		w.m.Sort(imapcompat.SORTDATE, false, imapcompat.WithCriteria(s))
	}},

	// These send nothing. What Mail and MailCompose write is checked below.
	"WithAdditionalHeaders/fields":   offline,
	"WithCc/addresses":               offline,
	"WithBcc/addresses":              offline,
	"WithReturnPath/address":         offline,
	"Mail/to":                        offline,
	"Mail/subject":                   offline,
	"Mail/message":                   offline,
	"MailContext/to":                 offline,
	"MailContext/subject":            offline,
	"MailContext/message":            offline,
	"MailCompose/envelope":           offline,
	"MailCompose/bodies":             offline,
	"Base64/text":                    {call: func(_ *wired, s string) { imapcompat.Base64(s) }},
	"Binary/text":                    {call: func(_ *wired, s string) { imapcompat.Binary(s) }},
	"QPrint/text":                    {call: func(_ *wired, s string) { imapcompat.QPrint(s) }},
	"EightBit/text":                  {call: func(_ *wired, s string) { imapcompat.EightBit(s) }},
	"MIMEHeaderDecode/text":          {call: func(_ *wired, s string) { imapcompat.MIMEHeaderDecode(s) }},
	"UTF8/text":                      {call: func(_ *wired, s string) { imapcompat.UTF8(s) }},
	"UTF7Decode/text":                {call: func(_ *wired, s string) { imapcompat.UTF7Decode(s) }},
	"UTF7Encode/text":                {call: func(_ *wired, s string) { imapcompat.UTF7Encode(s) }},
	"UTF8ToMUTF7/text":               {call: func(_ *wired, s string) { imapcompat.UTF8ToMUTF7(s) }},
	"MUTF7ToUTF8/text":               {call: func(_ *wired, s string) { imapcompat.MUTF7ToUTF8(s) }},
	"RFC822ParseAdrList/list":        {call: func(_ *wired, s string) { imapcompat.RFC822ParseAdrList(s, "h") }},
	"RFC822ParseAdrList/defaultHost": {call: func(_ *wired, s string) { imapcompat.RFC822ParseAdrList("a", s) }},
	"RFC822WriteAddress/mailbox":     {call: func(_ *wired, s string) { imapcompat.RFC822WriteAddress(s, "h", "p") }},
	"RFC822WriteAddress/host":        {call: func(_ *wired, s string) { imapcompat.RFC822WriteAddress("m", s, "p") }},
	"RFC822WriteAddress/personal":    {call: func(_ *wired, s string) { imapcompat.RFC822WriteAddress("m", "h", s) }},
	"RFC822ParseHeaders/headers":     {call: func(_ *wired, s string) { imapcompat.RFC822ParseHeaders(s) }},
	"WithDefaultHost/host":           {call: func(_ *wired, s string) { imapcompat.RFC822ParseHeaders("From: a", imapcompat.WithDefaultHost(s)) }},
}

const searches = "FETCH FETCH FETCH FETCH UID-FETCH"

// inFlag puts a text into the mailbox name as the value of a flag.
func inFlag(flag string) func(*wired, string) {
	return func(w *wired, s string) {
		w.open(strings.Replace(w.ref, "}", "/"+flag+`="`+s+`"}INBOX`, 1), "user", "password")
	}
}

// withoutSASL logs in with commands that contain the user and the password.
func withoutSASL(w *wired, s string) {
	w.open(w.ref+"INBOX", s, s, imapcompat.WithDisabledAuthenticators("PLAIN", "LOGIN", "APOP"))
}

func walks[T any](over func(*imapcompat.Connection, imapcompat.Sequence, ...imapcompat.FetchFlag) iter.Seq2[T, error]) func(*wired, string) {
	return func(w *wired, s string) {
		for range over(w.m, imapcompat.Sequence(s)) {
		}
	}
}

// Whatever octets an argument has, only the function's own commands are sent, and each is one
// command.
func TestInjection(t *testing.T) {
	for _, service := range []string{"imap", "pop3"} {
		for name, test := range injections {
			if test.call == nil {
				continue
			}
			t.Run(service+"/"+name, func(t *testing.T) { checkInjection(t, service, test) })
		}
	}
}

func checkInjection(t *testing.T, service string, test injection) {
	srv := imaptest.NewServer(t, texts(2)...)
	must(t, srv.CreateMailbox("Archive"))
	w := &wired{t: t, srv: srv, ref: srv.IMAPRef()}
	allowed, parse := test.imap, imapCommands
	if service == "pop3" {
		w.ref, allowed, parse = srv.POP3Ref(), test.pop3, pop3Commands
	}
	for _, s := range short.Sample(hostile, 5) {
		if w.m == nil || w.m.Ping() != nil {
			w.m = open(t, srv, w.ref+"INBOX", imapcompat.WithDialer(&w.taps),
				imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, 10*time.Second))
		}
		w.taps.take()
		test.call(w, s)
		var sent []string
		for _, chunks := range w.taps.take() {
			commands, err := parse(chunks)
			if err != nil {
				t.Errorf("%.60q: %v", s, err)
			}
			sent = append(sent, commands...)
		}
		for name, n := range counts(sent) {
			if n > counts(strings.Fields(allowed))[name] {
				t.Errorf("%.60q: sent %q, and may send %q", s, sent, allowed)
			}
		}
	}
	if n := len(srv.Messages("INBOX")); n < 2 {
		t.Fatalf("%d messages are left", n)
	}
	for i, msg := range srv.Messages("INBOX")[:2] {
		if slices.Contains(msg.Flags, `\Deleted`) || !strings.HasSuffix(msg.Text, fmt.Sprintf("body %d\r\n", i+1)) {
			t.Errorf("message %d: %q %v", i+1, msg.Text, msg.Flags)
		}
	}
}

func counts(list []string) map[string]int {
	n := map[string]int{}
	for _, s := range list {
		n[s]++
	}
	return n
}

// Every argument that can hold a text is in injections.
func TestInjectionsAreComplete(t *testing.T) {
	want := textArguments(t)
	for _, name := range want {
		if _, ok := injections[name]; !ok {
			t.Errorf("no injection into %s", name)
		}
	}
	for name := range injections {
		if !slices.Contains(want, name) {
			t.Errorf("there is no %s", name)
		}
	}
	if len(want) < 80 {
		t.Errorf("only %d arguments found: %q", len(want), want)
	}
}

// textArguments returns the parameters of the package's exported functions that hold texts, and
// the exported text types.
func textArguments(t *testing.T) (list []string) {
	t.Helper()
	paths, err := filepath.Glob("../../*.go")
	must(t, err)
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		must(t, err)
		files = append(files, file)
	}
	inspect := func(f func(ast.Node) bool) {
		for _, file := range files {
			ast.Inspect(file, f)
		}
	}
	texts := map[string]bool{"string": true, "io.Reader": true}
	for range 2 { // a struct may come before the type of its field
		inspect(func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() && isText(spec.Type, texts) {
				if !texts[spec.Name.Name] && typeName(spec.Type) == "string" {
					list = append(list, spec.Name.Name)
				}
				texts[spec.Name.Name] = true
			}
			return true
		})
	}
	inspect(func(n ast.Node) bool {
		f, ok := n.(*ast.FuncDecl)
		if !ok || !f.Name.IsExported() {
			return true
		}
		name := f.Name.Name
		if f.Recv != nil {
			if typeName(f.Recv.List[0].Type) != "Connection" {
				return true // results
			}
			name = "Connection." + name
		}
		for _, param := range f.Type.Params.List {
			if isText(param.Type, texts) {
				for _, p := range param.Names {
					list = append(list, name+"/"+p.Name)
				}
			}
		}
		return true
	})
	return list
}

// isText reports whether values of a type hold texts of the caller.
func isText(e ast.Expr, texts map[string]bool) bool {
	if s, ok := e.(*ast.StructType); ok {
		return slices.ContainsFunc(s.Fields.List, func(f *ast.Field) bool { return isText(f.Type, texts) })
	}
	return texts[typeName(e)]
}

// typeName returns the name of a type, or that of its elements.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	case *ast.Ellipsis:
		return typeName(e.Elt)
	case *ast.ArrayType:
		return typeName(e.Elt)
	case *ast.StarExpr:
		return typeName(e.X)
	}
	return ""
}

// tapDialer connects, and records what passes.
type tapDialer struct {
	mu    sync.Mutex
	conns []*tap
}

type tap struct {
	net.Conn
	dialer *tapDialer
	chunks []chunk
	rest   []byte // changed, and yet to be read
}

// chunk is octets from the client ('C') or the server ('S').
type chunk struct {
	from byte
	text string
}

func (d *tapDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	c := &tap{Conn: conn, dialer: d}
	d.conns = append(d.conns, c)
	return c, nil
}

// take returns what has passed since the last call, by connection.
func (d *tapDialer) take() (all [][]chunk) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.conns {
		all = append(all, c.chunks)
		c.chunks = nil
	}
	return all
}

func (c *tap) record(from byte, p []byte) {
	c.dialer.mu.Lock()
	defer c.dialer.mu.Unlock()
	c.chunks = append(c.chunks, chunk{from, string(p)})
}

// Read announces an extension that imaptest lacks, so that its command is sent.
func (c *tap) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		n, err := c.Conn.Read(p)
		if err != nil {
			return n, err
		}
		c.rest = []byte(strings.Replace(string(p[:n]), "IMAP4rev1", "IMAP4rev1 SCAN", 1))
		c.record('S', c.rest)
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *tap) Write(p []byte) (int, error) {
	c.record('C', p)
	return c.Conn.Write(p)
}

// maxIMAPLine limits a line of a command without literals: Dovecot and others accept no longer
// lines.
const maxIMAPLine = 64 << 10

// imapCommands parses what a client has sent as strictly as RFC 9051 section 9 allows. It
// returns the names of the commands.
func imapCommands(chunks []chunk) (names []string, err error) {
	var text, answer string // of the client since the last command, and of the server since that
	exchange := false       // in AUTHENTICATE
	begun := ""             // a command that waits for its literal
	for _, c := range chunks {
		if c.from == 'S' {
			answer += c.text
			continue
		}
		if answer != "" {
			goAhead := strings.HasPrefix(lastLine(answer), "+")
			exchange = exchange && goAhead
			if begun != "" && !goAhead { // the server did not want it
				names = append(names, begun)
				text, begun = "", ""
			}
			answer = ""
		}
		text += c.text
		for text != "" {
			if exchange {
				line, rest, ended := strings.Cut(text, "\r\n")
				if !ended || !base64Line.MatchString(line) {
					return names, fmt.Errorf("not base64: %.100q", text)
				}
				text = rest
				continue
			}
			name, length, err := imapCommand(text)
			if err != nil {
				return names, err
			}
			if length == 0 {
				begun = name
				break
			}
			names = append(names, name)
			exchange = name == "AUTHENTICATE"
			text, begun = text[length:], ""
		}
	}
	if text == "" {
		return names, nil
	}
	if !strings.HasSuffix(text, "}\r\n") {
		return names, fmt.Errorf("no end of %.100q", text)
	}
	return append(names, begun), nil
}

var base64Line = regexp.MustCompile(`^(?:[A-Za-z0-9+/]*=*|\*)$`)

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\r\n"), "\r\n")
	return lines[len(lines)-1]
}

var (
	imapStart = regexp.MustCompile(`^[A-Z][0-9]+ (UID )?([A-Z]+)`)
	imapToken = regexp.MustCompile(`^(?:"(?:[^"\\\x00-\x1f\x7f-\xff]|\\["\\])*"|[^"\\\x00-\x20\x7f-\xff(){]|\\[A-Za-z*]|[ ()])`)
	literal   = regexp.MustCompile(`^\{([0-9]+)\+?\}\r\n`)
)

// imapCommand parses one command. The length is 0 if it is incomplete.
func imapCommand(text string) (name string, length int, err error) {
	start := imapStart.FindStringSubmatch(text)
	if start == nil {
		return "", 0, fmt.Errorf("no command begins with %.100q", text)
	}
	name = strings.Replace(start[1], " ", "-", 1) + start[2]
	depth, line := 0, 0
	for i := len(start[0]); ; {
		if i >= len(text) {
			return name, 0, nil
		}
		rest := text[i:]
		if announced := literal.FindStringSubmatch(rest); announced != nil {
			size, _ := strconv.Atoi(announced[1])
			i += len(announced[0]) + size
			line = i
			continue
		}
		if strings.HasPrefix(rest, "\r\n") && depth == 0 {
			return name, i + 2, nil
		}
		token := imapToken.FindString(rest)
		switch token {
		case "":
			return "", 0, fmt.Errorf("%.40q in %.100q", rest, text)
		case "(":
			depth++
		case ")":
			depth--
		}
		if i += len(token); depth < 0 || i-line > maxIMAPLine {
			return "", 0, fmt.Errorf("syntax or length of %.100q", text)
		}
	}
}

// pop3Commands parses what a client has sent. Lines of an AUTH exchange have no name.
func pop3Commands(chunks []chunk) (names []string, err error) {
	var text string
	for _, c := range chunks {
		if c.from == 'C' {
			text += c.text
		}
	}
	exchange := false
	for text != "" {
		line, rest, ended := strings.Cut(text, "\r\n")
		text = rest
		if !ended || strings.ContainsAny(line, "\r\n\x00") {
			return names, fmt.Errorf("no line of its own: %.100q", line)
		}
		name, _, _ := strings.Cut(line, " ")
		if exchange && regexp.MustCompile(`^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^\*$`).MatchString(line) &&
			!slices.Contains([]string{"STAT", "CAPA", "QUIT", "USER", "APOP", "PASS", "AUTH"}, line) {
			continue
		}
		exchange = name == "AUTH"
		names = append(names, name)
	}
	return names, nil
}

// The parser of this test detects injections.
func TestInjectionIsSeen(t *testing.T) {
	for _, sent := range []string{
		"A1 NOOP\nA2 LOGOUT\r\n", "A1 SELECT \"x\r\nA2 LOGOUT\"\r\n", "A1 SELECT x\x00\r\n", "A1 SELECT é\r\n", "A1 STORE 1 (x\r\n",
		"A1 LOGIN {3} x\r\n", "\r\n", "A1 SELECT \"a\\b\"\r\n", "A1 SELECT " + strings.Repeat("x", 1<<17) + "\r\n", "A1 NOOP)\r\n",
	} {
		if names, err := imapCommands([]chunk{{'C', sent}}); err == nil {
			t.Errorf("%.60q: %q", sent, names)
		}
	}
	chunks := []chunk{
		{'C', "A1 CAPABILITY\r\nA2 LOGIN {5}\r\n"}, {'S', "A1 OK\r\n+ go\r\n"}, {'C', "a\r\nbc {2}\r\n"}, {'S', "+ \r\n"}, {'C', "()\r\n"},
		{'S', "A2 OK\r\n"}, {'C', "A3 APPEND x {9}\r\n"}, {'S', "A3 NO\r\n"}, {'C', "A4 UID FETCH 1 (BODY.PEEK[1.MIME]<0.1>)\r\n"},
	}
	names, err := imapCommands(chunks)
	if got := strings.Join(names, " "); err != nil || got != "CAPABILITY LOGIN APPEND UID-FETCH" {
		t.Errorf("got %s, %v", got, err)
	}
	for _, sent := range []string{"USER x\nQUIT\r\n", "USER x", "PASS \x00\r\n"} {
		if names, err := pop3Commands([]chunk{{'C', sent}}); err == nil {
			t.Errorf("%q: %q", sent, names)
		}
	}
	names, err = pop3Commands([]chunk{{'C', "AUTH PLAIN\r\nAGE=\r\nSTAT\r\nUSER x\r\nDELE 1\r\n"}})
	if got := strings.Join(names, " "); err != nil || got != "AUTH STAT USER DELE" {
		t.Errorf("got %s, %v", got, err)
	}
}

// mailArguments has the arguments of Mail except the two that may hold anything.
var mailArguments = map[string]func(s string) (to, subject string, opt imapcompat.MailOption){
	"To": func(s string) (string, string, imapcompat.MailOption) {
		return s, "s", imapcompat.WithCc("c@example.org")
	},
	"Subject": func(s string) (string, string, imapcompat.MailOption) {
		return "a@example.org", s, imapcompat.WithCc("c@example.org")
	},
	"Cc": func(s string) (string, string, imapcompat.MailOption) {
		return "a@example.org", "s", imapcompat.WithCc(s)
	},
	"Bcc": func(s string) (string, string, imapcompat.MailOption) {
		return "a@example.org", "s", imapcompat.WithBcc(s)
	},
	"From": func(s string) (string, string, imapcompat.MailOption) {
		return "a@example.org", "s", imapcompat.WithReturnPath(s)
	},
}

// An argument of Mail is at most one field, and the message stays one.
func TestMailInjection(t *testing.T) {
	more := []string{"x\r\nBcc: y@example.org", "x\n\nbody", "x\n Bcc: y", "x\r\n\t\r\nBcc: y", "-oQ/tmp -X/tmp/x", "a@example.org, b@example.org", "x\vBcc: y", "x\u2028Bcc: y"}
	for name, arguments := range mailArguments {
		for _, s := range append(more, hostile...) {
			to, subject, opt := arguments(s[:min(len(s), 1<<14)])
			var o outbox
			err := imapcompat.Mail(to, subject, "text", opt, imapcompat.WithAdditionalHeaders("X-Given: 1"), imapcompat.WithSender(&o))
			if err != nil {
				if !errors.Is(err, imapcompat.ErrInvalidArgument) || o.messages != nil {
					t.Errorf("%s %.40q: %v, sent %.100q", name, s, err, o.messages)
				}
				continue
			}
			header, text, _ := strings.Cut(o.messages[0], "\n\n")
			if len(o.messages) != 1 || text != "text\n" {
				t.Fatalf("%s %.40q: sent %.100q", name, s, o.messages)
			}
			seen := map[string]int{}
			for line := range strings.SplitSeq(header, "\n") {
				if field, _, _ := strings.Cut(line, ":"); !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
					seen[field]++
				}
			}
			want := map[string]int{"To": 1, "Subject": 1, "X-Given": 1}
			for _, given := range []string{name, "Cc"} {
				if strings.Contains(header, "\n"+given+": ") || strings.HasPrefix(header, given+": ") {
					want[given] = 1
				}
			}
			if !maps.Equal(seen, want) {
				t.Errorf("%s %.40q: fields %v, want %v", name, s, seen, want)
			}
		}
	}
}

// No text of MailCompose begins a field of its own.
func TestMailComposeInjection(t *testing.T) {
	const injected = "X-Injected: 1"
	attacks := []string{"x\r\n" + injected, "x\n" + injected, "x\r" + injected, "x\r\n\r\n" + injected, "x\r\n \r\n" + injected, "x\"\r\n" + injected}
	fields := 0
	for _, attack := range attacks {
		for _, target := range composeTexts() {
			envelope, bodies := target.write(attack)
			message, _, err := imapcompat.MailCompose(envelope, bodies)
			fields++
			if err == nil && regexp.MustCompile(`(?m)(?:^|[\r\n])`+injected).MatchString(message) {
				t.Errorf("%s with %q: %q", target.name, attack, message)
			}
			if err != nil && !errors.Is(err, imapcompat.ErrInvalidArgument) {
				t.Errorf("%s with %q: %v", target.name, attack, err)
			}
		}
	}
	if fields < 15*len(attacks) {
		t.Errorf("%d texts were tried", fields)
	}
}

type composeText struct {
	name  string
	write func(s string) (imapcompat.ComposeEnvelope, []imapcompat.ComposeBody)
}

// composeTexts returns all texts in the arguments of MailCompose except the contents.
func composeTexts() (list []composeText) {
	params := []imapcompat.Parameter{{Attribute: "a", Value: "b"}}
	base := func() (imapcompat.ComposeEnvelope, []imapcompat.ComposeBody) {
		return imapcompat.ComposeEnvelope{From: "a@example.org", CustomHeaders: []string{"X-Given: 1"}}, []imapcompat.ComposeBody{
			{Type: imapcompat.TYPEMULTIPART, TypeParameters: slices.Clone(params)},
			{ContentsData: "text", TypeParameters: slices.Clone(params), Disposition: slices.Clone(params), DispositionType: "attachment"},
		}
	}
	envelope, bodies := base()
	for i := range 3 {
		value := reflect.ValueOf(&envelope)
		if i > 0 {
			value = reflect.ValueOf(&bodies[i-1])
		}
		for _, path := range stringPaths(value.Elem()) {
			name := fmt.Sprint(i, path)
			if strings.Contains(name, "ContentsData") {
				continue
			}
			list = append(list, composeText{name, func(s string) (imapcompat.ComposeEnvelope, []imapcompat.ComposeBody) {
				envelope, bodies := base()
				value := reflect.ValueOf(&envelope).Elem()
				if i > 0 {
					value = reflect.ValueOf(&bodies[i-1]).Elem()
				}
				at(value, path).SetString(s)
				return envelope, bodies
			}})
		}
	}
	return list
}

// stringPaths returns the paths to the strings in a value: names of fields, indices.
func stringPaths(v reflect.Value) (paths [][]string) {
	below := func(step string, v reflect.Value) {
		for _, p := range stringPaths(v) {
			paths = append(paths, append([]string{step}, p...))
		}
	}
	switch v.Kind() {
	case reflect.String:
		paths = append(paths, nil)
	case reflect.Struct:
		for i := range v.NumField() {
			below(v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			below(strconv.Itoa(i), v.Index(i))
		}
	}
	return paths
}

func at(v reflect.Value, path []string) reflect.Value {
	for _, step := range path {
		if v.Kind() == reflect.Struct {
			v = v.FieldByName(step)
		} else {
			i, _ := strconv.Atoi(step)
			v = v.Index(i)
		}
	}
	return v
}
