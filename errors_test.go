package imapcompat_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"net"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"bufio"
	"io"

	"bytes"
	"fmt"
	"log/slog"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
	"github.com/imapcompat/imapcompat/imaptest"
)

// classed checks how PHP reports an error.
func classed(t *testing.T, err error, class imapcompat.Class) {
	t.Helper()
	var e *imapcompat.Error
	if !errors.As(err, &e) || e.Class != class {
		t.Errorf("%v is not of class %v", err, class)
	}
}

// prospect is T, P or "" for what an error says of another try.
func prospect(err error) string {
	switch {
	case errors.Is(err, imapcompat.ErrPermanent):
		return "P"
	case errors.Is(err, imapcompat.ErrTemporary):
		return "T"
	}
	return ""
}

// errorsTable are the cells of the rows of docs/errors.md under a heading.
func errorsTable(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	text, err := os.ReadFile("docs/errors.md")
	must(t, err)
	_, section, ok := strings.Cut(string(text), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("docs/errors.md has no %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		if cells := strings.Split(strings.TrimSpace(line), "|"); len(cells) > 3 && !strings.HasPrefix(line, "|---") {
			cells = cells[1 : len(cells)-1]
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, cells)
		}
	}
	return rows[1:]
}

// declared are the names of the package that begin with a prefix: variables or constants.
func declared(t *testing.T, prefix string) (names []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, parser.SkipObjectResolution)
	must(t, err)
	for _, decl := range f.Decls {
		values, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range values.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok && strings.HasPrefix(value.Names[0].Name, prefix) {
				names = append(names, value.Names[0].Name)
			}
		}
	}
	return names
}

// The table of response codes in docs/errors.md says what becomes of a login and of
// another command that is refused with each, and has each constant.
func TestResponseCodesTable(t *testing.T) {
	kinds := map[string]error{"`ErrAuthentication`": imapcompat.ErrAuthentication, "`ErrRefused`": imapcompat.ErrRefused}
	// How many logins there are: of one mechanism, and of two.
	tries := map[string][2]int{
		"as PHP: three times, each mechanism": {3, 6}, "as PHP": {3, 6}, "by another mechanism": {1, 2}, "no": {1, 1},
	}
	var documented int
	for _, row := range errorsTable(t, "Response codes") {
		codes := regexp.MustCompile("`([A-Z0-9/-]+)`").FindAllStringSubmatch(row[0], -1)
		for _, match := range codes {
			code := match[1]
			t.Run(code, func(t *testing.T) {
				atLogin, _, _ := strings.Cut(row[2], ",")
				atLogin, _, restricted := strings.Cut(atLogin, " at a login")
				later := atLogin
				if restricted {
					later = ""
				}
				if row[3] != "" {
					for i, mechanisms := range [][]string{{imaptest.Plain}, {imaptest.CRAMMD5, imaptest.Plain}} {
						srv := imaptest.Config{Mechanisms: mechanisms}.NewServer(t)
						must(t, srv.Refuse("LOGIN", 100, "["+code+"] Refused"))
						for _, name := range []string{srv.IMAP(), srv.POP3()} {
							before := len(srv.Transcript())
							_, err := imapcompat.Open(name, srv.User, srv.Password)
							checkRefusal(t, err, kinds[row[3]], code, atLogin)
							if n := countLogins(srv.Transcript()[before:]); n != tries[row[4]][i] {
								t.Errorf("%s %v: %d logins, want %q", name, mechanisms, n, row[4])
							}
						}
					}
				}
				srv := imaptest.NewServer(t, texts(1)...)
				mbox := open(t, srv, srv.IMAP())
				must(t, srv.Refuse("CREATE", 1, "["+code+"] Refused"))
				checkRefusal(t, mbox.CreateMailbox(srv.IMAPRef()+"Box"), imapcompat.ErrRefused, code, later)
				maildrop := open(t, srv, srv.POP3())
				must(t, srv.Refuse("RETR", 1, "["+code+"] Refused"))
				_, err := maildrop.Body(1)
				checkRefusal(t, err, imapcompat.ErrRefused, code, later)
			})
			documented++
		}
	}
	// ALERT, which says nothing of another try, has no constant.
	if n := len(declared(t, "Code")); n != documented-1 {
		t.Errorf("%d constants, and %d codes in the table", n, documented)
	}
}

