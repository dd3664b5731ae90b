package conformance

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/internal/golden"
)

// outcome is the outcome of a call in PHP's terms.
type outcome struct {
	result    string   // json_encode of it
	warnings  []string // PHP's warnings
	exception string   // the message of an exception
	errors    string   // json_encode of imap_errors() after the call
	alerts    string   // json_encode of imap_alerts() after the call
}

func (o outcome) String() string {
	var b strings.Builder
	if o.exception != "" {
		fmt.Fprintf(&b, "exception %q", o.exception)
	} else {
		b.WriteString(o.result)
	}
	if len(o.warnings) > 0 {
		fmt.Fprintf(&b, " warnings %q", o.warnings)
	}
	if o.errors != "false" {
		b.WriteString(" errors " + o.errors)
	}
	if o.alerts != "false" {
		b.WriteString(" alerts " + o.alerts)
	}
	return b.String()
}

// ofPHP converts an answer of PHP.
func ofPHP(a *php.Answer) outcome {
	o := outcome{result: golden.Normal(a.Result), errors: "false", alerts: "false"}
	if _, ok := a.Handle(); ok {
		o.result = "connection"
	}
	for _, w := range a.Warnings {
		o.warnings = append(o.warnings, w.Message)
	}
	if a.Exception != nil {
		o.exception = a.Exception.Message
	}
	if a.Errors != nil {
		o.errors, o.alerts = golden.Normal(a.Errors), golden.Normal(a.Alerts)
	}
	return o
}

// ofLibrary converts a result of ours. failed is the result of PHP's function when the server
// or the network fails: then ours is an error.
func ofLibrary(result any, err error, failed string) outcome {
	o := outcome{result: failed, errors: "false", alerts: "false"}
	var e *imapcompat.Error
	switch {
	case err == nil:
		o.result = phpJSON(result)
	case isPart(result):
		o.result = phpJSON(result) // a message that cannot be read does not cost the rest
	case !errors.As(err, &e):
		o.exception = "not an Error: " + err.Error()
	case errors.Is(err, imapcompat.ErrClosed):
		o.exception = e.Text
	case strings.HasPrefix(e.Text, "Argument #"):
		o.exception = e.Func + "(): " + e.Text
	case strings.HasPrefix(e.Text, "c-client "):
		o.result = "false"
		o.warnings = []string{e.Text}
	case errors.Is(err, imapcompat.ErrBadMessageNumber), strings.HasPrefix(e.Text, "Couldn't "), strings.HasPrefix(e.Text, "C-client "), e.Text == golden.EmptyTree:
		o.result = "false"
		o.warnings = []string{e.Func + "(): " + e.Text}
	}
	return o
}

// isPart reports whether a result is a list of what could be read, which comes with an error
// for the rest.
func isPart(result any) bool {
	v := reflect.ValueOf(result)
	return v.Kind() == reflect.Slice && v.Len() > 0
}

func phpJSON(v any) string {
	if _, ok := v.(*imapcompat.Connection); ok {
		return "connection"
	}
	return golden.JSON(v)
}

// stack returns a list of texts in the form of imap_errors and imap_alerts.
func stack(texts []string) string {
	if len(texts) == 0 {
		return "false"
	}
	return phpJSON(texts)
}

// answer describes the result and the notices of a function without a connection.
func answer(result any, notices []string) string { return noticed(result, notices).String() }

func noticed(result any, notices []string) outcome {
	o := ofLibrary(result, nil, "")
	o.errors = stack(notices)
	return o
}

// ask calls such a PHP function.
func ask(t *testing.T, w *php.Worker, fn string, args ...any) string {
	t.Helper()
	a, err := w.CallErrors(fn, args...)
	if err != nil {
		t.Fatal(err)
	}
	return ofPHP(a).String()
}

