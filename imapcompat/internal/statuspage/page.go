// Package statuspage is the page of "imapcompat process --status": what an operator sees of
// the boxes of a ledger, and the two things that he may do to a message. Everything on it that
// comes from mail or from a server is cleaned, and escaped by html/template. No script runs on
// it.
package statuspage

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/imapcompat/imapcompat/imapcompat/internal/survey"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// Ledger is what the page reads and changes: [sqlledger.Ledger].
type Ledger interface {
	Records(ctx context.Context, f sqlledger.Filter) iter.Seq2[inbox.Record, error]
	Record(ctx context.Context, box, key string) (inbox.Record, error)
	Retry(ctx context.Context, box, key string) error
	Forget(ctx context.Context, box, key string) error
}

// Page is the status page.
type Page struct {
	ledger Ledger
	survey *survey.Survey
	token  string // "" if whoever reaches the page may see it
	guard  guard
	now    func() time.Time
}

// New returns the page of a ledger. With a token, readers log in with it; without one, only
// requests to this machine by its own name are answered.
func New(ledger Ledger, s *survey.Survey, token string) *Page {
	return &Page{ledger: ledger, survey: s, token: token, guard: newGuard(), now: time.Now}
}

//go:embed page.html style.css
var files embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"clean": clean, "field": field, "exact": exact, "both": both, "boxURL": boxURL, "messageURL": messageURL,
}).ParseFS(files, "page.html"))

// Handler returns the handler of the page.
func (p *Page) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /style.css", serveStyle)
	mux.HandleFunc("GET /login", p.showLogin)
	mux.HandleFunc("POST /login", p.login)
	for pattern, f := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /{$}":       p.showBoxes,
		"GET /box":       p.showBox,
		"GET /message":   p.showMessage,
		"GET /text":      p.sendText,
		"GET /forget":    p.askToForget,
		"POST /retry":    p.retry,
		"POST /forget":   p.forget,
		"POST /logout":   p.logout,
		"GET /{rest...}": func(http.ResponseWriter, *http.Request) error { return errNoPage },
	} {
		mux.Handle(pattern, p.authorized(f))
	}
	return p.protect(mux)
}

func serveStyle(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, files, "style.css")
}

// frame is what all pages have.
type frame struct {
	Title    string
	Now      time.Time
	Refresh  int    // seconds, or 0
	Here     string // the address of the page without refresh
	Secret   string // of forms
	LoggedIn bool
	Notice   string
	Body     any
}

const refreshSeconds = 30

