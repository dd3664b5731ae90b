package recipes

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// Each Go example of the page stands in the file of this folder.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../inbox.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("inbox.go")
	if err != nil {
		t.Fatal(err)
	}
	examples := strings.Split(string(page), "```go\n")[1:]
	for _, example := range examples {
		example, _, _ = strings.Cut(example, "```")
		if !strings.Contains(string(code), example) {
			t.Errorf("not in the file:\n%s", example)
		}
	}
	if len(examples) < 8 {
		t.Errorf("%d examples", len(examples))
	}
}

const (
	question = "From: ann@example.org\nSubject: =?utf-8?Q?Dr=C3=BCcker?=\nMessage-ID: <1@example.org>\n\nIt is on fire.\n"
	invoice  = "From: ben@example.org\nSubject: invoice\nMessage-ID: <2@example.org>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" +
		"--b\n\nPlease pay.\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"../a.pdf\"\n\nPDF\n--b--\n"
	bounce = "From: MAILER-DAEMON@example.org\nSubject: failure\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n" +
		"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n" +
		"Final-Recipient: rfc822; nobody@example.org\nAction: failed\nStatus: 5.1.1\n--b--\n"
)

// process runs a handler over messages, and returns the report.
func process(t *testing.T, ledger *sqlledger.Ledger, handle inbox.Handler, messages ...string) inbox.Report {
	t.Helper()
	srv := imaptest.NewServer(t, messages...)
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()
	job := inbox.Job{Box: inbox.New(mbox, ledger, inbox.Named("tickets")), Handle: handle}
	report, err := job.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func open(t *testing.T) *sqlledger.Ledger {
	t.Helper()
	ledger, err := sqlledger.Open(filepath.Join(t.TempDir(), "inbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ledger.Close() })
	return ledger
}

func TestProcessInbox(t *testing.T) {
	t.Chdir(t.TempDir())
	srv := imaptest.NewServer(t, question, invoice)
	n := 0
	count := func(context.Context, *inbox.Message) error { n++; return nil }
	for range 2 {
		if err := processInbox(t.Context(), srv.IMAP(), srv.User, srv.Password, count); err != nil {
			t.Fatal(err)
		}
	}
	if n != 2 || len(srv.Messages("Processed")) != 2 {
		t.Errorf("%d calls, %d messages moved", n, len(srv.Messages("Processed")))
	}
}

func TestLoop(t *testing.T) {
	srv := imaptest.NewServer(t, question, invoice)
	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()
	n := 0
	count := func(context.Context, *inbox.Message) error { n++; return nil }
	for range 2 {
		if err := processLoop(t.Context(), inbox.New(mbox, open(t)), count); err != nil {
			t.Fatal(err)
		}
	}
	if n != 4 { // two ledgers
		t.Errorf("%d calls", n)
	}
}

func TestTickets(t *testing.T) {
	ledger := open(t)
	if _, err := ledger.DB().Exec("CREATE TABLE ticket (subject TEXT, text TEXT)"); err != nil {
		t.Fatal(err)
	}
	if r := process(t, ledger, tickets(ledger.DB()), question); r.Done != 1 {
		t.Errorf("report %v", r)
	}
	var subject, text string
	if err := ledger.DB().QueryRow("SELECT subject, text FROM ticket").Scan(&subject, &text); err != nil {
		t.Fatal(err)
	}
	if subject != "Drücker" || strings.TrimSpace(text) != "It is on fire." {
		t.Errorf("%q %q", subject, text)
	}
}

func TestInvoices(t *testing.T) {
	root := t.TempDir()
	process(t, open(t), invoices(root), invoice)
	process(t, open(t), invoices(root), invoice) // another mailbox: another key
	files, _ := filepath.Glob(filepath.Join(root, "*", "*.pdf"))
	if len(files) != 2 {
		t.Fatalf("files %q", files)
	}
	if text, _ := os.ReadFile(files[0]); strings.TrimSpace(string(text)) != "PDF" {
		t.Errorf("the file has %q", text)
	}
}

func TestBounces(t *testing.T) {
	var addresses []string
	r := process(t, open(t), bounces(func(address, status string) error {
		addresses = append(addresses, address+" "+status)
		return nil
	}), question, bounce)
	if !slices.Equal(addresses, []string{"nobody@example.org 5.1.1"}) || r.Done != 1 || r.Skipped != 1 {
		t.Errorf("%q, report %v", addresses, r)
	}
}

func TestForward(t *testing.T) {
	keys := map[string]string{}
	status := http.StatusOK
	queue := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		keys[r.Header.Get("Idempotency-Key")] = string(text)
		w.WriteHeader(status)
	}))
	defer queue.Close()
	if r := process(t, open(t), forward(queue.Client(), queue.URL), question, invoice); r.Done != 2 || len(keys) != 2 {
		t.Errorf("report %v, %d keys", r, len(keys))
	}
	for code, want := range map[int]inbox.Report{
		http.StatusServiceUnavailable:  {New: 1, Failed: 1, Left: 1},
		http.StatusInternalServerError: {New: 1, Failed: 1, Left: 1},
		http.StatusUnprocessableEntity: {New: 1, Quarantined: 1},
	} {
		status = code
		r := process(t, open(t), forward(queue.Client(), queue.URL), question)
		if r.Duration = 0; r != want {
			t.Errorf("%d: report %v, want %v", code, r, want)
		}
	}
}

func TestMigrate(t *testing.T) {
	var handled []string
	handle := migrate(
		func(id string) (bool, error) { return id == "<1@example.org>", nil },
		func(ctx context.Context, msg *inbox.Message) error {
			handled = append(handled, msg.Header().MessageID)
			return nil
		})
	if r := process(t, open(t), handle, question, invoice); r.Done != 2 || !slices.Equal(handled, []string{"<2@example.org>"}) {
		t.Errorf("%q, report %v", handled, r)
	}
}
