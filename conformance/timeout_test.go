package conformance

import (
	"errors"
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// TestTimeout asks for each timeout, sets it, and asks again.
func TestTimeout(t *testing.T) {
	w := newWorker(t)
	for _, kind := range []int{0, 1, 2, 3, 4, 5} {
		before, err := imapcompat.Timeout(imapcompat.TimeoutType(kind))
		if err == nil {
			defer imapcompat.Timeout(imapcompat.TimeoutType(kind), before)
		}
		for _, seconds := range [][]int{nil, {-1}, {30}, {-1}, {-2}, {0}, nil} {
			args := []any{kind}
			for _, n := range seconds {
				args = append(args, n)
			}
			want := ask(t, w, "imap_timeout", args...)
			n, err := imapcompat.Timeout(imapcompat.TimeoutType(kind), seconds...)
			got := fmt.Sprint(n)
			switch {
			case errors.Is(err, imapcompat.ErrInvalidArgument):
				got = "false"
			case len(seconds) > 0 && seconds[0] >= 0:
				got = "true" // PHP's answer when it sets one
			}
			compare(t, fmt.Sprintf("local/imap_timeout/%v", args), want, got)
		}
	}
}
