package promises_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// Compression changes no result of reading, writing and waiting.
func TestCompression(t *testing.T) {
	srv := imaptest.NewServer(t, texts(40)...)
	name := srv.IMAP()
	plain, compressed := open(t, srv, name), open(t, srv, name, imapcompat.WithCompression())
	isAgreed := func(line string) bool { return strings.HasSuffix(line, "COMPRESS DEFLATE") }
	if !slices.ContainsFunc(srv.Transcript(), isAgreed) {
		t.Fatal("no connection is compressed")
	}
	result := make(chan error, 1)
	go func() { result <- compressed.Wait(soon(t)) }()
	must(t, plain.Append(name, "Subject: long\r\n\r\n"+strings.Repeat("text\r\n", 50_000)))
	must(t, <-result)
	must(t, compressed.Append(name, "Subject: short\r\n\r\n"))
	must(t, plain.Ping())
	must(t, compressed.Ping())
	read := func(mbox *imapcompat.Connection, num int) string {
		body, err := mbox.Body(num, imapcompat.FT_PEEK)
		must(t, err)
		structure, err := mbox.FetchStructure(num)
		must(t, err)
		text, err := structure.MarshalJSON()
		must(t, err)
		return string(text) + body
	}
	for num := 1; num <= 42; num++ {
		if want, got := read(plain, num), read(compressed, num); got != want {
			t.Fatalf("message %d: got %.100q, want %.100q", num, got, want)
		}
	}
}
