package statuspage

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imapcompat/internal/survey"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

const box = "tickets"

// hostile are header fields and reasons of somebody who knows of the page.
const hostile = "<script>alert(1)</script>\"'&\x1b[2J\u202egnp.exe\u2066\x00"

// fixture is a page with n quarantined messages q1 to qn and one failing message, f.
type fixture struct {
	ledger *sqlledger.Ledger
	health inbox.Health
	folder string
	page   *Page
	url    string
	client *http.Client
}

func newFixture(t *testing.T, n int, token string) *fixture {
	t.Helper()
	ledger, err := sqlledger.Open(filepath.Join(t.TempDir(), "inbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ledger.Close() })
	fill(t, ledger, n)
	f := &fixture{ledger: ledger, folder: t.TempDir(), health: inbox.Health{Running: true, Connected: true, Beat: time.Now(), LastPass: time.Now()}}
	job := survey.Job{Box: box, Health: func() inbox.Health { return f.health }, Saved: f.folder}
	f.page = New(ledger, survey.New(ledger, func() []survey.Job { return []survey.Job{job} }), token)
	srv := httptest.NewServer(f.page.Handler())
	t.Cleanup(srv.Close)
	f.url = srv.URL
	f.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return f
}

func fill(t *testing.T, ledger *sqlledger.Ledger, n int) {
	t.Helper()
	ctx := t.Context()
	scan, err := ledger.StartScan(ctx, box, "source", "w", time.Minute)
	must(t, err)
	s := inbox.Sighting{Scan: scan}
	for i := range n {
		s.Sighted = append(s.Sighted, inbox.Sighted{ID: fmt.Sprint(i + 1), Key: fmt.Sprint("q", i+1), Size: 100})
	}
	s.Sighted = append(s.Sighted, inbox.Sighted{ID: fmt.Sprint(n + 1), Key: "f"})
	_, err = ledger.Sight(ctx, s)
	must(t, err)
	records, err := ledger.Claim(ctx, inbox.Claiming{Box: box, Source: "source", Owner: "w", Lease: time.Minute, Limit: n + 1})
	must(t, err)
	var ids []inbox.Identity
	var outcomes []inbox.Outcome
	for i, r := range records {
		hint := inbox.Hint{From: "=?utf-8?q?J=C3=B6rg?= <joerg@example.org>", Subject: fmt.Sprintf("=?utf-8?q?Rechnung_f=C3=BCr?= %s", r.Key)}
		reason := "the invoice has no number"
		if i == 1 {
			hint.Subject, hint.From, reason = "Odd "+hostile, hostile, hostile+strings.Repeat("long", 100)
		}
		ids = append(ids, inbox.Identity{Record: r, Hint: hint})
		o := inbox.Outcome{Record: r, State: inbox.StateQuarantined, Reason: reason, Settled: true}
		if r.Key == "f" {
			o.State, o.Reason, o.After = inbox.StateFailed, "the printer is on fire", time.Hour
		}
		outcomes = append(outcomes, o)
	}
	_, err = ledger.Identify(ctx, ids)
	must(t, err)
	lost, err := ledger.Finish(ctx, outcomes)
	if err != nil || len(lost) > 0 {
		t.Fatal(lost, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// do makes a request. Pairs of header fields follow the form.
func (f *fixture) do(t *testing.T, method, path string, form url.Values, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, f.url+path, strings.NewReader(form.Encode()))
	must(t, err)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		} else {
			r.Header.Set(header[i], header[i+1])
		}
	}
	resp, err := f.client.Do(r)
	must(t, err)
	defer resp.Body.Close()
	var b strings.Builder
	if _, err := fmt.Fprint(&b, readAll(t, resp)); err != nil {
		t.Fatal(err)
	}
	return resp, b.String()
}

func readAll(t *testing.T, resp *http.Response) string {
	t.Helper()
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := resp.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

func (f *fixture) get(t *testing.T, path string, header ...string) string {
	t.Helper()
	resp, text := f.do(t, http.MethodGet, path, nil, header...)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s", path, resp.Status, text)
	}
	return text
}

var secretField = regexp.MustCompile(`name="secret" value="(\w+)"`)

func (f *fixture) form(t *testing.T, key string, header ...string) url.Values {
	t.Helper()
	match := secretField.FindStringSubmatch(f.get(t, "/box?box="+box, header...))
	if match == nil {
		t.Fatal("the page has no secret")
	}
	return url.Values{"secret": {match[1]}, "box": {box}, "key": {key}}
}

func (f *fixture) state(t *testing.T, key string) inbox.State {
	t.Helper()
	r, err := f.ledger.Record(t.Context(), box, key)
	if errors.Is(err, inbox.ErrUnknown) {
		return "forgotten"
	}
	must(t, err)
	return r.State
}

func TestPages(t *testing.T) {
	f := newFixture(t, 3, "")
	for path, want := range map[string][]string{
		"/": {"No mailbox in trouble", "3 messages quarantined, 1 failing", ">tickets<", "Connected", "</time>"},
		"/box?box=tickets": {"Rechnung für q1", "Jörg &lt;joerg@example.org&gt;", "the invoice has no number",
			"Quarantined (3)", "Failing (1)", "/message?box=tickets&amp;key=q1"},
		"/box?box=tickets&state=failed":    {"Rechnung für f", "the printer is on fire", "<time datetime="},
		"/message?box=tickets&key=q1":      {"Rechnung für q1", "source, 1", "The text is not kept", ">Try again<"},
		"/forget?box=tickets&key=q1":       {"Forget this message?", "Forget it", "Keep it"},
		"/box?box=tickets&refresh=1":       {`http-equiv="refresh" content="30"`},
		"/box?box=tickets&after=forgotten": {"Rechnung für q1"},
	} {
		text := f.get(t, path)
		for _, part := range want {
			if !strings.Contains(text, part) && !strings.Contains(html.UnescapeString(text), part) {
				t.Errorf("%s does not have %q:\n%s", path, part, text)
			}
		}
	}
	for _, path := range []string{"/nothing", "/box?box=other", "/message?box=tickets&key=none", "/text?box=tickets&key=q1"} {
		if resp, text := f.do(t, http.MethodGet, path, nil); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s %s", path, resp.Status, text)
		}
	}
	f.health = inbox.Health{Running: true, Failures: 3, Err: errors.New("the server says " + hostile), Beat: time.Now()}
	if text := f.get(t, "/"); !strings.Contains(text, "1 of 1 mailboxes in trouble") || !strings.Contains(text, "3 errors in a row") {
		t.Error(text)
	}
}

// Nothing that mail or a server says is markup or controls the display.
func TestHostileText(t *testing.T) {
	f := newFixture(t, 3, "")
	f.health.Err = errors.New(hostile)
	must(t, os.WriteFile(filepath.Join(f.folder, "q2.eml"), []byte("Subject: "+hostile+"\r\nTo: a\r\n\r\n<script>alert(2)</script>"), 0o600))
	for _, path := range []string{"/", "/box?box=tickets", "/message?box=tickets&key=q2", "/forget?box=tickets&key=q2"} {
		text := f.get(t, path)
		if !strings.Contains(text, "&lt;script&gt;alert(1)") {
			t.Errorf("%s does not show the text:\n%s", path, text)
		}
		if strings.Contains(text, "<script") || strings.ContainsAny(text, "\x1b\x00\u202e\u2066") {
			t.Errorf("%s has hostile text:\n%q", path, text)
		}
	}
	resp, text := f.do(t, http.MethodGet, "/text?box=tickets&key=q2", nil)
	if !strings.Contains(text, "<script>alert(2)") {
		t.Error(text)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff",
		"Content-Disposition": `inline; filename="message.txt"`, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	// The name of a box leads nowhere else.
	text = f.get(t, "/box?box="+box)
	for _, match := range regexp.MustCompile(`(?:href|action)="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(match[1], "/") && match[1] != "#main" || strings.HasPrefix(match[1], "//") {
			t.Errorf("a link to %s", match[1])
		}
	}
}

func TestHeaders(t *testing.T) {
	f := newFixture(t, 1, "")
	for _, path := range []string{"/", "/box?box=tickets", "/style.css", "/nothing", "/login"} {
		resp, _ := f.do(t, http.MethodGet, path, nil)
		csp := resp.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: %s", path, csp)
			}
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, resp.Header)
		}
	}
}

func TestRetryAndForget(t *testing.T) {
	f := newFixture(t, 3, "")
	for _, c := range []struct {
		path, key, did string
		state          inbox.State
	}{
		{"/retry", "q1", "retry", inbox.StateNew},
		{"/retry", "q1", "done", inbox.StateNew},
		{"/retry", "none", "gone", "forgotten"},
		{"/forget", "q2", "forget", "forgotten"},
		{"/forget", "q2", "gone", "forgotten"},
		{"/retry", "f", "retry", inbox.StateNew},
	} {
		resp, text := f.do(t, http.MethodPost, c.path, f.form(t, c.key))
		want := "/box?box=tickets&did=" + c.did + "&state=quarantined#messages"
		if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != want {
			t.Errorf("%s %s: %s to %s %s, want %s", c.path, c.key, resp.Status, resp.Header.Get("Location"), text, want)
		}
		if got := f.state(t, c.key); got != c.state {
			t.Errorf("%s %s: %s, want %s", c.path, c.key, got, c.state)
		}
		if text := f.get(t, resp.Header.Get("Location")); !strings.Contains(text, `role="status"`) {
			t.Error("nothing says what was done")
		}
	}
	if text := f.get(t, "/box?box=tickets"); strings.Contains(text, "key=q1") || strings.Contains(text, "key=q2") || !strings.Contains(text, "Quarantined (1)") {
		t.Error(text)
	}
}

// What other web pages and other machines may send changes nothing.
func TestForgedRequests(t *testing.T) {
	f := newFixture(t, 1, "")
	good := f.form(t, "q1")
	without := url.Values{"box": {box}, "key": {"q1"}}
	wrong := url.Values{"box": {box}, "key": {"q1"}, "secret": {strings.Repeat("0", 64)}}
	for _, c := range []struct {
		name, method, path string
		form               url.Values
		code               int
		header             []string
	}{
		{"another site", "POST", "/forget", good, 403, []string{"Sec-Fetch-Site", "cross-site"}},
		{"another port", "POST", "/forget", good, 403, []string{"Sec-Fetch-Site", "same-site"}},
		{"another origin", "POST", "/forget", good, 403, []string{"Origin", "https://evil.example"}},
		{"no origin", "POST", "/forget", good, 403, []string{"Origin", "null"}},
		{"no secret", "POST", "/forget", without, 403, nil},
		{"another secret", "POST", "/forget", wrong, 403, nil},
		{"no secret", "POST", "/retry", without, 403, nil},
		{"a token that there is none of", "POST", "/forget", without, 403, []string{"Authorization", "Bearer "}},
		{"another name", "POST", "/forget", good, 421, []string{"Host", "evil.example:8080"}},
		{"another name", "GET", "/", nil, 421, []string{"Host", "evil.example"}},
		{"another address", "GET", "/", nil, 421, []string{"Host", "192.0.2.1:8080"}},
		{"a name that begins so", "GET", "/", nil, 421, []string{"Host", "localhost.evil.example"}},
		{"GET", "GET", "/retry?" + good.Encode(), nil, 404, nil},
		{"PUT", "PUT", "/forget", good, 405, nil},
		{"DELETE", "DELETE", "/", nil, 405, nil},
	} {
		if resp, text := f.do(t, c.method, c.path, c.form, c.header...); resp.StatusCode != c.code {
			t.Errorf("%s %s, %s: %s, want %d\n%s", c.method, c.path, c.name, resp.Status, c.code, text)
		}
	}
	if got := f.state(t, "q1"); got != inbox.StateQuarantined {
		t.Errorf("the message is %s", got)
	}
	for _, host := range []string{"localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:8080", "[::ffff:127.0.0.1]"} {
		f.get(t, "/", "Host", host)
	}
	big := url.Values{"secret": {strings.Repeat("x", maxForm)}}
	if resp, _ := f.do(t, http.MethodPost, "/forget", big); resp.StatusCode != http.StatusForbidden {
		t.Error("a large form:", resp.Status)
	}
}

func TestToken(t *testing.T) {
	const token = "0123456789abcdef-token"
	f := newFixture(t, 2, token)
	form := url.Values{"box": {box}, "key": {"q1"}}
	if resp, _ := f.do(t, http.MethodGet, "/", nil); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/login" {
		t.Error(resp.Status)
	}
	for _, bearer := range []string{"Bearer ", "Bearer wrong", "Bearer " + token + "x"} {
		if resp, text := f.do(t, http.MethodGet, "/", nil, "Authorization", bearer); resp.StatusCode != http.StatusUnauthorized || strings.Contains(text, box) {
			t.Error(bearer, resp.Status)
		}
	}
	if resp, _ := f.do(t, http.MethodPost, "/forget", form); resp.StatusCode != http.StatusUnauthorized {
		t.Error(resp.Status)
	}
	// A program needs the token only, and another name of the machine is right.
	f.get(t, "/", "Authorization", "Bearer "+token, "Host", "mail.example.org")
	if resp, _ := f.do(t, http.MethodPost, "/retry", form, "Authorization", "Bearer "+token); resp.StatusCode != http.StatusSeeOther || f.state(t, "q1") != inbox.StateNew {
		t.Error(resp.Status, f.state(t, "q1"))
	}
	// A person logs in.
	if resp, text := f.do(t, http.MethodPost, "/login", url.Values{"token": {"wrong"}}); resp.StatusCode != http.StatusUnauthorized || resp.Header.Get("Set-Cookie") != "" || !strings.Contains(text, "This is not the token") {
		t.Error(resp.Status, text)
	}
	resp, _ := f.do(t, http.MethodPost, "/login", url.Values{"token": {token}})
	set := resp.Header.Get("Set-Cookie")
	if resp.StatusCode != http.StatusSeeOther || !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Strict") || strings.Contains(set, token) {
		t.Fatal(resp.Status, set)
	}
	cookie, _, _ := strings.Cut(set, ";")
	if resp, _ := f.do(t, http.MethodPost, "/forget", url.Values{"box": {box}, "key": {"q2"}}, "Cookie", cookie); resp.StatusCode != http.StatusForbidden {
		t.Error("a cookie without a form's secret:", resp.Status)
	}
	good := f.form(t, "q2", "Cookie", cookie)
	if resp, _ := f.do(t, http.MethodPost, "/forget", good, "Cookie", cookie); resp.StatusCode != http.StatusSeeOther || f.state(t, "q2") != "forgotten" {
		t.Error(resp.Status)
	}
	if resp, _ := f.do(t, http.MethodGet, "/", nil, "Cookie", cookieName+"=made-up"); resp.StatusCode != http.StatusSeeOther {
		t.Error("a cookie that was made up:", resp.Status)
	}
	if resp, _ := f.do(t, http.MethodPost, "/logout", good, "Cookie", cookie); resp.StatusCode != http.StatusSeeOther {
		t.Error(resp.Status)
	}
	if resp, _ := f.do(t, http.MethodGet, "/", nil, "Cookie", cookie); resp.StatusCode != http.StatusSeeOther {
		t.Error("a cookie after the end of its session:", resp.Status)
	}
	session := f.page.guard.begin(time.Now().Add(-13 * time.Hour))
	if resp, _ := f.do(t, http.MethodGet, "/", nil, "Cookie", cookieName+"="+session); resp.StatusCode != http.StatusSeeOther {
		t.Error("an old session:", resp.Status)
	}
}

func TestCheckAddress(t *testing.T) {
	const token = "0123456789abcdef"
	for _, c := range []struct {
		address, token string
		ok             bool
	}{
		{"127.0.0.1:8080", "", true}, {"localhost:0", "", true}, {"[::1]:8080", "", true}, {"127.9.9.9:1", "", true},
		{":8080", "", false}, {"0.0.0.0:8080", "", false}, {"[::]:8080", "", false}, {"192.0.2.1:80", "", false},
		{"mail.example.org:80", "", false}, {"localhost.example.org:80", "", false}, {"8080", "", false}, {"", "", false},
		{":8080", token, true}, {"127.0.0.1:8080", token, true}, {":8080", "short", false}, {"127.0.0.1:1", "short", false},
	} {
		if err := CheckAddress(c.address, c.token); (err == nil) != c.ok {
			t.Errorf("%s, %q: %v", c.address, c.token, err)
		}
	}
}

// All messages are on some page, once, and no page is long.
func TestPaging(t *testing.T) {
	const n = 3*messagesOnPage + 7
	f := newFixture(t, n, "")
	next := regexp.MustCompile(`<a href="([^"]+)">More messages</a>`)
	key := regexp.MustCompile(`/message\?box=tickets&amp;key=(q\d+)`)
	seen := map[string]int{}
	pages := 0
	for path := "/box?box=tickets"; path != ""; pages++ {
		text := f.get(t, path)
		keys := key.FindAllStringSubmatch(text, -1)
		if len(keys) > messagesOnPage {
			t.Errorf("%d messages on a page", len(keys))
		}
		for _, match := range keys {
			seen[match[1]]++
		}
		path = ""
		if match := next.FindStringSubmatch(text); match != nil {
			path = html.UnescapeString(match[1])
		}
	}
	if len(seen) != n || pages != 4 {
		t.Errorf("%d messages on %d pages", len(seen), pages)
	}
	for key, times := range seen {
		if times != 1 {
			t.Errorf("%s is there %d times", key, times)
		}
	}
}

// The boxes that need a person are on the first of the pages.
func TestManyBoxes(t *testing.T) {
	f := newFixture(t, 1, "")
	for i := range 2 * boxesOnPage {
		_, err := f.ledger.StartScan(context.Background(), fmt.Sprintf("box %03d", i), "source", "w", time.Minute)
		must(t, err)
	}
	first := f.get(t, "/")
	if !strings.Contains(first, ">tickets<") || !strings.Contains(first, "1 to 50 of 101") || !strings.Contains(first, "More mailboxes") {
		t.Error(first)
	}
	if last := f.get(t, "/?page=99"); !strings.Contains(last, "101 to 101 of 101") || !strings.Contains(last, "box 099") {
		t.Error(last)
	}
}

func TestRelative(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		0: "now", -5 * time.Second: "5 seconds ago", -90 * time.Second: "90 seconds ago", -5 * time.Minute: "5 minutes ago",
		-100 * time.Minute: "100 minutes ago", -26 * time.Hour: "26 hours ago", -72 * time.Hour: "3 days ago", time.Hour: "in 60 minutes",
	} {
		if got := relative(now.Add(d), now); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	if got := exact(time.Time{}, now); got != "never" {
		t.Error(got)
	}
	if got := string(both(now, now)); !strings.HasSuffix(got, now.Local().Format(">now</time> (2006-01-02 15:04:05 -0700)")) {
		t.Error(got)
	}
}
