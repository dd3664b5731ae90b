package conformance

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

const seUID = int(imapcompat.SE_UID)

// searchTexts are the texts to search for.
var searchTexts = []string{
	"a", "e", "subject", "example.org", "@example", "<a", "\"a b\"", "\"hello world\"", "fwd", "re:", "utf-8", "=?", "?=", "iso-8859-1", "\".\"",
	"\"\"", "\" \"", "x", "z", "zz", "0", "2023", "text", "text/plain", "multipart", "boundary", "base64", "\"message-id\"", "mime-version", "=20",
	"=3D", "\"M\xc3\xbcller\"", "M\xfcller", "m\xc3\x9cLLER", "\xc3\xa4", "\xe4", "A\xcc\x88", "gr\xc3\xbc\xc3\x9fe", "\xd0\xbf\xd1\x80\xd0\xb8",
	"\xe6\x97\xa5\xe6\x9c\xac", "\xe3\x81\x93", "\xff", "a,b", "(", ")", "*", "%", "a*", "\\", "a\\b", "[", "]", "undisclosed", "\", \"", "\",\"",
	"{1}\r\nb", "{0}\r\n", "{3}\r\na\"b", "{11}\r\nhello world", "{3}\r\na b", "{5}\r\nworld ", "{2}\r\n\xc3\xa9", "{2}\r\n\r\n",
	"\xef\xac\x81", "fi", "\xe2\x82\xac", "stra\xc3\x9fe", "STRASSE", "\xc2\xb5", "\"a  b\"", "\"a\tb\"",
}

// searchWords are criteria that test the syntax.
var searchWords = []string{
	"", " ", "   ", "ALL", "all", " ALL ", "ALL ALL", "aLl", "ALLX", "AL", "ANSWERED", "answered", "DELETED", "FLAGGED", "NEW", "OLD", "RECENT", "SEEN",
	"UNANSWERED", "UNDELETED", "UNFLAGGED", "UNSEEN", "SEEN UNSEEN", "SEEN FLAGGED", "NEW OLD", "UNSEEN UNDELETED UNFLAGGED UNANSWERED", "ALL SEEN",
	"DRAFT", "UNDRAFT", "NOT SEEN", "OR SEEN FLAGGED", "1:*", "UID 1", "HEADER X y", "LARGER 10", "SMALLER 1000", "SENTSINCE 1-Jan-2020", "KEYWORD", "UN", "U",
	"KEYWORD work", "KEYWORD WORK", "KEYWORD \"work\"", "KEYWORD $Label1", "KEYWORD $label1 KEYWORD work", "KEYWORD nope", "UNKEYWORD work",
	"UNKEYWORD nope", "UNKEYWORD \"$Label1\"", "KEYWORD \"a b\"", "KEYWORD a(b", "KEYWORD \\Seen", "KEYWORD a]b", "KEYWORD \xe4", "UNKEYWORD \"a b\"", "KEYWORD *",
	"SUBJECT", "SUBJECT ", "SUBJECT  a", "SUBJECT \"", "SUBJECT \"a", "SUBJECT a\"b", "SUBJECT \"a\"b", "SUBJECT \"\"", "SUBJECT \"\" FROM \"a\"", "SUBJECT \"\"\"a\"",
	"SUBJECT \"a\"\"b\"", "SUBJECT a FROM a", "subject a from a", "SUBJECT a SUBJECT e", "SUBJECT a SUBJECT zz", "FROM a TO a", "TEXT a TEXT e", "BODY a BODY e",
	"TEXT a BODY e", "BODY text TEXT subject", "FROM a SEEN", "FROM \"a\"  SEEN", "FROM \"a\"SEEN", "SEEN FROM", "SEEN\tFROM", "SUBJECT\ta", "\tALL", "ALL\r\n", "ALL\nSEEN",
	"SUBJECT a\r\nNOOP", "SUBJECT \"a\r\nb\"", "SUBJECT \"a\x00b\"", "ALL\x00x", "\x00", "SUBJECT a\x00", "SUBJECT {1}", "SUBJECT {1}a", "SUBJECT {1}\r\n", "SUBJECT {1}\na", "SUBJECT {2}\r\na",
	"SUBJECT {1}\r\nab", "SUBJECT {1}\r\na SEEN", "SUBJECT {1}\r\na  SEEN", "SUBJECT { 1}\r\na", "SUBJECT {+1}\r\na", "SUBJECT {-1}\r\na", "SUBJECT {}\r\na", "SUBJECT {}\r\n", "SUBJECT {01}\r\na",
	"SUBJECT {1+}\r\na", "SUBJECT {x}\r\na", "SUBJECT {0}\r\n", "SUBJECT {0}\r\n SEEN", "SUBJECT {99999999999999999999}\r\na", "SUBJECT {", "BODY {1}\r\na TEXT {1}\r\ne SEEN",
	"THISWORDISLONGERTHANTHIRTYOCTETSWHICHISTHELIMIT", "thiswordislongerthanthirtyoctetswhichisthelimit x", "\xe4bc", "X\xc3\xa4", "*", "\"ALL\"", "(ALL)", "ALL)", "ON", "ON ", "BEFORE x", "SINCE SEEN",
}

