package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/postgres"
)

func TestMain(m *testing.M) { os.Exit(postgres.Main(m)) }

// The program runs twice on the same mailboxes, as on two machines.
func TestRun(t *testing.T) {
	database := postgres.Database(t)
	var list []map[string]string
	var servers []*imaptest.Server
	var want []string
	for _, name := range []string{"a", "b"} {
		srv := imaptest.NewServer(t, "From: x@example.org\nSubject: "+name+"1\n\n1\n", "From: x@example.org\nSubject: "+name+"2\n\n2\n")
		servers = append(servers, srv)
		want = append(want, name+"1", name+"2")
		list = append(list, map[string]string{
			"name": name, "mailbox": srv.IMAP(), "user": srv.User, "password": srv.Password, "move": "Processed",
		})
	}
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "mailboxes.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), database, []string{"migrate"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	for range 2 {
		go func() { ended <- run(ctx, database, []string{file}) }()
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		left := 0
		for _, srv := range servers {
			left += len(srv.Messages("INBOX"))
		}
		if left == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d messages are left", left)
		}
	}
	cancel()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), `SELECT subject FROM tickets ORDER BY subject`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("tickets %q, %v, want %q", got, err, want)
	}
}

// docs/scaling.md shows the program unchanged.
func TestShown(t *testing.T) {
	page, err := os.ReadFile("../scaling.md")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```go\n"+string(program)+"```\n") {
		t.Error("docs/scaling.md does not show docs/scaling/main.go as it is")
	}
}
