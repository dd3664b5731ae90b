package mime

import (
	"github.com/imapcompat/imapcompat/internal/short"
	"runtime"
	"strings"
	"testing"
)

// TestMemory checks that parsing allocates at most 12 times the length of a message of 8 MiB
// that repeats the most expensive text.
func TestMemory(t *testing.T) {
	const size, times = 8 << 20, 12
	const multipart = "Content-Type: multipart/mixed; boundary=a\n"
	tests := []struct{ name, begin, unit string }{
		{"parameters", "Content-Type: text/plain", ";a"},
		{"parameters with values", "Content-Type: text/plain", ";a=b"},
		{"parameters of a disposition", "MIME-Version: 1.0\nContent-Disposition: inline", ";a"},
		{"languages", "MIME-Version: 1.0\nContent-Language: ", "a,"},
		{"comments", "Content-Type: text/plain; ", "("},
		{"fields", "MIME-Version: 1.0\n", "Content-ID:\n"},
		{"empty parts", multipart + "\n", "--a\n"},
		{"parts with parameters", multipart + "\n", "--a\nContent-Type:a/b;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a\n"},
		{"messages", multipart + "\n", "--a\nContent-Type:message/rfc822\n\n\n"},
		{"multiparts within multiparts", "", multipart + "\n--a\n"},
	}
	for _, test := range short.Sample(tests, 4) {
		text := []byte(test.begin + strings.Repeat(test.unit, size/len(test.unit)))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m := Parse(text, nil, func(string) {})
		runtime.ReadMemStats(&after)
		got := after.TotalAlloc - before.TotalAlloc
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(m)
		runtime.KeepAlive(text)
		t.Logf("%s: %.1f times allocated, %.1f times kept", test.name, float64(got)/size, float64(after.HeapAlloc)/size)
		if got > times*size {
			t.Errorf("%s: %.1f times the length of the text", test.name, float64(got)/size)
		}
	}
}
