package imapbridge_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// Logout sends LOGOUT and nothing that would expunge. The session is closed whatever the
// server answers.
func TestLogout(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		kind   error
	}{
		"in order":     {"S: * BYE logging out\n\t\tS: T OK done", nil},
		"without BYE":  {"S: T OK done", nil},
		"refused":      {"S: T NO not now", backend.ErrRefused},
		"disconnected": {"S: !", backend.ErrConnectionLost},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := open(t, `
		C: T STORE 1 +FLAGS.SILENT (\Deleted)
		S: T OK done
		C: T LOGOUT
		`+test.answer)
			if err := s.Store(ctx, numbers(backend.Range{First: 1, Last: 1}), backend.StoreAdd, []string{`\Deleted`}); err != nil {
				t.Fatal(err)
			}
			if err := s.Logout(ctx); !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %v", err, test.kind)
			}
			if err := s.Poll(ctx); !errors.Is(err, backend.ErrConnectionLost) {
				t.Errorf("then %v", err)
			}
		})
	}
}
