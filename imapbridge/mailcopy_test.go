package imapbridge_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// everySecond returns every second message from 2 to 2n.
func everySecond(n int) (set backend.Set) {
	for i := 1; i <= n; i++ {
		set.Ranges = append(set.Ranges, backend.Range{First: 2 * i, Last: 2 * i})
	}
	return set
}

func sequence(set backend.Set, shift int) string {
	var list []string
	for _, r := range set.Ranges {
		list = append(list, fmt.Sprint(r.First-shift))
	}
	return strings.Join(list, ",")
}

// A large set takes several commands. An EXPUNGE during one moves the numbers of the next.
func TestCopyInParts(t *testing.T) {
	set := everySecond(310)
	first, second := backend.Set{Ranges: set.Ranges[:300]}, backend.Set{Ranges: set.Ranges[300:]}
	start := `S: * 1000 EXISTS
		C: T COPY ` + sequence(first, 0) + ` "Box"
		S: * 3 EXPUNGE
		S: T OK done
		C: T COPY ` + sequence(second, 1) + ` "Box"
		`
	for _, test := range []struct {
		name, end string
		kind      error
		text      string
	}{
		{"done", "S: T OK done", nil, ""},
		{"refused", "S: T NO [OVERQUOTA] full", backend.ErrRefused, "[OVERQUOTA] full: some messages had been copied"},
		{"lost", "S: !", backend.ErrConnectionLost, "some messages had been copied, and others may have been"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := open(t, "C: T NOOP\n"+strings.Replace(start, "EXISTS", "EXISTS\nS: T OK done", 1)+test.end)
			if err := s.Poll(ctx); err != nil {
				t.Fatal(err)
			}
			err := s.Copy(ctx, set, "Box")
			if test.kind != nil {
				checkFailure(t, err, test.kind, test.text)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCopyLost(t *testing.T) {
	s, _ := open(t, "C: T COPY 1 \"Box\"\nS: !")
	err := s.Copy(ctx, numbers(backend.Range{First: 1, Last: 1}), "Box")
	checkFailure(t, err, backend.ErrConnectionLost, "the messages may have been copied or not")

	// The rest of the set was not sent.
	const lost = "[CLOSED] IMAP connection lost"
	for _, err := range []error{
		s.Copy(ctx, numbers(backend.Range{First: 1, Last: 1}), "Box"),
		s.Append(ctx, "INBOX", newMessage("x")),
		s.CreateMailbox(ctx, "Box"),
	} {
		if !errors.Is(err, backend.ErrConnectionLost) || err.Error() != lost {
			t.Errorf("got %v, want %s", err, lost)
		}
	}
}

func one(n int) backend.Range { return backend.Range{First: n, Last: n} }
