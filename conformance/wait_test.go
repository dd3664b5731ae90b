package conformance

import (
	"context"
	"testing"
	"time"
)

// TestWait lets PHP change a mailbox while this library waits for news of it.
func TestWait(t *testing.T) {
	p := newPlace(t, five())
	php, ours := newOracle(t, p), newLibrary(t, p)
	php.do(open(imapBox))
	ours.do(open(imapBox))
	for _, change := range [][]call{
		{do("imap_append", imapBox, "Subject: new\r\n\r\ntext\r\n")},
		{do("imap_setflag_full", "2", `\Flagged`)},
		{do("imap_clearflag_full", "2", `\Flagged`)},
		{do("imap_delete", "1"), do("imap_expunge")},
	} {
		last := change[len(change)-1]
		t.Run(last.fn, func(t *testing.T) {
			before, _ := ours.conn.NumMsg()
			ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
			defer cancel()
			result := make(chan error, 1)
			start := time.Now()
			go func() { result <- ours.conn.Wait(ctx) }()
			for _, c := range change {
				php.do(c)
			}
			if err := <-result; err != nil {
				t.Fatal(err)
			}
			t.Logf("told after %v", time.Since(start).Round(time.Millisecond))
			if now, _ := ours.conn.NumMsg(); now < before {
				t.Errorf("%d messages, %d before", now, before)
			}
			ours.do(do("imap_ping"))
			for last.fn == "imap_expunge" && ours.do(do("imap_num_msg")) != php.do(do("imap_num_msg")) {
				// First the mark is reported, and nothing else.
				if err := ours.conn.Wait(ctx); err != nil {
					t.Fatal(err)
				}
				ours.do(do("imap_ping"))
			}
			for _, c := range []call{do("imap_ping"), do("imap_num_msg"), do("imap_search", "ALL", ftUID), do("imap_search", "FLAGGED", ftUID)} {
				both(t, php, ours, c, "imap/"+c.fn+"/after Wait for "+last.fn)
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := ours.conn.Wait(ctx); err == nil {
			t.Error("news of nothing")
		}
		both(t, php, ours, do("imap_ping"), "imap/imap_ping/after Wait for nothing")
		both(t, php, ours, do("imap_headerinfo", 1), "imap/imap_headerinfo/after Wait for nothing")
	})
	both(t, php, ours, do("imap_close"), "imap/imap_close/after Wait")
}
