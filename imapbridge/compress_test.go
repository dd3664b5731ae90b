package imapbridge_test

import (
	"context"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// Compression is requested after the login if it is configured and offered.
func TestCompress(t *testing.T) {
	const offer = "S: * OK [CAPABILITY IMAP4rev1] hello\nC: T LOGIN \"user\" \"secret\"\nS: T OK [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] done\n"
	const noop = "C: T NOOP\nS: T OK done\n"
	for _, test := range []struct {
		name, script string
		wanted       bool
	}{
		{"agreed", offer + "C: T COMPRESS DEFLATE\nS: T OK go\nDEFLATE\n" + selected + noop, true},
		{"refused", offer + "C: T COMPRESS DEFLATE\nS: T NO [COMPRESSIONACTIVE] it is\n" + selected + noop, true},
		{"not understood", offer + "C: T COMPRESS DEFLATE\nS: T BAD what\n" + selected + noop, true},
		{"not wanted", offer + selected + noop, false},
		{"not offered", strings.Replace(offer, " COMPRESS=DEFLATE", "", 1) + selected + noop, true},
		{"another way", strings.Replace(offer, "=DEFLATE", "=ZSTD", 1) + selected + noop, true},
		{"preauthenticated", "S: * PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] hello\nC: T COMPRESS DEFLATE\nS: T OK go\nDEFLATE\n" + selected + noop, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := watched(t, test.script, func(cfg *backend.Config) { cfg.Compress = test.wanted })
			if n := s.State().Messages; n != 9 {
				t.Errorf("%d messages", n)
			}
			if err := s.Poll(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	// The server closes the connection instead of answering.
	cfg := serve(t, offer+"C: T COMPRESS DEFLATE\nS: !").config(&notices{})
	cfg.Compress = true
	if _, err := imapbridge.Open(context.Background(), cfg); err == nil {
		t.Error("opened a connection that is lost")
	}
}
