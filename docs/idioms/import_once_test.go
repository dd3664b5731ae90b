package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// TestImportOnceMarksEach checks that each message is marked before the next one is read. A
// program that dies then leaves at most one message imported but not marked.
func TestImportOnceMarksEach(t *testing.T) {
	var messages []string
	for i := range 6 {
		messages = append(messages, fmt.Sprintf("Subject: invoice\nMessage-ID: <%d@example.com>\n\n", i+1))
	}
	srv := imaptest.NewServer(t, messages...)
	must(t, importOnce(srv.IMAPRef(), srv.User, srv.Password))
	var marks []string
	for i := range messages {
		marks = append(marks, fmt.Sprintf("UID STORE %d +FLAGS.SILENT (Imported)", i+1))
	}
	var got []string
	for _, line := range srv.Transcript() {
		if _, command, _ := strings.Cut(line, " "); strings.HasPrefix(command, "UID STORE") {
			got = append(got, command)
		}
	}
	if !slices.Equal(got, marks) {
		t.Errorf("got %q, want %q", got, marks)
	}
}

func TestImportOnceWithoutKeywords(t *testing.T) {
	srv := imaptest.Config{Without: []string{"KEYWORDS"}}.NewServer(t, "Subject: invoice\n\n")
	if err := importOnce(srv.IMAPRef(), srv.User, srv.Password); err == nil {
		t.Error("imported, and it will be each time")
	}
}