func checkRefusal(t *testing.T, err, kind error, code, want string) {
	t.Helper()
	var e *imapcompat.Error
	if !errors.As(err, &e) || !errors.Is(err, kind) || e.Code != code || prospect(err) != want {
		t.Errorf("%v is %q, code %q; want %v, %q, code %q", err, prospect(err), e.Code, kind, want, code)
	}
}

// countLogins counts the commands that say who the user is, the last of each login.
func countLogins(sent []string) (n int) {
	for _, line := range sent {
		if regexp.MustCompile(`^(\S+ )?(AUTHENTICATE|LOGIN|AUTH|PASS|APOP) `).MatchString(line) {
			n++
		}
	}
	return n
}

// TestKindsTable: each row of the table of kinds in docs/errors.md has an error that is as it
// says, and each kind of the package has a row.
func TestKindsTable(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox, maildrop := open(t, srv, srv.IMAP()), open(t, srv, srv.POP3())
	body := func(m *imapcompat.Connection, num int) error { _, err := m.Body(num); return err }
	opening := func(name, password string, opts ...imapcompat.Option) error {
		_, err := imapcompat.Open(name, "user", password, opts...)
		return err
	}
	resolver := func(err error) imapcompat.Option { return imapcompat.WithDialer(failingDialer{err}) }
	cases := []struct {
		kind     string
		prospect string // "T", "P", or "" where the server did not say
		is       error
		err      func() error
	}{
		{"ErrAuthentication", "P", imapcompat.ErrAuthentication, func() error { return opening(srv.IMAP(), "wrong") }},
		{"ErrAuthentication", "", imapcompat.ErrAuthentication, func() error {
			must(t, srv.Refuse("LOGIN", 10, "No"))
			defer srv.RefuseLogins(0)
			return opening(srv.IMAP(), "password")
		}},
		{"ErrBadMessageNumber", "", imapcompat.ErrBadMessageNumber, func() error { return body(mbox, 9) }},
		{"ErrCertificate", "P", imapcompat.ErrCertificate, func() error {
			return opening(imaptest.Config{TLS: imaptest.ImplicitTLS}.NewServer(t).IMAP(), "password")
		}},
		{"ErrClosed", "P", imapcompat.ErrClosed, func() error {
			closed := open(t, srv, srv.IMAP())
			must(t, closed.Close())
			return body(closed, 1)
		}},
		{"ErrConnect", "T", imapcompat.ErrConnect, func() error { return opening("{127.0.0.1:1/notls}INBOX", "password") }},
		{"ErrConnect", "", imapcompat.ErrConnect, func() error {
			return opening("{host/notls}INBOX", "password", resolver(&net.DNSError{IsNotFound: true}))
		}},
		{"ErrConnectionLost", "T", imapcompat.ErrConnectionLost, func() error {
			down := imaptest.NewServer(t, texts(1)...)
			lost := open(t, down, down.IMAP())
			must(t, down.Close())
			return body(lost, 1)
		}},
		{"ErrConnectionLost", "P", imapcompat.ErrConnectionLost, func() error {
			verbose := "{" + refusing(t, strings.Repeat("x", 17<<20)) + "/notls}"
			mbox, err := imapcompat.Open(verbose+"INBOX", "user", "password")
			must(t, err)
			defer mbox.Close()
			return mbox.CreateMailbox(verbose + "Box")
		}},
		{"ErrInvalidArgument", "P", imapcompat.ErrInvalidArgument, func() error { return body(mbox, 0) }},
		{"ErrNoSuchPart", "P", imapcompat.ErrNoSuchPart, func() error { _, err := mbox.BodyStruct(1, "9"); return err }},
		{"ErrNotSupported", "P", imapcompat.ErrNotSupported, func() error { return maildrop.CreateMailbox(srv.POP3Ref() + "Box") }},
		{"ErrProtocol", "", imapcompat.ErrProtocol, func() error { return opening("{"+says(t, "hello\r\n")+"/notls}INBOX", "password") }},
		{"ErrRefused", "T", imapcompat.ErrRefused, func() error {
			must(t, srv.Refuse("CREATE", 1, "[OVERQUOTA] Full"))
			return mbox.CreateMailbox(srv.IMAPRef() + "Box")
		}},
		{"ErrTimeout", "T", imapcompat.ErrTimeout, func() error {
			return opening("{host/notls}INBOX", "password", resolver(context.DeadlineExceeded))
		}},
		{"ErrTooLarge", "P", imapcompat.ErrTooLarge, func() error {
			return body(open(t, srv, srv.IMAP(), imapcompat.WithMaxMessageSize(3)), 1)
		}},
		{"ErrUnknownCriterion", "P", imapcompat.ErrUnknownCriterion, func() error { _, err := mbox.Search("ODD"); return err }},
	}
	// What the second column begins with, by what an error says.
	columns := map[string][]string{
		"T": {"T", "by the code"}, "P": {"P", "by the code"}, "": {"", "open", "P with a code below, else open"},
	}
	tested := make(map[int]bool)
	rows := errorsTable(t, "Kinds")
	for _, c := range cases {
		err := c.err()
		if !errors.Is(err, c.is) || prospect(err) != c.prospect {
			t.Errorf("%.200v is %q, want %s, %q", err, prospect(err), c.kind, c.prospect)
		}
		row := slices.IndexFunc(rows, func(row []string) bool {
			when, _, _ := strings.Cut(row[1], " when")
			return row[0] == "`"+c.kind+"`" && slices.ContainsFunc(columns[c.prospect], func(column string) bool {
				return column == when || column == row[1] || column != "" && strings.HasPrefix(row[1], column+" with")
			})
		})
		if row < 0 {
			t.Errorf("no row says %q of %s", c.prospect, c.kind)
		}
		tested[row] = true
	}
	for i, row := range rows {
		if !tested[i] {
			t.Errorf("no case for the row %q", row)
		}
	}
	for _, kind := range declared(t, "Err") {
		has := slices.ContainsFunc(rows, func(row []string) bool { return row[0] == "`"+kind+"`" })
		if !has && kind != "ErrTemporary" && kind != "ErrPermanent" {
			t.Errorf("%s has no row", kind)
		}
	}
}

