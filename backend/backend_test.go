package backend_test

import (
	"errors"
	"fmt"
	"io"
	"math"
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

func TestSectionCut(t *testing.T) {
	for _, test := range []struct {
		section backend.Section
		want    string
	}{
		{backend.Section{}, "abcdef"},
		{backend.Section{Size: 2}, "ab"},
		{backend.Section{Offset: 4, Size: 2}, "ef"},
		{backend.Section{Offset: 5, Size: 2}, "f"},
		{backend.Section{Offset: 6, Size: 2}, ""},
		{backend.Section{Offset: 7, Size: math.MaxInt}, ""},
		{backend.Section{Offset: 1, Size: math.MaxInt}, "bcdef"},
		{backend.Section{Offset: -1, Size: 1}, "a"},
	} {
		if got := string(test.section.Cut([]byte("abcdef"))); got != test.want {
			t.Errorf("%+v: got %q, want %q", test.section, got, test.want)
		}
	}
	if (backend.Section{Size: 1}).Cut(nil) != nil {
		t.Error("a section that is not there has become an empty one")
	}
}
