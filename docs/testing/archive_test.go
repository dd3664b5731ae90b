package archive

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

const letter = "From: ann@example.org\nSubject: lunch?\n\nAt one?\n"

const invoice = `From: =?utf-8?q?Gr=C3=BCn?= <shop@example.com>
Subject: =?utf-8?q?Rechnung_f=C3=BCr_M=C3=A4rz?=
Date: Mon, 3 Mar 2025 08:12:44 +0100
Content-Type: application/pdf; name=invoice.pdf
Content-Transfer-Encoding: base64

JVBERi0=
`

// newMailbox returns a server with a letter and an invoice, and its INBOX.
func newMailbox(t *testing.T) (*imaptest.Server, *imapcompat.Connection) {
	srv := imaptest.NewServer(t, letter, invoice)
	if err := srv.CreateMailbox("Invoices"); err != nil {
		t.Fatal(err)
	}
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mbox.Close() })
	return srv, mbox
}

func TestInvoices(t *testing.T) {
	srv, mbox := newMailbox(t)
	subjects, err := invoices(mbox)
	if err != nil || !slices.Equal(subjects, []string{"Rechnung für März"}) {
		t.Errorf("got %q, %v", subjects, err)
	}
	if left, moved := len(srv.Messages("INBOX")), len(srv.Messages("Invoices")); left != 1 || moved != 1 {
		t.Errorf("%d left, %d moved", left, moved)
	}
}

func TestInvoicesRefused(t *testing.T) {
	srv, mbox := newMailbox(t)
	if err := srv.Refuse("COPY", 1, "[OVERQUOTA] Quota exceeded"); err != nil {
		t.Fatal(err)
	}
	if _, err := invoices(mbox); !errors.Is(err, imapcompat.ErrRefused) {
		t.Errorf("got %v", err)
	}
	if left := len(srv.Messages("INBOX")); left != 2 {
		t.Errorf("%d left: mail is lost", left)
	}
}

func TestThirdRefused(t *testing.T) {
	srv := imaptest.NewServer(t, invoice, invoice, invoice, invoice)
	if err := srv.CreateMailbox("Invoices"); err != nil {
		t.Fatal(err)
	}
	if err := srv.Fail(imaptest.Fault{Command: "COPY", Skip: 2, Refuse: "[OVERQUOTA] Quota exceeded"}); err != nil {
		t.Fatal(err)
	}
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithReadAhead(imapcompat.ReadAheadOff))
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()
	if moved, err := invoices(mbox); len(moved) != 2 || !errors.Is(err, imapcompat.ErrRefused) {
		t.Errorf("moved %q, %v", moved, err)
	}
}

func TestHeader(t *testing.T) {
	arrival := time.Date(2025, 3, 3, 7, 12, 45, 0, time.UTC)
	srv := imaptest.Config{Messages: []imaptest.Message{{Text: invoice, Date: arrival}}}.NewServer(t)
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()
	header, err := mbox.HeaderInfo(1)
	if err != nil {
		t.Fatal(err)
	}
	imaptest.Golden(t, "testdata/invoice.json", header) // written by PHP
}
