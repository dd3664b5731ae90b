package backend_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

func TestConfigHidesThePassword(t *testing.T) {
	cfg := backend.Config{Host: "mail.example.org", Port: 993, User: "ada", AuthUser: "admin", Password: "hunter2"}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%o", "%c"} {
		for _, value := range []any{cfg, &cfg, []backend.Config{cfg}, struct{ C backend.Config }{cfg}} {
			text := fmt.Sprintf(format, value)
			if strings.Contains(text, "hunter2") {
				t.Errorf("%s of %T: %s", format, value, text)
			}
		}
	}
	if got, want := cfg.String(), "admin as ada on mail.example.org:993"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestErrorMatches(t *testing.T) {
	err := fmt.Errorf("while reading: %w", &backend.Error{Kind: backend.ErrConnectionLost, Text: "gone", Err: io.ErrUnexpectedEOF})
	for _, target := range []error{backend.ErrConnectionLost, io.ErrUnexpectedEOF} {
		if !errors.Is(err, target) {
			t.Errorf("%v does not match %v", err, target)
		}
	}
	if errors.Is(err, backend.ErrTimeout) {
		t.Errorf("%v matches a timeout", err)
	}
	if alone := (&backend.Error{Kind: backend.ErrRefused, Text: "no"}); !errors.Is(alone, backend.ErrRefused) || alone.Error() != "no" {
		t.Errorf("got %v", alone)
	}
}
