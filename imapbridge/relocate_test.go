package imapbridge_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// What a server says while messages move, and what counts as moved.
func TestRelocate(t *testing.T) {
	const fetch = "C: T UID FETCH 4:6 (UID)\nS: * 1 FETCH (UID 4)\nS: * 2 FETCH (UID 5)\nS: * 3 FETCH (UID 6)\nS: T OK done\n"
	for _, test := range []struct {
		name, script string
		uids         []int
		left         int // of three messages; the mailbox has six others
		kind         error
	}{
		{"whole", fetch + "C: T UID MOVE 4:6 \"Box\"\nS: * OK [COPYUID 7 4:6 21:23] moved\nS: * 1 EXPUNGE\nS: * 1 EXPUNGE\nS: * 1 EXPUNGE\nS: T OK done", []int{4, 5, 6}, 0, nil},
		{"in part", fetch + "C: T UID MOVE 4:6 \"Box\"\nS: * OK [COPYUID 7 4,6 21:22] moved\nS: * 3 EXPUNGE\nS: * 1 EXPUNGE\nS: T OK done", []int{4, 6}, 1, nil},
		{"others", fetch + "C: T UID MOVE 4:6 \"Box\"\nS: * OK [COPYUID 7 1:9 21:29] moved\nS: T OK done", []int{4, 5, 6}, 3, nil},
		{"untold", fetch + "C: T UID MOVE 4:6 \"Box\"\nS: * 1 EXPUNGE\nS: T OK done", []int{4, 5, 6}, 2, nil},
		{"nonsense", fetch + "C: T UID MOVE 4:6 \"Box\"\nS: * OK [COPYUID 7 4:6 0] moved\nS: T OK done", []int{4, 5, 6}, 3, nil},
		{"refused", fetch + "C: T UID MOVE 4:6 \"Box\"\nS: T NO no", nil, 3, backend.ErrRefused},
		{"refused in part", fetch + "C: T UID MOVE 4:6 \"Box\"\nS: * OK [COPYUID 7 5 21] moved\nS: * 2 EXPUNGE\nS: T NO no", []int{5}, 2, backend.ErrRefused},
		{"more than asked for", "C: T UID FETCH 4:6 (UID)\nS: * 1 FETCH (UID 4)\nS: * 2 FETCH (UID 50)\nS: * 3 FETCH (UID 0)\nS: T OK done\n" +
			"C: T UID MOVE 4 \"Box\"\nS: T OK done", []int{4}, 3, nil},
		{"gone meanwhile", "C: T UID FETCH 4:6 (UID)\nS: * 1 FETCH (UID 4)\nS: * 2 FETCH (UID 5)\nS: * 1 EXPUNGE\nS: T OK done\n" +
			"C: T UID MOVE 5 \"Box\"\nS: * 1 EXPUNGE\nS: T OK done", []int{5}, 1, nil},
		{"gone for ever", fetch + "C: T UID MOVE 4:6 \"Box\"\nS: T NO [EXPUNGEISSUED] gone\n" + "C: T UID FETCH 4:6 (UID)\nS: T OK done", nil, 3, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := openUIDPlus(t, test.script)
			uids, told, err := s.Relocate(ctx, backend.Set{UID: true, Ranges: []backend.Range{{First: 4, Last: 6}}}, "Box")
			if !slices.Equal(uids, test.uids) || !errors.Is(err, test.kind) {
				t.Errorf("got %v, %v, %v, want %v, %v", uids, told, err, test.uids, test.kind)
			}
			if n := s.State().Messages - 6; n != test.left {
				t.Errorf("%d messages are left, want %d", n, test.left)
			}
		})
	}
}
