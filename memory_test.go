package imapcompat_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// textSize is the length of the texts that memory is measured on, in octets.
const textSize = 8 << 20

// maxTimes is how many times the length of its text a function may allocate, all of
// it together. As no more than that can be in memory at once, the figure does not
// depend on when the collector runs.
const maxTimes = 12

// maxAppended is maxTimes where a list of unknown length is the result: append
// allocates five times what it ends with, and holds less than two of it.
const maxAppended = 40

// repetitions are what a hostile text says over and over: the cheapest things that
// a parser of headers keeps.
var repetitions = []string{
	"a,", "<a>,", "<,", ":;", "a:;", "(", `"`, `\`, "@a,", "a@b.", "=?a?q??=", "=?a?b?YQ==?=", "=?", "\xe4", "\r\n ",
}

// TestMemoryOfTexts calls the functions on text with texts of 8 MiB.
func TestMemoryOfTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("allocates gigabytes")
	}
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
		for _, unit := range repetitions {
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

// allocated is how many octets call allocates.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// BenchmarkMemory reports the most that the heap holds while a call reads a message of
// 8 MiB over POP3, in lengths of the message. The server's copies of it, which are in
// this process, count as well.
func BenchmarkMemory(b *testing.B) {
	texts := map[string]string{
		"To":       "To: " + strings.Repeat("a,", textSize/2) + "\r\n\r\n",
		"From":     "From: " + strings.Repeat("a,", textSize/2) + "\r\n\r\n",
		"Comments": "From: " + strings.Repeat("(", textSize) + "\r\n\r\n",
		"Params":   "Content-Type: text/plain" + strings.Repeat(";a", textSize/2) + "\r\n\r\n",
		"Parts":    "Content-Type: multipart/mixed; boundary=a\r\n\r\n" + strings.Repeat("--a\r\n", textSize/5),
	}
	calls := map[string]func(*imapcompat.Connection) error{
		"HeaderInfo":     func(c *imapcompat.Connection) error { _, err := c.HeaderInfo(1); return err },
		"FetchOverview":  func(c *imapcompat.Connection) error { _, err := c.FetchOverview("1"); return err },
		"FetchStructure": func(c *imapcompat.Connection) error { _, err := c.FetchStructure(1); return err },
		"Body":           func(c *imapcompat.Connection) error { _, err := c.Body(1); return err },
		"Sort":           func(c *imapcompat.Connection) error { _, err := c.Sort(imapcompat.SORTFROM, false); return err },
		"Thread":         func(c *imapcompat.Connection) error { _, err := c.Thread(); return err },
	}
	for text, message := range texts {
		srv := imaptest.NewServer(b, message)
		for name, call := range calls {
			b.Run(name+"/"+text, func(b *testing.B) {
				var most uint64
				for b.Loop() {
					mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
					if err != nil {
						b.Fatal(err)
					}
					most = max(most, heapPeak(func() { err = call(mbox) }))
					mbox.Close()
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(most)/textSize, "heap/text")
			})
		}
	}
}

// heapPeak is how much the heap grows while call runs, at most, looked at all the time.
func heapPeak(call func()) uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	before, most := stats.HeapAlloc, uint64(0)
	done, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		for {
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapAlloc-min(before, stats.HeapAlloc))
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	call()
	close(done)
	<-looked
	return most
}