func (p *Page) show(w http.ResponseWriter, r *http.Request, code int, name string, f frame) error {
	f.Now = p.now()
	f.Secret = p.guard.secret(session(r))
	f.LoggedIn = session(r) != ""
	query := r.URL.Query()
	if query.Has("refresh") {
		f.Refresh = refreshSeconds
	}
	query.Del("refresh")
	query.Del("did")
	f.Here = (&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String()
	f.Notice = notices[r.URL.Query().Get("did")]
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	return pages.ExecuteTemplate(w, name, f)
}

// notices are what a page says after a form: an address chooses one and has no text.
var notices = map[string]string{
	"retry":     "The message is new again. The next pass over its mailbox tries it.",
	"forget":    "The message is forgotten.",
	"gone":      "The ledger does not have this message: it was forgotten, or found to be another one.",
	"done":      "The message was handled meanwhile.",
	"claimed":   "A worker has the message at the moment.",
	"nowhere":   "The message is in no mailbox any more, so it cannot be tried again.",
	"loggedout": "You are logged out.",
}

const (
	boxesOnPage    = 50
	messagesOnPage = 50
)

// boxView is a box for the template.
type boxView struct {
	survey.Box
	Trouble string // what is wrong, or ""
	Running bool
}

func view(b survey.Box) boxView {
	v := boxView{Box: b, Running: b.Health.Running}
	switch {
	case b.Err != nil:
		v.Trouble = "The ledger: " + b.Err.Error()
	case b.Health.Err != nil:
		v.Trouble = b.Health.Err.Error()
	}
	return v
}

// urgency sorts boxes that need a person first.
func (v boxView) urgency() int {
	switch {
	case v.Trouble != "" || v.Running && !v.Health.Connected:
		return 0
	case v.Counts.Quarantined > 0:
		return 1
	case v.Counts.Failed > 0:
		return 2
	}
	return 3
}

type boxesBody struct {
	Boxes          []boxView
	At             time.Time
	Err            string
	Sum            inbox.Counts
	Troubled       int
	From, To, All  int
	Previous, Next string
}

func (p *Page) showBoxes(w http.ResponseWriter, r *http.Request) error {
	boxes, at, err := p.survey.Boxes(r.Context())
	body := boxesBody{At: at, All: len(boxes)}
	if err != nil {
		body.Err = err.Error()
	}
	var views []boxView
	for _, b := range boxes {
		v := view(b)
		views = append(views, v)
		body.Sum.New += b.Counts.New + b.Counts.Claimed
		body.Sum.Failed += b.Counts.Failed
		body.Sum.Quarantined += b.Counts.Quarantined
		if v.urgency() == 0 {
			body.Troubled++
		}
	}
	slices.SortStableFunc(views, func(a, b boxView) int { return a.urgency() - b.urgency() })
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	last := max(0, (len(views)-1)/boxesOnPage)
	number = min(max(number, 0), last)
	from, to := number*boxesOnPage, min((number+1)*boxesOnPage, len(views))
	body.Boxes, body.From, body.To = views[from:to], from+1, to
	if number > 0 {
		body.Previous = "/?page=" + strconv.Itoa(number-1)
	}
	if number < last {
		body.Next = "/?page=" + strconv.Itoa(number+1)
	}
	return p.show(w, r, http.StatusOK, "boxes", frame{Title: "Mailboxes", Body: body})
}

type boxBody struct {
	boxView
	State    inbox.State
	Messages []inbox.Record
	Total    int
	First    string // address of the first page, if this is another one
	Next     string
}

// showBox shows a box and the messages of it that are in a state.
func (p *Page) showBox(w http.ResponseWriter, r *http.Request) error {
	name := r.URL.Query().Get("box")
	box, ok, err := p.survey.Box(r.Context(), name)
	if !ok {
		if err != nil {
			return err
		}
		return errNoBox
	}
	body := boxBody{boxView: view(box), State: inbox.StateQuarantined, Total: box.Counts.Quarantined}
	if r.URL.Query().Get("state") == string(inbox.StateFailed) {
		body.State, body.Total = inbox.StateFailed, box.Counts.Failed
	}
	after := r.URL.Query().Get("after")
	records, err := p.records(r.Context(), name, body.State, after)
	if errors.Is(err, inbox.ErrUnknown) { // it was forgotten meanwhile
		after = ""
		records, err = p.records(r.Context(), name, body.State, "")
	}
	if err != nil && box.Err == nil {
		return err
	}
	if len(records) > messagesOnPage {
		records = records[:messagesOnPage]
		body.Next = boxURL(name, body.State, records[messagesOnPage-1].Key)
	}
	if after != "" {
		body.First = boxURL(name, body.State, "")
	}
	body.Messages = records
	return p.show(w, r, http.StatusOK, "box", frame{Title: clean(name), Body: body})
}

// records returns the messages of a page and one more, if there is one.
func (p *Page) records(ctx context.Context, box string, state inbox.State, after string) ([]inbox.Record, error) {
	var list []inbox.Record
	filter := sqlledger.Filter{Box: box, States: []inbox.State{state}, After: after, Limit: messagesOnPage + 1}
	for r, err := range p.ledger.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

type messageBody struct {
	inbox.Record
	Fields   [][2]string // the header, if the text is kept
	Saved    bool
	CanRetry bool
}

func (p *Page) showMessage(w http.ResponseWriter, r *http.Request) error {
	record, err := p.record(r)
	if err != nil {
		return err
	}
	body := messageBody{Record: record, CanRetry: canRetry(record)}
	if text, err := p.saved(record); err == nil {
		defer text.Close()
		body.Saved = true
		body.Fields = headerFields(text)
	}
	return p.show(w, r, http.StatusOK, "message", frame{Title: "Message " + clean(record.Key), Body: body})
}

func canRetry(r inbox.Record) bool {
	return r.State == inbox.StateFailed || r.State == inbox.StateQuarantined || r.State == inbox.StateSkipped
}

func (p *Page) record(r *http.Request) (inbox.Record, error) {
	return p.ledger.Record(r.Context(), r.FormValue("box"), r.FormValue("key"))
}

// saved opens the text of a message in the folder of its job.
func (p *Page) saved(r inbox.Record) (*os.File, error) {
	folder := p.survey.Saved(r.Box)
	if folder == "" {
		return nil, os.ErrNotExist
	}
	return os.OpenInRoot(folder, r.Key+".eml")
}

// sendText sends the text of a quarantined message as it came. A browser shows it as plain
// text and runs nothing of it.
func (p *Page) sendText(w http.ResponseWriter, r *http.Request) error {
	record, err := p.record(r)
	if err != nil {
		return err
	}
	text, err := p.saved(record)
	if err != nil {
		return errNoText
	}
	defer text.Close()
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="message.txt"`)
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	_, err = io.Copy(w, text)
	return err
}

func (p *Page) askToForget(w http.ResponseWriter, r *http.Request) error {
	record, err := p.record(r)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, "forget", frame{Title: "Forget this message?", Body: record})
}

func (p *Page) retry(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, "retry", p.ledger.Retry)
}

func (p *Page) forget(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, "forget", p.ledger.Forget)
}

// change changes a message, and shows the list that it was in.
func (p *Page) change(w http.ResponseWriter, r *http.Request, did string, f func(ctx context.Context, box, key string) error) error {
	record, err := p.record(r)
	if err == nil && did == "retry" && !canRetry(record) && record.State != inbox.StateClaimed {
		err = sqlledger.ErrDone
	}
	if err == nil {
		err = f(r.Context(), record.Box, record.Key)
	}
	switch {
	case errors.Is(err, inbox.ErrUnknown):
		did = "gone"
	case errors.Is(err, sqlledger.ErrDone):
		did = "done"
	case errors.Is(err, sqlledger.ErrClaimed):
		did = "claimed"
	case errors.Is(err, sqlledger.ErrNowhere):
		did = "nowhere"
	case err != nil:
		return err
	}
	state := inbox.StateQuarantined
	if r.PostFormValue("state") == string(inbox.StateFailed) {
		state = inbox.StateFailed
	}
	to, _ := url.Parse(boxURL(r.PostFormValue("box"), state, ""))
	query := to.Query()
	query.Set("did", did)
	to.RawQuery, to.Fragment = query.Encode(), "messages"
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
	return nil
}

func boxURL(box string, state inbox.State, after string) string {
	query := url.Values{"box": {box}, "state": {string(state)}}
	if after != "" {
		query.Set("after", after)
	}
	return "/box?" + query.Encode()
}

func messageURL(path string, r inbox.Record) string {
	return path + "?" + url.Values{"box": {r.Box}, "key": {r.Key}}.Encode()
}