// searchDates are arguments of BEFORE, ON and SINCE.
var searchDates = []string{
	"1-Jan-2020", "\"1 Jan 2020\"", "01-jan-2020", "2020-01-01", "1/2/2020", "\"1 January 2020\"", "\"Wed, 1 Jan 2020\"", "20200101", "1-Jan-20", "1-Jan-70", "1-Jan-1970", "2-Jan-1970",
	"1-Jan-1969", "31-Feb-2020", "32-Jan-2020", "0-Jan-2020", "1-Foo-2020", "31-Dec-2097", "1-Jan-2098", "\"1 Jan 2020 12:00:00\"", "\"1-Jan-2020 12:00:00 +0100\"", "\"1-Jan-2020 25:00:00\"",
	"\" 1-Jan-2020\"", "4-Jul-2023", "3-Jul-2023", "1-Jan-2024", "14-Nov-2023", "15-Nov-2023", "20-Dec-2023", "1-Jun-2024", "today", "-1", "1", "\"\"", "17-Jul-1996", "1-Jan-2000", "10-Oct-2010",
}

// searchable returns the messages that PHP can search without a crash. If the addresses of a
// field are long, PHP writes beyond the end of its buffer.
func searchable(t *testing.T) []message {
	return slices.DeleteFunc(allMessages(t), func(m message) bool { return len(longestField.Find(m.raw)) > 0 })
}

// longestField matches an address field of at least 1,000 characters.
var longestField = regexp.MustCompile(`(?mi)^(from|to|cc|bcc):(.|[\r\n]+[ \t]){1000}`)

// TestSearch makes every search over a mailbox of all messages.
func TestSearch(t *testing.T) {
	messages := searchable(t)
	var all []call
	for _, words := range searchWords {
		all = append(all, do("imap_search", words), do("imap_search", words, seUID))
	}
	for _, word := range []string{"BCC", "BODY", "CC", "FROM", "SUBJECT", "TEXT", "TO"} {
		for _, text := range searchTexts {
			all = append(all, do("imap_search", word+" "+text))
		}
	}
	for _, word := range []string{"BEFORE", "ON", "SINCE"} {
		for _, date := range searchDates {
			all = append(all, do("imap_search", word+" "+date))
		}
	}
	for _, charset := range []string{"", "UTF-8", "utf-8", "US-ASCII", "ISO-8859-1", "ISO-8859-15", "WINDOWS-1252", "KOI8-R", "ISO-2022-JP", "X-NOPE", "NOPE \"x\r\n", "UTF-8\x00x", "NO\x00PE", "8BIT\xe4"} {
		// PHP frees memory twice for a text that is not in its charset.
		for _, words := range []string{"ALL", "SEEN", "SUBJECT a", "SUBJECT \"M\xc3\xbcller\"", "TEXT \xc3\xa4", "BODY \"gr\xc3\xbc\xc3\x9fe\"", "NOPE"} {
			all = append(all, do("imap_search", words, 0, charset), do("imap_search", words, seUID, charset))
		}
	}
	for _, f := range []int{-1, 2, 3, 4, 5, 8, 1 << 20} {
		all = append(all, do("imap_search", "ALL", f), do("imap_search", "NOPE", f))
	}
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			box := corpusMailbox(messages)
			php, ours := newOracle(t, newPlace(t, box)), newLibrary(t, newPlace(t, box))
			both(t, php, ours, open(service.inbox), service.name+"/imap_open/to search")
			for _, c := range all {
				both(t, php, ours, c, fmt.Sprintf("%s/imap_search/%v", service.name, c))
			}
			both(t, php, ours, do("imap_headers"), service.name+"/state/after searches")
		})
	}
}

// TestSearchFlags searches new and other small mailboxes for flags.
func TestSearchFlags(t *testing.T) {
	for i, m := range []mailbox{recent(five()), five("S", "T", "FR", "DS", "Ta"), {name: "INBOX"}} {
		for _, s := range bothServices("searching "+strconv.Itoa(i), m, searchSteps()...) {
			t.Run(s.service+" "+s.name, func(t *testing.T) {
				t.Parallel()
				play(t, s)
			})
		}
	}
}

// TestSearchNowhere searches without a mailbox, and after the connection is lost.
func TestSearchNowhere(t *testing.T) {
	asking := []step{do("imap_search", "ALL"), do("imap_search", "SEEN"), do("imap_search", "SUBJECT a", seUID), do("imap_sort", 0, false), do("imap_sort", 3, true, seUID, "SEEN"), do("imap_gc", 7)}
	play(t, scenario{"half-open, searching", "imap", []mailbox{five()}, join(steps(open(imapBox, opHalfOpen)), asking)})
	for _, s := range bothServices("searching and cut", five(), do("imap_num_msg"), cut{}, do("imap_search", "BODY a"), do("imap_search", "SUBJECT a"), do("imap_search", "X"), do("imap_sort", 0, false, 0, "X")) {
		play(t, s)
	}
}