// TestContextIsOver: a deadline that has passed before the call is an ErrTimeout as one that
// passes while it waits is, and a cancellation says nothing of another try. The connection
// stays, since nothing was sent.
func TestContextIsOver(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	passed, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	calls := map[string]func(*imapcompat.Connection) error{
		"Ping":       (*imapcompat.Connection).Ping,
		"HeaderInfo": func(m *imapcompat.Connection) error { _, err := m.HeaderInfo(1); return err },
		"Body":       func(m *imapcompat.Connection) error { _, err := m.Body(1); return err },
		"Search":     func(m *imapcompat.Connection) error { _, err := m.Search("UNSEEN"); return err },
		"Delete":     func(m *imapcompat.Connection) error { return m.Delete("1") },
	}
	for _, name := range []string{srv.IMAP(), srv.POP3()} {
		mbox := open(t, srv, name)
		calls["OpenContext"] = func(m *imapcompat.Connection) error {
			_, err := imapcompat.OpenContext(passed, name, srv.User, srv.Password)
			return err
		}
		for call, f := range calls {
			err := f(mbox.WithContext(passed))
			if !errors.Is(err, imapcompat.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || prospect(err) != "T" {
				t.Errorf("%s %s: %v is %q", name, call, err, prospect(err))
			}
			if text := err.Error(); strings.Contains(text, "\n") {
				t.Errorf("%s %s: %q", name, call, text)
			}
		}
		err := mbox.WithContext(cancelled).Ping()
		if !errors.Is(err, context.Canceled) || prospect(err) != "" {
			t.Errorf("%s: %v is %q", name, err, prospect(err))
		}
		must(t, mbox.Ping())
	}
}

// deafDialer makes connections to servers that do not hear what is sent as long as deaf is set.
type deafDialer struct{ deaf *atomic.Bool }

func (d deafDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	return deafConn{conn, d.deaf}, err
}

type deafConn struct {
	net.Conn
	deaf *atomic.Bool
}

func (c deafConn) Write(p []byte) (int, error) {
	if c.deaf.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// TestConnectionAfterAnError: a connection is lost when the error says so, and good otherwise.
func TestConnectionAfterAnError(t *testing.T) {
	big := "Subject: big\n\n" + strings.Repeat("x\n", 5000)
	body := func(m *imapcompat.Connection) error { _, err := m.Body(1); return err }
	var deaf atomic.Bool
	for _, c := range []struct {
		name  string
		is    error
		cause func(t *testing.T, srv *imaptest.Server, m *imapcompat.Connection) error
	}{
		{"too large", imapcompat.ErrTooLarge, func(t *testing.T, srv *imaptest.Server, m *imapcompat.Connection) error { return body(m) }},
		{"refused", imapcompat.ErrRefused, func(t *testing.T, srv *imaptest.Server, m *imapcompat.Connection) error {
			for _, command := range []string{"FETCH", "TOP", "RETR"} {
				must(t, srv.Refuse(command, 9, "No"))
				defer srv.Refuse(command, 0, "No")
			}
			_, err := m.FetchHeader(2)
			return err
		}},
		{"number", imapcompat.ErrBadMessageNumber, func(t *testing.T, srv *imaptest.Server, m *imapcompat.Connection) error {
			_, err := m.Body(9)
			return err
		}},
		{"argument", imapcompat.ErrInvalidArgument, func(t *testing.T, srv *imaptest.Server, m *imapcompat.Connection) error { return m.Delete("x") }},
		{"part", imapcompat.ErrNoSuchPart, func(t *testing.T, srv *imaptest.Server, m *imapcompat.Connection) error {
			_, err := m.BodyStruct(2, "9")
			return err
		}},
		{"gone", imapcompat.ErrConnectionLost, func(t *testing.T, srv *imaptest.Server, m *imapcompat.Connection) error {
			srv.DropConnections()
			return m.Ping()
		}},
		{"silent", imapcompat.ErrTimeout, func(t *testing.T, srv *imaptest.Server, m *imapcompat.Connection) error {
			deaf.Store(true)
			defer deaf.Store(false)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			return m.WithContext(ctx).Ping()
		}},
	} {
		srv := imaptest.NewServer(t, big, "Subject: small\n\nx\n")
		for _, name := range []string{srv.IMAP(), srv.POP3()} {
			mbox := open(t, srv, name, imapcompat.WithMaxMessageSize(5000), imapcompat.WithDialer(deafDialer{&deaf}))
			err := c.cause(t, srv, mbox)
			if !errors.Is(err, c.is) {
				t.Errorf("%s %s: %v", name, c.name, err)
			}
			after := mbox.Ping()
			if lost := errors.Is(err, imapcompat.ErrConnectionLost); lost != errors.Is(after, imapcompat.ErrConnectionLost) || !lost && after != nil {
				t.Errorf("%s %s: after %v, %v", name, c.name, err, after)
			}
		}
	}
}

// brokenSource is a token source that has none.
type brokenSource struct{ err error }

func (s brokenSource) Token() (*oauth2.Token, error) { return nil, s.err }

func TestOAuth2Table(t *testing.T) {
	says := func(status int, code string) error {
		return &oauth2.RetrieveError{Response: &http.Response{StatusCode: status}, ErrorCode: code}
	}
	causes := map[string][]error{
		"the endpoint says `invalid_grant`": {says(400, "invalid_grant"), says(401, "invalid_client"), says(400, "invalid_scope")},
		"the endpoint says 5xx":             {says(503, ""), says(408, ""), says(429, ""), says(400, "temporarily_unavailable"), says(400, "server_error")},
		"the endpoint cannot be reached":    {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}},
		"it did not answer in time":         {context.DeadlineExceeded, os.ErrDeadlineExceeded},
		"anything else":                     {errors.New("no refresh token"), says(400, "")},
	}
	kinds := map[string]error{
		"`ErrAuthentication`": imapcompat.ErrAuthentication, "`ErrRefused`": imapcompat.ErrRefused,
		"`ErrConnect`": imapcompat.ErrConnect, "`ErrTimeout`": imapcompat.ErrTimeout,
	}
	srv := imaptest.Config{Token: "ya29.token"}.NewServer(t)
	rows := errorsTable(t, "OAuth2")
	for _, row := range rows {
		var tested bool
		for begins, list := range causes {
			if !strings.HasPrefix(row[0], begins) {
				continue
			}
			tested = true
			for _, cause := range list {
				_, err := imapcompat.Open(srv.IMAP(), srv.User, "", imapcompat.WithTokenSource(brokenSource{cause}))
				want, _, _ := strings.Cut(row[2], ":")
				if want == "open" {
					want = ""
				}
				if !errors.Is(err, cause) || prospect(err) != want {
					t.Errorf("%v: %v is %q, want %q", cause, err, prospect(err), want)
				}
				for kind, is := range kinds {
					if errors.Is(err, is) != slices.Contains(strings.Split(row[1], " and "), kind) {
						t.Errorf("%v: %v is %s: %v; want %s", cause, err, kind, errors.Is(err, is), row[1])
					}
				}
			}
		}
		if !tested {
			t.Errorf("no case for the row %q", row)
		}
	}
	if len(rows) != len(causes) {
		t.Errorf("%d rows, and %d cases", len(rows), len(causes))
	}
}

// TestClassesTable: the classes of docs/errors.md are those of the package.
func TestClassesTable(t *testing.T) {
	var documented []string
	for _, row := range errorsTable(t, "Classes") {
		documented = append(documented, strings.Trim(row[0], "`"))
	}
	if code := declared(t, "Class"); !slices.Equal(documented, code) {
		t.Errorf("docs/errors.md has %q, the package %q", documented, code)
	}
}

// TestErrorText has the text of an error say everything once: the warning of PHP's, the last
// thing that c-client said, and the cause.
func TestErrorText(t *testing.T) {
	cause := func(text string) error {
		return &backend.Error{Kind: imapcompat.ErrRefused, Text: "no", Err: errors.New(text)}
	}
	for _, test := range []struct {
		err  imapcompat.Error
		want string
	}{
		{imapcompat.Error{Text: "no"}, "imap_ping(): no"},
		{imapcompat.Error{Text: "no", Errors: []string{"first", "last"}}, "imap_ping(): no: last"},
		{imapcompat.Error{Text: "no", Errors: []string{"first", "no"}}, "imap_ping(): no"},
		{imapcompat.Error{Text: "no", Err: imapcompat.ErrRefused}, "imap_ping(): no"},
		{imapcompat.Error{Text: "no", Err: &backend.Error{Kind: imapcompat.ErrRefused, Text: "no"}}, "imap_ping(): no"},
		{imapcompat.Error{Text: "no", Err: cause("cut off")}, "imap_ping(): no (cut off)"},
		{imapcompat.Error{Text: "cut off", Err: cause("cut off")}, "imap_ping(): cut off"},
		{imapcompat.Error{Text: "no", Errors: []string{"it was cut off"}, Err: cause("cut off")}, "imap_ping(): no: it was cut off"},
	} {
		test.err.Func = "imap_ping"
		if got := test.err.Error(); got != test.want {
			t.Errorf("%+v: got %q, want %q", test.err, got, test.want)
		}
	}
}

// The kinds have texts of their own.
func TestKindTexts(t *testing.T) {
	for want, kind := range map[string]error{
		"connection is closed": imapcompat.ErrClosed, "no such part": imapcompat.ErrNoSuchPart, "bad message number": imapcompat.ErrBadMessageNumber,
		"temporary failure": imapcompat.ErrTemporary,
	} {
		if kind.Error() != want {
			t.Errorf("got %q, want %q", kind, want)
		}
	}
}

// TestTextErrors has the texts of what PHP returns false for without a word.
func TestTextErrors(t *testing.T) {
	for want, err := range map[string]error{
		"imap_mime_header_decode(): not base64": third(imapcompat.MIMEHeaderDecode("=?utf-8?b?YWJj*YWJj?=")),
		"imap_base64(): not base64":             third(imapcompat.Base64("*=a")),
		"imap_utf8_to_mutf7(): not UTF-8":       second(imapcompat.UTF8ToMUTF7("\xff")),
	} {
		if err == nil || err.Error() != want || !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestErrorsNameTheFunction has each method of a closed connection end in an error that
// names PHP's function, by the table of docs/functions.md, or the method where PHP has none.
func TestErrorsNameTheFunction(t *testing.T) {
	table, err := os.ReadFile("docs/functions.md")
	must(t, err)
	names := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| (imap_\\w+) \\| `Connection\\.(\\w+)`").FindAllStringSubmatch(string(table), -1) {
		names[row[2]] = append(names[row[2]], row[1])
	}
	srv := imaptest.NewServer(t)
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.Close())
	v, called := reflect.ValueOf(mbox), 0
	for i := range v.NumMethod() {
		name, method := v.Type().Method(i).Name, v.Method(i)
		results := method.Type().NumOut()
		if method.Type().Out(results-1) != reflect.TypeFor[error]() || name == "Clone" { // which works on a closed one
			continue
		}
		var args []reflect.Value
		for j := range method.Type().NumIn() {
			if !method.Type().IsVariadic() || j < method.Type().NumIn()-1 {
				args = append(args, reflect.Zero(method.Type().In(j)))
			}
		}
		err, _ := method.Call(args)[results-1].Interface().(error)
		var e *imapcompat.Error
		if !errors.As(err, &e) || !errors.Is(err, imapcompat.ErrClosed) || e.Text != `IMAP\Connection is already closed` || e.Class != imapcompat.ClassValueError {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		// What PHP has two names for is reported under one of them.
		alias := strings.NewReplacer("AppendReader", "Append", "HeaderInfo", "HeaderInfo", "Header", "HeaderInfo")
		want := append(names[name], names[alias.Replace(name)]...)
		if len(want) == 0 {
			want = []string{"Connection." + name}
		}
		if !slices.Contains(want, e.Func) {
			t.Errorf("%s: the error is of %s, want one of %q", name, e.Func, want)
		}
		called++
	}
	if called < 50 {
		t.Errorf("%d methods", called)
	}
}

// TestErrorsNameTheIterator has the iterators, which PHP does not have, name themselves.
func TestErrorsNameTheIterator(t *testing.T) {
	srv := imaptest.NewServer(t)
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.Close())
	for want, err := range map[string]error{
		"Connection.Messages":    firstError(mbox.Messages("1")),
		"Connection.HeaderInfos": firstError(mbox.HeaderInfos("1")),
		"Connection.Overviews":   firstError(mbox.Overviews("1")),
	} {
		var e *imapcompat.Error
		if !errors.As(err, &e) || e.Func != want || !errors.Is(err, imapcompat.ErrClosed) {
			t.Errorf("got %v, want an error of %s", err, want)
		}
	}
}

// firstError is the error of the first step of a loop.
func firstError[T any](list iter.Seq2[T, error]) error {
	for _, err := range list {
		return err
	}
	return nil
}

func third[T, U any](_ T, _ U, err error) error { return err }

// says is a server that says a text to whoever connects, and hangs up.
func says(t *testing.T, text string) (host string) {
	t.Helper()
	return listen(t, func(conn net.Conn) { io.WriteString(conn, text) })
}

// failingDialer connects to nobody.
type failingDialer struct{ err error }

func (d failingDialer) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, d.err
}

