package sendmail

import (
	"context"
	"io"
	"net"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// Reading any text as replies ends, and each reply is valid.
func FuzzReply(f *testing.F) {
	f.Add("250 ok\r\n")
	f.Add("250-a\r\n250-b\n250\r\n")
	f.Add("250-a\r\n550 b\r\n")
	f.Add("334 PDFAeD4=\r\n99 \r\n")
	f.Fuzz(func(t *testing.T, text string) {
		client, server := net.Pipe()
		go func() {
			_, _ = io.WriteString(server, text)
			server.Close()
		}()
		conn, err := dial.Open(context.Background(), &backend.Config{
			Host: "127.0.0.1", Port: 1,
			Dial: func(context.Context, string, string) (net.Conn, error) { return client, nil },
		}, dial.Ports{})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Abort()
		s := &session{conn: conn}
		for read := 0; ; {
			r, err := s.reply()
			if err != nil {
				return
			}
			if read += len("250\n") + len(r.text); r.code < 200 || r.code > 599 || len(r.text) > maxReply || read > len(text)+1 {
				t.Errorf("%d %q of %q", r.code, r.text, text)
			}
		}
	})
}