func searchSteps() []step {
	var list []step
	for _, words := range []string{"ALL", "NEW", "OLD", "RECENT", "SEEN", "UNSEEN", "NEW OLD", "DELETED", "UNDELETED", "KEYWORD $Label1", "UNKEYWORD $Label1", "SUBJECT 3", "BODY text", "TEXT subject", "X"} {
		if other != nil && !other.Keywords && words == "UNKEYWORD $Label1" {
			continue // Mailutils has no keywords; its server dies of this search
		}
		list = append(list, do("imap_search", words), do("imap_search", words, seUID))
	}
	return append(list, do("imap_delete", "3", ftUID), do("imap_search", "DELETED"), do("imap_expunge"), do("imap_search", "ALL", seUID), do("imap_search", "FROM a"),
		do("imap_close"), do("imap_search", "ALL"), do("imap_search", "X", 64), look("INBOX"))
}

// TestSearchTexts makes the searches of internal/search's TestMessages.
func TestSearchTexts(t *testing.T) {
	m := mailbox{name: "INBOX"}
	for _, text := range []string{
		"Subject: =?utf-8?q?M=C3=BCller?=\r\n =?utf-8?q?_und_Co?=\r\nFrom: Ada <ada@example.org>\r\n\r\nplain text\r\n",
		"Subject: =?utf-8?q?=zz?= hello\r\nFrom: \"Bob, B.\" <bob@example.org>, carol@example.com\r\n" +
			"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n\r\ngr=FC=\r\n=DFe\r\n",
		"Subject: M\xc3\xbcller\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" +
			"--x\r\nContent-Type: application/pdf\r\n\r\nhidden\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n" +
			"Content-Transfer-Encoding: base64\r\nX-Mark: marked\r\n\r\nZ3LDvMOfZQ==\r\n--x--\r\n",
	} {
		m.messages = append(m.messages, dovecot.Message{Raw: []byte(text)})
	}
	var searches []step
	for _, words := range []string{"ALL", "SUBJECT \"m\xc3\xbcLLER u\"", "SUBJECT hello", "SUBJECT o", "FROM \"bob@example.org>,carol\"", "BODY \"gr\xc3\xbc\xc3\x9fe\"",
		"BODY hidden", "BODY marked", "TEXT marked", "TEXT example TEXT text", "BODY text SUBJECT co", "TO a"} {
		searches = append(searches, do("imap_search", words))
	}
	for _, s := range bothServices("texts", m, searches...) {
		play(t, s)
	}
}

// TestSearchCharsets searches texts in charsets of every kind. On POP3 c-client decodes them
// itself.
func TestSearchCharsets(t *testing.T) {
	m := mailbox{name: "INBOX"}
	for _, part := range []struct{ charset, text string }{
		{"VISCII", "Vi\xaet Nam"},
		{"IBM737", "\x80\x98"},
		{"IBM864", "\xc7\xa8"},
		{"ISO-2022-KR", "\x1b$)C\x0e0!\x0f"},
		{"ISO-2022-CN", "\x1b$)A\x0eVP\x0f"},
		{"ISO-2022-JP", "\x1b$B4A;z\x1b(B"},
		{"KOI8-U", "\xb4\xd1"},
		{"BIG5", "\xa4\xa4\xa4\xe5"},
		{"UTF-7", "+AOQ-b+-c +2D3eAA-d"},
		{"UTF-8", "\xef\xac\x81 \xc7\x86 \xc2\xb5 \xc3\x9f"},
		{"UTF-8", "broken \xff word"},
		{"X-NOPE", "\xc3\xa4 word"},
		{"CN-GB-12345", "plain word"},
		{"UTF-16", "\x00w\x00o\x00r\x00d"},
	} {
		encoded := base64.StdEncoding.EncodeToString([]byte(part.text))
		m.messages = append(m.messages, dovecot.Message{Raw: []byte("Subject: =?" + part.charset + "?b?" + encoded + "?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=" + part.charset +
			"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded + "\r\n")})
	}
	var searches []step
	for _, text := range []string{"vi\xe1\xbb\x87t", "\xce\xb1", "\xce\x91", "\xef\xba\x81", "\xea\xb0\x80", "\xe4\xb8\xad", "\xe6\xbc\xa2\xe5\xad\x97", "\xd1\x93\xd1\x8f", "\xe6\x96\x87",
		"\xc3\x84B+C", "\xf0\x9f\x98\x80d", "d", "fi", "FI", "\xef\xac\x81", "\xc7\x84", "\xc7\x85", "\xce\xbc", "SS", "\xc3\x9f", "word", "WORD", "\xc3\xa4"} {
		searches = append(searches, do("imap_search", `BODY "`+text+`"`), do("imap_search", `SUBJECT "`+text+`"`))
	}
	for _, key := range []int{2, 3} {
		searches = append(searches, do("imap_sort", key, false))
	}
	for _, s := range bothServices("charsets searched", m, searches...) {
		play(t, s)
	}
}
