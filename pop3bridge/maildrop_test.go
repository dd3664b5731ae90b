package pop3bridge_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// A server that knows PIPELINING is asked for all that an opening needs before it
// has answered any of it, and not before it has accepted the login.
func TestOpeningInOneFlight(t *testing.T) {
	opening := "S: +OK ready\n" + capabilities(pipelining...) +
		"C: USER joe\nS: +OK\nC: PASS secret\nS: +OK\n" + "C: CAPA\nC: STAT\nC: LIST\n"
	const list = "S: +OK\nS: 1 120\nS: 2 130\nS: .\n"
	fetch := backend.Items{Size: true}
	for _, test := range []struct {
		name, dialogue string
		sizes          []int
	}{
		{"answered", opening + "S: +OK\nS: TOP\nS: .\nS: +OK 2 250\n" + list, []int{120, 130}},
		{"LIST refused", opening + "S: +OK\nS: TOP\nS: .\nS: +OK 2 250\nS: -ERR no\n" +
			"C: RETR 1\nS: +OK\nS: A: b\nS: .\nC: RETR 2\nS: +OK\nS: A: bc\nS: .\n", []int{6, 7}},
		{"CAPA refused the second time", opening + "S: -ERR no\nS: +OK 2 250\n" + list +
			"C: RETR 1\nS: +OK\nS: A: b\nS: .\nC: RETR 2\nS: +OK\nS: A: bc\nS: .\n", []int{6, 7}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, test.dialogue).open()
			var sizes []int
			for msg, err := range s.Fetch(ctx, all, fetch) {
				if err != nil {
					t.Fatal(err)
				}
				sizes = append(sizes, msg.Size)
			}
			check(t, "sizes", sizes, test.sizes)
		})
	}
	for name, dialogue := range map[string]string{
		"STAT refused":   opening + `R: +OK\r\n.\r\n-ERR no\r\n-ERR no\r\n` + "\nC: QUIT\n",
		"login refused":  "S: +OK ready\n" + capabilities(pipelining...) + "C: USER joe\nS: +OK\nC: PASS secret\nS: -ERR no\nC: QUIT\nS: +OK\n",
		"broken in STAT": opening + "S: +OK\nS: .\nX\n",
		"broken in LIST": opening + "S: +OK\nS: .\nS: +OK 2 250\nS: +OK\nS: 1 120\nX\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pop3bridge.Open(ctx, newScript(t, dialogue).config())
			var known *backend.Error
			if !errors.As(err, &known) {
				t.Errorf("got %v", err)
			}
		})
	}
}
