package imapbridge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// openUIDPlus is open with a server that has UIDPLUS and MOVE.
func openUIDPlus(t *testing.T, script string) (*imapbridge.Session, *notices) {
	t.Helper()
	n := &notices{}
	server := serve(t, "S: * PREAUTH [CAPABILITY IMAP4rev1 UIDPLUS MOVE] hello\n"+selected+script)
	s, err := imapbridge.Open(ctx, server.config(n))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	if err := s.Select(ctx, "INBOX", false); err != nil {
		t.Fatal(err)
	}
	return s, n
}

// What a server reports about copies, and the result.
func TestCopyUIDs(t *testing.T) {
	const odd = "COPYUID response code that makes no sense"
	many := strings.TrimSuffix(strings.Repeat("1,", 11), ",")
	for _, test := range []struct {
		name, said string
		want       string // the copies of UIDs 1 to 10
		notice     string
	}{
		{"in the tagged response", "S: T OK [COPYUID 7 2,4:5 21:23] done", "7: 2>21 4>22 5>23", ""},
		{"in an untagged one", "S: * OK [COPYUID 7 2,4:5 21:23] moved\nS: T OK done", "7: 2>21 4>22 5>23", ""},
		{"in two", "S: * OK [COPYUID 7 5 21]\nS: * OK [COPYUID 7 1:2 8:9]\nS: T OK done", "7: 1>8 2>9 5>21", ""},
		{"twice", "S: * OK [COPYUID 7 5 21]\nS: T OK [COPYUID 7 5 21] done", "7: 5>21", ""},
		{"in another case", "S: T OK [copyuid 7 5 21] done", "7: 5>21", ""},
		{"backwards", "S: T OK [COPYUID 7 4:2 23:21] done", "7: 2>21 3>22 4>23", ""},
		{"of all UIDs", fmt.Sprintf("S: T OK [COPYUID 7 1:%[1]d 1:%[1]d] done", backend.Max-1), "7: 1>1 2>2 3>3 4>4 5>5 6>6 7>7 8>8 9>9 10>10", ""},
		{"of messages not asked for", "S: T OK [COPYUID 7 100:101 21:22] done", "7:", ""},
		{"not at all", "S: T OK done", "0:", ""},
		{"of a new message", "S: T OK [APPENDUID 7 21] done", "0:", ""},
		{"too few copies", "S: T OK [COPYUID 7 2:4 21:22] done", "0:", odd},
		{"too many copies", "S: T OK [COPYUID 7 2:4 21:24] done", "0:", odd},
		{"more ranges than messages", "S: T OK [COPYUID 7 " + many + " " + many + "] done", "0:", odd},
		{"UID 0", "S: T OK [COPYUID 7 2 0] done", "0:", odd},
		{"UID beyond 32 bits", "S: T OK [COPYUID 7 2 4294967296] done", "0:", odd},
		{"UID beyond 64 bits", "S: T OK [COPYUID 7 2 99999999999999999999] done", "0:", odd},
		{"UIDVALIDITY 0", "S: T OK [COPYUID 0 2 21] done", "0:", odd},
		{"UIDVALIDITY beyond 32 bits", "S: T OK [COPYUID 4294967296 2 21] done", "0:", odd},
		{"asterisk", "S: T OK [COPYUID 7 2:* 21:22] done", "0:", odd},
		{"no number", "S: T OK [COPYUID 7 x y] done", "0:", odd},
		{"nothing between commas", "S: T OK [COPYUID 7 1,,2 3:4] done", "0:", odd},
		{"missing set", "S: T OK [COPYUID 7 2] done", "0:", odd},
		{"no arguments", "S: T OK [COPYUID] done", "0:", odd},
		{"two UIDVALIDITYs", "S: * OK [COPYUID 7 2 21]\nS: T OK [COPYUID 8 3 22] done", "0:", odd},
		{"sense after nonsense", "S: * OK [COPYUID 7 2 0]\nS: T OK [COPYUID 7 3 22] done", "0:", odd},
	} {
		for _, command := range []string{"COPY", "MOVE"} {
			t.Run(command+" "+test.name, func(t *testing.T) {
				s, n := openUIDPlus(t, "C: T "+command+` 1:5 "Box"`+"\n"+test.said)
				do := s.CopyUIDs
				if command == "MOVE" {
					do = s.MoveUIDs
				}
				told, err := do(ctx, numbers(backend.Range{First: 1, Last: 5}), "Box")
				if err != nil {
					t.Fatal(err)
				}
				if got := copies(told); got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
				if got := n.texts(); got != test.notice {
					t.Errorf("noticed %q, want %q", got, test.notice)
				}
			})
		}
	}
}