// TestProspects has what errors before the login and of arguments say of another try,
// and their response codes.
func TestProspects(t *testing.T) {
	resolver := func(err error) imapcompat.Option { return imapcompat.WithDialer(failingDialer{err}) }
	for _, test := range []struct {
		name           string
		mailbox        string
		opts           []imapcompat.Option
		kind, prospect error
		code           string
		class          imapcompat.Class
	}{
		{"refused port", "{127.0.0.1:1/notls}INBOX", nil, imapcompat.ErrConnect, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"no such host", "{host/notls}INBOX", []imapcompat.Option{resolver(&net.DNSError{IsNotFound: true})},
			imapcompat.ErrConnect, nil, "", imapcompat.ClassWarning},
		{"resolver in trouble", "{host/notls}INBOX", []imapcompat.Option{resolver(&net.DNSError{IsTemporary: true})},
			imapcompat.ErrConnect, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"timeout", "{host/notls}INBOX", []imapcompat.Option{resolver(context.DeadlineExceeded)},
			imapcompat.ErrConnect, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"canceled", "{host/notls}INBOX", []imapcompat.Option{resolver(context.Canceled)},
			imapcompat.ErrConnect, nil, "", imapcompat.ClassWarning},
		{"BYE with a code", "{" + says(t, "* BYE [UNAVAILABLE] down\r\n") + "/notls}INBOX", nil,
			imapcompat.ErrRefused, imapcompat.ErrTemporary, "UNAVAILABLE", imapcompat.ClassWarning},
		{"IMAP hangs up", "{" + says(t, "* OK hi\r\n") + "/notls}INBOX", nil,
			imapcompat.ErrConnectionLost, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"IMAP says BYE", "{" + says(t, "* OK hi\r\n* BYE restart\r\n") + "/notls}INBOX", nil,
			imapcompat.ErrConnectionLost, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"-ERR with a code", "{" + says(t, "-ERR [SYS/PERM] broken\r\n") + "/pop3/notls}INBOX", nil,
			imapcompat.ErrRefused, imapcompat.ErrPermanent, "SYS/PERM", imapcompat.ClassWarning},
		{"POP3 hangs up", "{" + says(t, "+OK hi\r\n") + "/pop3/notls}INBOX", nil,
			imapcompat.ErrConnectionLost, imapcompat.ErrTemporary, "", imapcompat.ClassWarning},
		{"flags", "{127.0.0.1:1}INBOX", []imapcompat.Option{imapcompat.OpenFlag(1 << 20)},
			imapcompat.ErrInvalidArgument, imapcompat.ErrPermanent, "", imapcompat.ClassValueError},
	} {
		_, err := imapcompat.Open(test.mailbox, "user", "password", test.opts...)
		var e *imapcompat.Error
		if !errors.As(err, &e) || !errors.Is(err, test.kind) || e.Code != test.code || e.Class != test.class {
			t.Errorf("%s: %v, want %v with code %q and class %v; got %+v", test.name, err, test.kind, test.code, test.class, e)
		}
		for _, p := range []error{imapcompat.ErrTemporary, imapcompat.ErrPermanent} {
			if errors.Is(err, p) != (p == test.prospect) {
				t.Errorf("%s: %v is %v: %v", test.name, err, p, p != test.prospect)
			}
		}
	}
}

