package conformance

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/transcript"
)

// transcripts has the responses that servers are reported to send; package transcript documents
// the form of the files.
const transcripts = "testdata/transcripts"

// longest limits the time of a transcript: a side that waits in vain goes on when the server
// closes the connection.
const longest = time.Minute

// minTranscripts is the least number of transcripts.
const minTranscripts = 350

// TestTranscripts plays each transcript to both sides, once for each list of calls: in c-client
// earlier reading changes later results.
func TestTranscripts(t *testing.T) {
	list, err := transcript.ReadDir(transcripts)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < minTranscripts {
		t.Errorf("%d transcripts", len(list))
	}
	needOracle(t)
	t.Run("all", func(t *testing.T) {
		for _, tr := range list {
			t.Run(tr.Name, func(t *testing.T) {
				t.Parallel()
				playTranscript(t, tr)
			})
		}
	})
	if len(list) > 0 {
		tally.remark("transcripts: %d compared", len(list))
	}
}

func playTranscript(t *testing.T, tr *transcript.Transcript) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go tr.Serve(l)
	p := newPlace(t)
	p.imap = l.Addr().(*net.TCPAddr).Port
	p.pop3 = p.imap
	ref := imapRef
	if tr.Protocol == "pop3" {
		ref = pop3Ref
	}
	php := newOracle(t, p)
	begin := time.Now()
	for _, calls := range transcriptCalls(tr.Protocol, ref) {
		if time.Since(begin) > longest {
			t.Errorf("%v are not enough", longest)
			return
		}
		calls = append([]call{open(ref+"INBOX", 0, 1)}, calls...)
		php.conn = nil
		// The sides take turns, because the server does not wait for long.
		want, got := playCalls(t, php, calls), playCalls(t, newLibrary(t, p), calls)
		for i, c := range calls {
			compare(t, fmt.Sprintf("%s/%s/transcript %s, %s", tr.Protocol, c.fn, tr.Name, c), want[i], got[i])
		}
	}
}

// playCalls makes calls and describes their outcomes.
func playCalls(t *testing.T, s side, calls []call) []string {
	t.Helper()
	outcomes := make([]string, len(calls))
	for i, c := range calls {
		if c.fn != "imap_savebody" {
			outcomes[i] = s.do(c)
			continue
		}
		file := filepath.Join(t.TempDir(), "saved")
		result := s.do(call{fn: c.fn, args: append([]any{file}, c.args...)})
		text, _ := os.ReadFile(file)
		outcomes[i] = fmt.Sprintf("%s %q", result, text)
	}
	return outcomes
}

// transcriptCalls returns the lists of calls, each for a connection of its own.
func transcriptCalls(protocol, ref string) [][]call {
	const messages = 3
	each := func(calls ...func(num int) call) (list []call) {
		for num := 1; num <= messages; num++ {
			for _, c := range calls {
				list = append(list, c(num))
			}
		}
		return list
	}
	section := func(name string) func(int) call {
		return func(num int) call { return do("imap_fetchbody", num, name, ftPeek) }
	}
	of := func(fn string, args ...any) func(int) call {
		return func(num int) call { return do(fn, append([]any{num}, args...)...) }
	}
	closing := do("imap_close")
	lists := [][]call{
		{do("imap_num_msg"), do("imap_num_recent"), do("imap_fetch_overview", "1:*"), do("imap_mailboxmsginfo"), do("imap_ping"), closing},
		{do("imap_check"), do("imap_headers"), closing},
		append(each(of("imap_headerinfo")), do("imap_headers"), closing),
		append(each(of("imap_fetchstructure"), section("1"), section("2")), closing),
		append(each(section("1"), section("2"), section("1.1"), section("0"), section(""), of("imap_fetchmime", "1"), of("imap_bodystruct", "1")), closing),
		append(each(of("imap_fetchheader"), of("imap_body")), closing),
		append(each(of("imap_savebody", ""), of("imap_savebody", "1")), closing),
		{do("imap_uid", 1), do("imap_uid", 2), do("imap_uid", 3), do("imap_msgno", 12), do("imap_fetch_overview", "12", ftUID),
			do("imap_fetchbody", 12, "1", ftUID), do("imap_body", 13, ftUID), closing},
		{do("imap_search", "ALL"), do("imap_search", "UNSEEN"), do("imap_search", "SUBJECT message"), closing},
		{do("imap_search", "SUBJECT message", seUID), closing},
	}
	for _, criteria := range []int{int(imapcompat.SORTARRIVAL), int(imapcompat.SORTFROM), int(imapcompat.SORTSUBJECT), int(imapcompat.SORTTO)} {
		// On POP3 PHP sorts by other values before it has read the headers.
		lists = append(lists, []call{do("imap_fetch_overview", "1:*"), do("imap_sort", criteria, false), closing})
	}
	lists = append(lists, []call{do("imap_thread"), closing})
	if protocol == "pop3" {
		return append(lists,
			[]call{do("imap_status", ref+"INBOX", 31), do("imap_list", ref, "*"), closing},
			[]call{do("imap_body", 1), do("imap_delete", "1"), do("imap_delete", "3"), do("imap_undelete", "3"), do("imap_fetch_overview", "1:*"),
				do("imap_expunge"), do("imap_num_msg"), closing})
	}
	return append(lists,
		[]call{do("imap_list", ref, "*"), do("imap_getmailboxes", ref, "*"), do("imap_lsub", ref, "*"), do("imap_status", ref+"INBOX", 31),
			do("imap_status", ref+"Archive", 31), do("imap_createmailbox", ref+"New"), do("imap_subscribe", ref+"New"), closing},
		[]call{do("imap_setflag_full", "2", `\Flagged`), do("imap_fetch_overview", "1:*"), do("imap_clearflag_full", "2", `\Flagged`),
			do("imap_setflag_full", "13", `\Answered`, ftUID), do("imap_ping"), do("imap_num_msg"), closing},
		[]call{do("imap_mail_copy", "1:2", "Archive"), do("imap_mail_move", "3", "Archive"), do("imap_append", ref+"Archive", "Subject: new\r\n\r\nnew\r\n"),
			do("imap_append", ref+"Archive", "Subject: new\r\n\r\nnew\r\n", `\Seen`), do("imap_expunge"), do("imap_num_msg"), closing},
		[]call{do("imap_delete", "1"), do("imap_fetch_overview", "1:*"), do("imap_expunge"), do("imap_num_msg"), do("imap_fetch_overview", "1:*"),
			do("imap_delete", "2"), do("imap_close", clExpunge)},
		[]call{do("imap_reopen", ref+"Archive"), do("imap_num_msg"), do("imap_get_quotaroot", "INBOX"), closing})
}