func copies(told backend.CopiedUIDs) string {
	text := fmt.Sprint(told.UIDValidity, ":")
	text = strings.ReplaceAll(text, " ", "")
	for uid := 1; uid <= 10; uid++ {
		if n := told.Of(uid); n > 0 {
			text += fmt.Sprintf(" %d>%d", uid, n)
		}
	}
	return text
}

// The UIDs from the first command are returned when the second one fails.
func TestCopyUIDsInParts(t *testing.T) {
	set := everySecond(310)
	first, second := backend.Set{Ranges: set.Ranges[:300]}, backend.Set{Ranges: set.Ranges[300:]}
	s, _ := openUIDPlus(t, `C: T NOOP
		S: * 1000 EXISTS
		S: T OK done
		C: T COPY `+sequence(first, 0)+` "Box"
		S: T OK [COPYUID 7 2 21] done
		C: T COPY `+sequence(second, 0)+` "Box"
		S: T NO [OVERQUOTA] full`)
	if err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	told, err := s.CopyUIDs(ctx, set, "Box")
	checkFailure(t, err, backend.ErrRefused, "[OVERQUOTA] full: some messages had been copied")
	if got, want := copies(told), "7: 2>21"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Response codes that no call waits for are not kept for later calls.
func TestCopyUIDsAtOtherTimes(t *testing.T) {
	s, n := openUIDPlus(t, `C: T NOOP
		S: * OK [COPYUID 7 2 21] earlier
		S: T OK [COPYUID x] done
		C: T COPY 1 "Box"
		S: T OK done`)
	if err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	told, err := s.CopyUIDs(ctx, numbers(one(1)), "Box")
	if err != nil || copies(told) != "0:" || n.texts() != "" {
		t.Errorf("got %s, %v, %q", copies(told), err, n.texts())
	}
}

func TestAppendUID(t *testing.T) {
	for _, test := range []struct{ said, want string }{
		{"[APPENDUID 7 21] done", "7 21"},
		{"[APPENDUID 7 21:21] done", "7 21"},
		{"done", "0 0"},
		{"[APPENDUID 7 21:22] done", "0 0"},
		{"[APPENDUID 7 21,22] done", "0 0"},
		{"[APPENDUID 7 0] done", "0 0"},
		{"[APPENDUID 7 4294967296] done", "0 0"},
		{"[APPENDUID 0 21] done", "0 0"},
		{"[APPENDUID 7] done", "0 0"},
		{"[APPENDUID 7 1 21] done", "0 0"},
		{"[COPYUID 7 1 21] done", "0 0"},
	} {
		s, _ := openUIDPlus(t, "C: T APPEND \"Box\" {1}\nS: + go\nC: x\nS: T OK "+test.said)
		uidValidity, uid, err := s.AppendUID(ctx, "Box", newMessage("x"))
		if got := fmt.Sprint(uidValidity, uid); got != test.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", test.said, got, err, test.want)
		}
	}
}

// Nothing is sent to a server without UIDPLUS.
func TestWithoutUIDPlus(t *testing.T) {
	s, _ := open(t, "C: T NOOP\nS: T OK done")
	_, copied := s.CopyUIDs(ctx, numbers(one(1)), "Box")
	_, moved := s.MoveUIDs(ctx, numbers(one(1)), "Box")
	_, _, appended := s.AppendUID(ctx, "Box", newMessage("x"))
	for _, err := range []error{copied, moved, appended, s.ExpungeUIDs(ctx, uids(one(1)))} {
		checkFailure(t, err, backend.ErrNotSupported, "Server has no UIDPLUS")
	}
	if err := s.Poll(ctx); err != nil {
		t.Error(err)
	}
}

// A server with IMAP4rev2 has UIDPLUS even if it does not announce it.
func TestUIDsOfIMAP4rev2(t *testing.T) {
	server := serve(t, "S: * PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2] hello\n"+selected+"C: T UID EXPUNGE 1\nS: T OK done")
	s, err := imapbridge.Open(ctx, server.config(&notices{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	if err := s.Select(ctx, "INBOX", false); err != nil {
		t.Fatal(err)
	}
	if err := s.ExpungeUIDs(ctx, uids(one(1))); err != nil {
		t.Error(err)
	}
}

// CopiedUIDs.Of returns the UID of the copy of a message, or 0 if there is none.
func TestCopiedUIDsOf(t *testing.T) {
	told := backend.CopiedUIDs{UIDValidity: 1, Runs: []backend.UIDRun{{Source: 2, Copy: 10, N: 2}, {Source: 7, Copy: 20, N: 1}}}
	var got []int
	for uid := range 10 {
		got = append(got, told.Of(uid))
	}
	if want := []int{0, 0, 10, 11, 0, 0, 0, 20, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