// TestCodesOfCommands has the response codes of refusals after the login, which are
// those of the server.
func TestCodesOfCommands(t *testing.T) {
	for code, prospect := range map[string]error{
		"ALREADYEXISTS": imapcompat.ErrPermanent, "TRYCREATE": imapcompat.ErrPermanent, "NONEXISTENT": imapcompat.ErrPermanent,
		"CANNOT": imapcompat.ErrPermanent, "OVERQUOTA": imapcompat.ErrTemporary, "INUSE": imapcompat.ErrTemporary,
		"LIMIT": nil, "X-ODD": nil, "": nil,
	} {
		said := "no"
		if code != "" {
			said = "[" + strings.ToLower(code) + " (some arguments)] no"
		}
		srv := refusing(t, said)
		mbox, err := imapcompat.Open("{"+srv+"/notls}INBOX", "user", "password", imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, 30*time.Second))
		must(t, err)
		for name, call := range map[string]func() error{
			"CreateMailbox": func() error { return mbox.CreateMailbox("{" + srv + "/notls}Box") },
			"Append":        func() error { return mbox.Append("{"+srv+"/notls}Box", "Subject: x\r\n\r\n") },
			"SetFlagFull":   func() error { return mbox.SetFlagFull("1", `\Seen`) },
			"MailCopy":      func() error { return mbox.MailCopy("1", "Box") },
			"Status":        func() error { _, err := mbox.Status("{"+srv+"/notls}Box", imapcompat.SA_ALL); return err },
			"FetchHeader":   func() error { _, err := mbox.FetchHeader(1); return err },
			"Expunge":       mbox.Expunge,
		} {
			err := call()
			var e *imapcompat.Error
			if !errors.As(err, &e) || !errors.Is(err, imapcompat.ErrRefused) || e.Code != code {
				t.Errorf("%s, [%s]: %v", name, code, err)
			}
			for _, p := range []error{imapcompat.ErrTemporary, imapcompat.ErrPermanent} {
				if errors.Is(err, p) != (p == prospect) {
					t.Errorf("%s, [%s]: %v is %v: %v", name, code, err, p, p != prospect)
				}
			}
		}
		mbox.Close()
	}
}