var (
	// serverTimes matches the times in Dovecot's texts: " (0.001 + 0.000 secs)".
	serverTimes = regexp.MustCompile(` \(\d+\.\d{3} \+ \d+\.\d{3}[^)"]*\)?`)
	dateNow     = regexp.MustCompile(`"Date":"(\w{3}, \d+ \w{3} \d{4} [\d:]{8} [-+]\d{4} \(\w+\))"`)
	validityNow = regexp.MustCompile(`"uidvalidity":(\d+)`)
	udateNow    = regexp.MustCompile(`"udate":(\d+)`)
	mailDateNow = regexp.MustCompile(`"MailDate":"([^"]*)"`)
	// boundaryNow matches the boundary in Courier's replacements of some messages.
	boundaryNow = regexp.MustCompile(`=_\d+-(\d{10})\b`)
)

// atOnce is the greatest age of a time, at the end of a call, that counts as now. The mailboxes
// of servers other than Dovecot are created during the test.
func atOnce() time.Duration {
	if other != nil {
		return 10 * time.Minute
	}
	return 10 * time.Second
}

// timeless removes the times that differ from run to run from the description of a call that
// has just ended.
func timeless(s string) string {
	s = serverTimes.ReplaceAllStringFunc(s, func(times string) string {
		if strings.HasSuffix(times, ")") {
			return ""
		}
		return "." // c-client cut it; how much of it was left depends on the times
	})
	s = replaceNow(s, dateNow, `"Date":"now"`, func(text string) (time.Time, error) {
		return time.Parse("Mon, 2 Jan 2006 15:04:05 -0700 (MST)", text)
	})
	s = replaceNow(s, mailDateNow, `"MailDate":"now"`, func(text string) (time.Time, error) {
		return time.Parse("_2-Jan-2006 15:04:05 -0700", text)
	})
	// On POP3 it is the time of the login.
	s = replaceNow(s, validityNow, `"uidvalidity":"now"`, unixTime)
	s = replaceNow(s, boundaryNow, "=_now", unixTime)
	return replaceNow(s, udateNow, `"udate":"now"`, unixTime)
}

func unixTime(digits string) (time.Time, error) {
	seconds, err := strconv.ParseInt(digits, 10, 64)
	return time.Unix(seconds, 0), err
}

func replaceNow(s string, pattern *regexp.Regexp, now string, parse func(string) (time.Time, error)) string {
	return pattern.ReplaceAllStringFunc(s, func(match string) string {
		when, err := parse(pattern.FindStringSubmatch(match)[1])
		if age := time.Since(when); err != nil || age < -time.Second || age > atOnce() {
			return match
		}
		return now
	})
}

func TestNormal(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{"a":"\u003cb\u003e","c":1}`, `{"a":"<b>","c":1}`},
		{`["\\u003c","\"","\/"]`, `["\\u003c","\"","/"]`},
		{`[{},[],1.0,null]`, `[{},[],1.0,null]`},
	} {
		if got := golden.Normal([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.in, got, tt.want)
		}
	}
	if got := golden.Normal([]byte(`"` + strings.Repeat(`\u0001`, 3) + `"`)); got != `"\u0001\u0001\u0001"` {
		t.Errorf("got %s", got)
	}
}

func TestTimeless(t *testing.T) {
	now := time.Now().UTC()
	for in, want := range map[string]string{
		`["Invalid messageset (0.001 + 0.000 secs)."]`:                `["Invalid messageset."]`,
		`["Nope (0.001 + 0.000 + 0.002 secs)."]`:                      `["Nope."]`,
		`["Nope (0.001 + 0.000 + 0.00"]`:                              `["Nope."]`,
		now.Format(`{"Date":"Mon, 2 Jan 2006 15:04:05 -0700 (UTC)"}`): `{"Date":"now"}`,
		`{"Date":"Mon, 2 Jan 2006 15:04:05 +0000 (UTC)"}`:             `{"Date":"Mon, 2 Jan 2006 15:04:05 +0000 (UTC)"}`,
		fmt.Sprintf(`{"uidvalidity":%d}`, now.Unix()):                 `{"uidvalidity":"now"}`,
		`{"uidvalidity":1700000000}`:                                  `{"uidvalidity":1700000000}`,
		fmt.Sprintf(`{"udate":%d}`, now.Unix()):                       `{"udate":"now"}`,
	} {
		if got := timeless(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}
