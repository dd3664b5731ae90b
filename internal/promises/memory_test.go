package promises_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/short"
)

// textSize is the length of the texts that memory is measured on, in octets.
const textSize = 8 << 20

// maxTimes limits all allocations of a function, in multiples of the length of its text. No
// more than that can be in memory at once, so the figure does not depend on the collector.
const maxTimes = 12

// maxAppended is the limit for results that are lists of unknown length: append allocates five
// times the final size, and holds less than two.
const maxAppended = 40

// repetitions are the texts that a hostile text repeats: the cheapest ones that a parser of
// headers keeps.
var repetitions = []string{
	"a,", "<a>,", "<,", ":;", "a:;", "(", `"`, `\`, "@a,", "a@b.", "=?a?q??=", "=?a?b?YQ==?=", "=?", "\xe4", "\r\n ",
}

// TestMemoryOfTexts calls the functions on text with texts of 8 MiB.
func TestMemoryOfTexts(t *testing.T) {
	for _, test := range []struct {
		name  string
		times uint64
		call  func(text string)
	}{
		{"RFC822ParseAdrList", maxTimes, func(s string) { imapcompat.RFC822ParseAdrList(s, "h.example") }},
		{"RFC822ParseHeaders of From", maxTimes, func(s string) { imapcompat.RFC822ParseHeaders("From: " + s) }},
		{"RFC822ParseHeaders of References", maxTimes, func(s string) { imapcompat.RFC822ParseHeaders("References: " + s) }},
		{"MIMEHeaderDecode", maxAppended, func(s string) { imapcompat.MIMEHeaderDecode(s) }},
		{"UTF8", maxTimes, func(s string) { imapcompat.UTF8(s) }},
		{"UTF7Encode", maxTimes, func(s string) { imapcompat.UTF7Encode(s) }},
	} {
		var most uint64
		var costly string
		for _, unit := range short.Sample(repetitions, 8) {
			text := strings.Repeat(unit, textSize/len(unit))
			got := allocated(func() { test.call(text) })
			if got > test.times*textSize {
				t.Errorf("%s, %q repeated: %.1f times its length", test.name, unit, float64(got)/textSize)
			}
			if got > most {
				most, costly = got, unit
			}
		}
		t.Logf("%s: at most %.1f times the length of the text, for %q", test.name, float64(most)/textSize, costly)
	}
}

// allocated returns the octets that call allocates.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