// refusing is an IMAP server with one message that refuses all commands but those that
// open the mailbox.
func refusing(t *testing.T, said string) (host string) {
	t.Helper()
	return listen(t, func(conn net.Conn) { serveRefusals(conn, said) })
}

func serveRefusals(conn net.Conn, said string) {
	io.WriteString(conn, "* OK [CAPABILITY IMAP4rev1] hi\r\n")
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		name, _, _ := strings.Cut(command, " ")
		switch name {
		case "SELECT":
			io.WriteString(conn, "* 1 EXISTS\r\n"+tag+" OK done\r\n")
		case "LOGIN", "LOGOUT":
			io.WriteString(conn, tag+" OK [CAPABILITY IMAP4rev1] done\r\n")
		default:
			io.WriteString(conn, tag+" NO "+said+"\r\n")
		}
	}
}

// What a service says aside is in Errors and Alerts, each until it was read,
// and in the log.
func TestNotices(t *testing.T) {
	var log bytes.Buffer
	srv := imaptest.NewServer(t)
	var notify func(backend.Notice)
	mbox := open(t, srv, srv.IMAP(), imapcompat.WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
		imapcompat.WithService("imap", func(ctx context.Context, cfg *backend.Config) (backend.Session, error) {
			notify = cfg.Notify
			return imapbridge.Open(ctx, cfg)
		}))
	mbox.Errors()
	notify(backend.Notice{Kind: backend.NoticeAlert, Text: "[ALERT] disk full"})
	notify(backend.Notice{Kind: backend.NoticeParse, Text: "Unexpected characters"})
	notify(backend.Notice{Kind: backend.NoticeError, Text: "no such thing"})
	if got := mbox.LastError(); got != "no such thing" {
		t.Errorf("LastError: %q", got)
	}
	if got := mbox.Errors(); !slices.Equal(got, []string{"Unexpected characters", "no such thing"}) {
		t.Errorf("Errors: %q", got)
	}
	if got := mbox.Alerts(); !slices.Equal(got, []string{"[ALERT] disk full"}) {
		t.Errorf("Alerts: %q", got)
	}
	if len(mbox.Errors()) > 0 || len(mbox.Alerts()) > 0 || mbox.LastError() != "" {
		t.Error("the lists are not empty after they were read")
	}
	for _, text := range []string{"disk full", "Unexpected characters", "no such thing"} {
		if !strings.Contains(log.String(), text) {
			t.Errorf("%q is not in the log", text)
		}
	}
	notify(backend.Notice{Kind: backend.NoticeWarn, Text: strings.Repeat("x", 8193)})
	if got := mbox.LastError(); got != strings.Repeat("x", 8192) {
		t.Errorf("%d octets of a text are kept", len(got))
	}
	for i := range 5000 {
		notify(backend.Notice{Kind: backend.NoticeWarn, Text: fmt.Sprint(i)})
	}
	if got := mbox.Errors(); len(got) != 1000 || got[999] != "4999" {
		t.Errorf("%d entries are kept, the last is %q", len(got), got[len(got)-1])
	}
}
