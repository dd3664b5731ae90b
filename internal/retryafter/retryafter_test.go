package retryafter_test

import (
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/internal/retryafter"
)

func TestParse(t *testing.T) {
	now := time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC)
	for field, want := range map[string]time.Duration{
		"0": 0, "7": 7 * time.Second, " 7 ": 7 * time.Second, "86401": 24 * time.Hour, "2147483647": 24 * time.Hour,
		"Sun, 29 Nov 2026 02:01:00 GMT": time.Minute, "Sun, 29 Nov 2026 01:00:00 GMT": 0, "Mon, 29 Nov 2027 02:00:00 GMT": 24 * time.Hour,
		"": -1, "-7": -1, "7.5": -1, "soon": -1, "99999999999999999999": -1,
	} {
		got, ok := retryafter.Parse(field, now)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %v, %t", field, got, ok)
		}
	}
}

// FuzzParse reads any field.
func FuzzParse(f *testing.F) {
	f.Add("120")
	f.Add("Fri, 31 Dec 1999 23:59:59 GMT")
	f.Fuzz(func(t *testing.T, field string) {
		d, ok := retryafter.Parse(field, time.Now())
		if d < 0 || d > 24*time.Hour || !ok && d != 0 {
			t.Errorf("%v, %t", d, ok)
		}
	})
}
