package imapbridge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// A FETCH asks for news when the server has refused messages, left them out or sent no text
// (RFC 2180 section 4.1). By UID, it also searches for the missing messages. It asks again
// for those that exist, as PHP does, and returns an error for each that does not arrive.
func TestMissing(t *testing.T) {
	const noop, gone = "C: T NOOP\nS: T OK\n", "C: T NOOP\nS: * 2 EXPUNGE\nS: T OK\n"
	const search = "C: T UID SEARCH UID 12\n"
	flags, text := backend.Items{Flags: true}, backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}}
	one, three := numbers(backend.Range{First: 2, Last: 2}), numbers(backend.Range{First: 1, Last: 3})
	uid, uidRange := uids(backend.Range{First: 12, Last: 12}), uids(backend.Range{First: 12, Last: 15})
	all := uids(backend.Range{First: 1, Last: backend.Max})
	const done, all12to15 = "S: T OK done\n", "C: T UID SEARCH UID 12:15\nS: * SEARCH 12 13 14\n"
	const two, twoRanges = "C: T UID FETCH 11,13:14 (UID FLAGS)\n", "C: T UID SEARCH UID 11,13:14\n"
	apart := uids(backend.Range{First: 11, Last: 11}, backend.Range{First: 13, Last: 14})
	again := func(set string) string { return "C: T FETCH " + set + " (FLAGS)\n" + done + noop }
	lack := func(uid string) string {
		search := "C: T UID SEARCH UID " + uid + "\nS: * SEARCH " + uid + "\n" + done
		return "C: T UID FETCH " + uid + " (UID FLAGS)\n" + done + search + noop + search
	}
	for _, test := range []struct {
		name   string
		set    backend.Set
		items  backend.Items
		loser  bool
		script string
		want   string
	}{
		{"one of three", three, flags, false, "C: T FETCH 1:3 (FLAGS)\nS: * 1 FETCH (FLAGS ())\nS: * 3 FETCH (FLAGS ())\n" + done + noop + again("2"), "1 3 !2 The server did not send message 2"},
		{"one of three, which is gone", three, flags, false, "C: T FETCH 1:3 (FLAGS)\nS: * 1 FETCH (FLAGS ())\nS: * 3 FETCH (FLAGS ())\n" + done + gone, "1 3"},
		{"all three", three, flags, false, again("1:3") + again("1") + again("2:3") + again("2") + again("3"),
			"!1 The server did not send message 1 !2 The server did not send message 2 !3 The server did not send message 3"},
		{"all three, which are sent alone", three, flags, false, again("1:3") + "C: T FETCH 1 (FLAGS)\nS: * 1 FETCH (FLAGS ())\n" + done +
			again("2:3") + "C: T FETCH 2 (FLAGS)\nS: * 2 FETCH (FLAGS ())\n" + done + "C: T FETCH 3 (FLAGS)\nS: * 3 FETCH (FLAGS ())\n" + done, "1 2 3"},
		{"all three, of which one is gone", three, flags, false, "C: T FETCH 1:3 (FLAGS)\n" + done + "C: T NOOP\nS: * 1 EXPUNGE\nS: T OK\n" + again("1") + again("2"),
			"!2 The server did not send message 2 !3 The server did not send message 3"},
		{"one", one, flags, false, "C: T FETCH 2 (FLAGS)\n" + done + noop, "!2 The server did not send message 2"},
		{"one, which is gone", one, flags, false, "C: T FETCH 2 (FLAGS)\n" + done + gone, ""},
		{"the last", numbers(backend.Range{First: backend.Max, Last: backend.Max}), flags, false, again("9") + again("9"), "!9 The server did not send message 9"},
		{"one that is refused", one, flags, false, "C: T FETCH 2 (FLAGS)\nS: T NO no\n" + noop, "!2 no"},
		{"one that is refused and gone", one, flags, false, "C: T FETCH 2 (FLAGS)\nS: T NO no\n" + gone, ""},
		{"one that is not understood", one, flags, false, "C: T FETCH 2 (FLAGS)\nS: T BAD no\n", "!2 no"},
		{"a part that is refused", three, flags, false, "C: T FETCH 1:3 (FLAGS)\nS: * 1 FETCH (FLAGS ())\nS: T NO no\n" + noop +
			"C: T FETCH 2 (FLAGS)\nS: T NO no\n" + noop + "C: T FETCH 3 (FLAGS)\nS: * 3 FETCH (FLAGS ())\n" + done, "1 !2 no 3"},
		{"a part that is refused and gone", three, flags, false, "C: T FETCH 1:3 (FLAGS)\nS: * 1 FETCH (FLAGS ())\nS: * 3 FETCH (FLAGS ())\nS: T NO no\n" + gone, "1 3"},
		{"nothing that was asked for is missing", three, flags, false, "C: T FETCH 1:3 (FLAGS)\nS: * 1 FETCH (FLAGS ())\nS: * 2 FETCH (FLAGS ())\nS: * 3 FETCH (FLAGS ())\nS: T NO no\n" + noop, "1 2 3 ! no"},
		{"all that are refused", three, flags, false, "C: T FETCH 1:3 (FLAGS)\nS: T NO no\n" + noop + "C: T FETCH 1 (FLAGS)\nS: T NO no\n" + noop +
			"C: T FETCH 2:3 (FLAGS)\nS: T NO no\n" + noop + "C: T FETCH 2 (FLAGS)\nS: T NO no\n" + noop + "C: T FETCH 3 (FLAGS)\nS: T NO no\n" + noop, "!1 no !2 no !3 no"},
		{"all that are refused and sent alone", three, flags, false, "C: T FETCH 1:3 (FLAGS)\nS: T NO no\n" + noop + "C: T FETCH 1 (FLAGS)\nS: * 1 FETCH (FLAGS ())\n" + done +
			"C: T FETCH 2:3 (FLAGS)\nS: T NO no\n" + noop + "C: T FETCH 2 (FLAGS)\nS: * 2 FETCH (FLAGS ())\n" + done + "C: T FETCH 3 (FLAGS)\nS: * 3 FETCH (FLAGS ())\n" + done, "1 2 3"},
		{"a UID", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\n" + done + search + "S: * SEARCH 12\n" + done + noop + search + "S: * SEARCH 12\n" + done, "!0/12 The server did not send the message with UID 12"},
		{"a UID that there is not", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\n" + done + search + "S: * SEARCH\n" + done, ""},
		{"a UID that is another", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\n" + done + search + "S: * SEARCH 13\n" + done, ""},
		{"a UID that there is no more", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\n" + done + search + "S: * SEARCH 12\n" + done + gone + search + "S: * SEARCH\n" + done, ""},
		{"a UID, and no search", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\n" + done + search + "S: T NO no\n", ""},
		{"a UID, and nothing but that", uid, backend.Items{UID: true}, false, "C: T UID FETCH 12 (UID)\n" + done, ""},
		{"a UID of a server that cannot search", uid, flags, true, "C: T UID FETCH 12 (UID FLAGS)\n" + done, ""},
		{"a UID, and the end", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\n" + done + search + "S: !", "! [CLOSED] IMAP connection broken (server response)"},
		{"a UID that is refused", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\nS: T NO no\n" + noop + search + "S: * SEARCH 12\n" + done, "!0/12 no"},
		{"a UID that is refused, and gone", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\nS: T NO no\n" + gone + search + "S: * SEARCH\n" + done, ""},
		{"a UID that is refused, and no search", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\nS: T NO no\n" + noop + search + "S: T NO no\n", "!0/12 no"},
		{"a UID that a server refuses which cannot search", uid, flags, true, "C: T UID FETCH 12 (UID FLAGS)\nS: T NO no\n" + noop, "!0/12 no"},
		{"a range of UIDs", uidRange, flags, false, "C: T UID FETCH 12:15 (UID FLAGS)\n" + done + "C: T UID SEARCH UID 12:15\nS: * SEARCH 14 13\n" + done + noop +
			"C: T UID SEARCH UID 12:15\nS: * SEARCH 16 14\n" + done + lack("14"), "!0/14 The server did not send the message with UID 14"},
		{"a range of UIDs that is refused", uidRange, flags, false, "C: T UID FETCH 12:15 (UID FLAGS)\nS: T NO no\n" + noop + all12to15 + done + noop + all12to15 + done +
			"C: T UID FETCH 12 (UID FLAGS)\n" + some(2) + done + "C: T UID FETCH 13:14 (UID FLAGS)\n" + some(3, 4) + done, "2/12 3/13 4/14"},
		{"a range of UIDs that is refused, and no search", uidRange, flags, false, "C: T UID FETCH 12:15 (UID FLAGS)\nS: T NO no\n" + noop + "C: T UID SEARCH UID 12:15\nS: T NO no\n", "! no"},
		{"the first of a range of UIDs", uidRange, flags, false, "C: T UID FETCH 12:15 (UID FLAGS)\n" + some(3, 4, 5) + done + all12to15 + done + noop + all12to15 + done +
			"C: T UID FETCH 12 (UID FLAGS)\n" + some(2) + done, "3/13 4/14 5/15 2/12"},
		{"the last of a range of UIDs", uidRange, flags, false, "C: T UID FETCH 12:15 (UID FLAGS)\n" + some(2, 3) + done + all12to15 + done + noop + all12to15 + done +
			lack("14"), "2/12 3/13 !0/14 The server did not send the message with UID 14"},
		{"the last of a range of UIDs, and no search", uidRange, flags, false, "C: T UID FETCH 12:15 (UID FLAGS)\n" + some(2, 3) + done + "C: T UID SEARCH UID 12:15\nS: T NO no\n", "2/12 3/13"},
		{"within a range of UIDs", uidRange, flags, false, "C: T UID FETCH 12:15 (UID FLAGS)\nS: * 2 FETCH (UID 12 FLAGS ())\nS: * 4 FETCH (UID 14 FLAGS ())\n" + done + noop + all12to15 + done + noop + all12to15 + done + lack("13"),
			"2/12 4/14 !0/13 The server did not send the message with UID 13"},
		{"within a range of UIDs of a server that cannot search", uidRange, flags, true, "C: T UID FETCH 12:15 (UID FLAGS)\n" + some(2, 4) + done + noop + "C: T FETCH 3 (UID FLAGS)\n" + done + noop,
			"2/12 4/14 !3 The server did not send message 3"},
		{"from a UID on", uids(backend.Range{First: 16, Last: backend.Max}), flags, false, "C: T UID FETCH 16:* (UID FLAGS)\nS: * 6 FETCH (UID 16 FLAGS ())\nS: * 8 FETCH (UID 18 FLAGS ())\n" + done + noop +
			"C: T FETCH 7 (UID FLAGS)\n" + done + noop + "C: T FETCH 9 (UID FLAGS)\n" + done + noop,
			"6/16 8/18 !7 The server did not send message 7 !9 The server did not send message 9"},
		{"of all UIDs", all, flags, false, "C: T UID FETCH 1:* (UID FLAGS)\nS: * 3 FETCH (UID 13 FLAGS ())\nS: * 7 FETCH (UID 17 FLAGS ())\n" + done +
			"C: T NOOP\nS: * 9 EXPUNGE\nS: * 8 EXPUNGE\nS: * 6 EXPUNGE\nS: * 5 EXPUNGE\nS: * 2 EXPUNGE\nS: T OK\n" +
			"C: T FETCH 1 (UID FLAGS)\n" + done + noop + "C: T FETCH 3 (UID FLAGS)\n" + done + noop,
			"3/13 7/17 !1 The server did not send message 1 !4 The server did not send message 4"},
		{"of all UIDs, refused and gone", all, flags, false, "C: T UID FETCH 1:* (UID FLAGS)\n" + some(1, 2, 3, 4, 5, 6, 7, 8) + "S: T NO no\nC: T NOOP\nS: * 9 EXPUNGE\nS: T OK\n",
			"1/11 2/12 3/13 4/14 5/15 6/16 7/17 8/18"},
		{"of two ranges of UIDs", apart, flags, false, two + some(1, 4) + done + twoRanges + "S: * SEARCH 11 14\n" + done, "1/11 4/14"},
		{"of two ranges of UIDs, and no search", apart, flags, false, two + some(1, 4) + done + twoRanges + "S: T NO no\n", "1/11 4/14"},
		{"one of two ranges of UIDs, which is gone", apart, flags, false, two + some(1, 4) + done + twoRanges + "S: * SEARCH 11 13 14\n" + done +
			"C: T NOOP\nS: * 3 EXPUNGE\nS: T OK\n" + twoRanges + "S: * SEARCH 11 14\n" + done, "1/11 4/14"},
		{"one of two ranges of UIDs, which is sent alone", apart, flags, false, two + some(1, 4) + done + twoRanges + "S: * SEARCH 11 13 14\n" + done + noop +
			twoRanges + "S: * SEARCH 14 13 11 13\n" + done + "C: T UID FETCH 13 (UID FLAGS)\n" + some(3) + done, "1/11 4/14 3/13"},
		{"one of two ranges of UIDs", apart, flags, false, two + some(1, 4) + done + twoRanges + "S: * SEARCH 11 13 14\n" + done + noop +
			twoRanges + "S: * SEARCH 11 13 14\n" + done + lack("13"), "1/11 4/14 !0/13 The server did not send the message with UID 13"},
		{"all of two ranges of UIDs", apart, flags, false, two + some(1, 3, 4) + done, "1/11 3/13 4/14"},
		{"a UID that the server does not tell", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\nS: * 2 FETCH (FLAGS ())\n" + done + "C: T FETCH 2 (UID)\nS: * 2 FETCH (UID 12)\n" + done, "2/12"},
		{"UIDs that the server does not tell", uidRange, flags, false, "C: T UID FETCH 12:15 (UID FLAGS)\nS: * 2 FETCH (FLAGS ())\nS: * 4 FETCH (FLAGS ())\nS: * 3 FETCH (UID 13 FLAGS ())\n" + done +
			"C: T FETCH 2,4 (UID)\nS: * 4 FETCH (UID 14)\nS: * 2 FETCH (UID 12)\n" + done + all12to15 + done, "3/13 2/12 4/14"},
		{"a UID that nobody asked for", uid, flags, false, "C: T UID FETCH 12 (UID FLAGS)\nS: * 3 FETCH (UID 13 FLAGS ())\nS: * 1 FETCH (UID 11 FLAGS ())\n" + some(2) + done, "2/12"},
		{"numbers that nobody asked for", three, flags, false, "C: T FETCH 1:3 (FLAGS)\nS: * 4 FETCH (FLAGS ())\nS: * 10 FETCH (FLAGS ())\nS: * 0 FETCH (FLAGS ())\nS: * 2 FETCH (FLAGS ())\nS: * 1 FETCH (FLAGS ())\nS: * 3 FETCH (FLAGS ())\n" + done, "2 1 3"},
		{"a UID beyond the last one", uids(backend.Range{First: 99, Last: backend.Max}), flags, false, "C: T UID FETCH 99:* (UID FLAGS)\n" + some(9) + done, "9/19"},
		{"a text that is empty", one, text, false, "C: T FETCH 2 (BODY.PEEK[TEXT])\nS: * 2 FETCH (BODY[TEXT] NIL)\n" + done + noop +
			"C: T FETCH 2 (RFC822.SIZE BODY.PEEK[HEADER])\nS: * 2 FETCH (RFC822.SIZE 3 BODY[HEADER] {3}\\nabc)\n" + done, "2"},
		{"a text that is not empty", one, text, false, "C: T FETCH 2 (BODY.PEEK[TEXT])\nS: * 2 FETCH (BODY[TEXT] NIL)\n" + done + noop +
			"C: T FETCH 2 (RFC822.SIZE BODY.PEEK[HEADER])\nS: * 2 FETCH (RFC822.SIZE 4 BODY[HEADER] {3}\\nabc)\n" + done, "!2 The server did not send the text of message 2"},
		{"a text of which nothing is known", one, text, false, "C: T FETCH 2 (BODY.PEEK[TEXT])\nS: * 2 FETCH (BODY[TEXT] NIL)\n" + done + noop +
			"C: T FETCH 2 (RFC822.SIZE BODY.PEEK[HEADER])\nS: T NO no\n", "!2 The server did not send the text of message 2"},
		{"a text by its UID that is not empty", uid, text, false, "C: T UID FETCH 12 (UID BODY.PEEK[TEXT])\nS: * 2 FETCH (UID 12 BODY[TEXT] NIL)\n" + done + noop +
			"C: T FETCH 2 (RFC822.SIZE BODY.PEEK[HEADER])\nS: T NO no\n", "!2/12 The server did not send the text of message 2"},
		{"a text that is gone", one, text, false, "C: T FETCH 2 (BODY.PEEK[TEXT])\nS: * 2 FETCH (BODY[TEXT] NIL)\n" + done + gone, "!2 Message 2 is gone"},
		{"what may be gone by the code", one, flags, false, "C: T FETCH 2 (FLAGS)\nS: * 2 FETCH (FLAGS ())\nS: T OK [EXPUNGEISSUED] x\n", "2"},
		{"a size of nothing", one, backend.Items{Size: true}, false, "C: T FETCH 2 (RFC822.SIZE)\nS: * 2 FETCH (RFC822.SIZE 0)\nS: T OK [EXPUNGEISSUED] x\n" + gone, "!2 Message 2 is gone"},
		{"a day in 1970", one, backend.Items{InternalDate: true}, false, "C: T FETCH 2 (INTERNALDATE)\nS: * 2 FETCH (INTERNALDATE \"01-Jan-1970 00:00:00 +0000\")\nS: T OK [EXPUNGEISSUED] x\n" + gone, "!2 Message 2 is gone"},
		{"another day in 1970", one, backend.Items{InternalDate: true}, false, "C: T FETCH 2 (INTERNALDATE)\nS: * 2 FETCH (INTERNALDATE \"01-Jan-1970 00:00:01 +0000\")\nS: T OK [EXPUNGEISSUED] x\n", "2"},
		{"a structure of nothing", one, backend.Items{Structure: true}, false, "C: T FETCH 2 (BODYSTRUCTURE)\nS: * 2 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0))\nS: T OK [EXPUNGEISSUED] x\n" + gone, "!2 Message 2 is gone"},
		{"a structure of something", one, backend.Items{Structure: true}, false, "C: T FETCH 2 (BODYSTRUCTURE)\nS: * 2 FETCH (BODYSTRUCTURE ((\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0) \"mixed\"))\nS: T OK [EXPUNGEISSUED] x\n", "2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := watched(t, loggedIn+selected+test.script, func(cfg *backend.Config) { cfg.Loser = test.loser })
			var got []string
			for msg, err := range s.Fetch(ctx, test.set, test.items) {
				item := ""
				if err != nil {
					item = "!"
				}
				if msg != nil {
					item += fmt.Sprint(msg.Num)
					if msg.UID != 0 {
						item += fmt.Sprintf("/%d", msg.UID)
					}
				}
				if err != nil {
					item += " " + err.Error()
				}
				got = append(got, item)
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A caller who leaves at the error of a text gets no other error, and no other text is
// requested.
func TestMissingTextAndLeave(t *testing.T) {
	s, _ := open(t, "C: T FETCH 2:4 (BODY.PEEK[TEXT])\nS: * 2 FETCH (BODY[TEXT] NIL)\nS: * 3 FETCH (BODY[TEXT] NIL)\nS: T OK\nC: T NOOP\nS: T OK\n"+
		"C: T FETCH 2 (RFC822.SIZE BODY.PEEK[HEADER])\nS: T NO no\nC: T NOOP\nS: T OK")
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 2, Last: 4}), backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}}) {
		if msg.Num != 2 || err == nil {
			t.Errorf("got %+v, %v", msg, err)
		}
		break
	}
	if err := s.Poll(ctx); err != nil {
		t.Error(err)
	}
}

// some returns FETCH responses of messages with flags and UIDs.
func some(nums ...int) string {
	var b strings.Builder
	for _, n := range nums {
		fmt.Fprintf(&b, "S: * %d FETCH (UID %d FLAGS ())\n", n, 10+n)
	}
	return b.String()
}

// The messages that have arrived are known, however many the mailbox has.
func TestMissingOfMany(t *testing.T) {
	const many, done = 300, "S: T OK done\nC: T NOOP\nS: T OK done\n"
	for _, set := range []backend.Set{numbers(backend.Range{First: 1, Last: many}), uids(backend.Range{First: 1, Last: many + 100})} {
		command := fmt.Sprintf("FETCH 1:%d (FLAGS)", many)
		if set.UID {
			command = fmt.Sprintf("UID FETCH 1:%d (UID FLAGS)", many+100)
		}
		again := func(nums string) string {
			return "C: T FETCH " + nums + command[strings.Index(command, " ("):] + "\n" + done
		}
		var nums []int
		for n := 1; n <= many; n++ {
			if n != 63 && n != 64 && n != 65 && n != 130 {
				nums = append(nums, n, n) // the second one is unsolicited
			}
		}
		s := watched(t, loggedIn+strings.Replace(selected, "* 9 ", fmt.Sprintf("* %d ", many), 1)+
			"C: T "+command+"\n"+some(nums...)+done+again("63")+again("64:65,130")+again("64")+again("65,130"), nil)
		found, missing := 0, ""
		for msg, err := range s.Fetch(ctx, set, backend.Items{Flags: true}) {
			if err == nil {
				found++
			} else {
				missing += fmt.Sprint(msg.Num, " ")
			}
		}
		if found != many-4 || missing != "63 64 65 130 " {
			t.Errorf("%s: %d found, missing %s", command, found, missing)
		}
	}
}

// UIDs without messages take two commands for as many UIDs as fit in one.
func TestManyGone(t *testing.T) {
	const many, inOne = 10_000, 300
	var script strings.Builder
	set := backend.Set{UID: true}
	for first := 0; first < many; first += inOne {
		var nums []string
		for n := first; n < min(first+inOne, many); n++ {
			set.Ranges = append(set.Ranges, backend.Range{First: 2*n + 1, Last: 2*n + 1})
			nums = append(nums, fmt.Sprint(2*n+1))
		}
		list := strings.Join(nums, ",")
		fmt.Fprintf(&script, "C: T UID FETCH %s (UID FLAGS)\nS: T OK\nC: T UID SEARCH UID %s\nS: * SEARCH\nS: T OK\n", list, list)
	}
	s := watched(t, loggedIn+selected+script.String()+"C: T NOOP\nS: T OK", nil)
	for msg, err := range s.Fetch(ctx, set, backend.Items{Flags: true}) {
		t.Error(msg, err)
	}
	if err := s.Poll(ctx); err != nil {
		t.Error(err)
	}
}

// A thousand missing messages or more are not requested again.
func TestManyNotSent(t *testing.T) {
	const many, done, noop = 1000, "S: T OK\n", "C: T NOOP\nS: T OK\n"
	var uid strings.Builder
	for n := 1; n <= many; n++ {
		fmt.Fprint(&uid, " ", 2*n)
	}
	search := "C: T UID SEARCH UID 1:5000\nS: * SEARCH" + uid.String() + "\n" + done
	for _, test := range []struct {
		set          backend.Set
		script, want string
	}{
		{numbers(backend.Range{First: 1, Last: many}), "C: T FETCH 1:1000 (FLAGS)\n" + done + noop, "The server did not send messages from 1 on"},
		{uids(backend.Range{First: 1, Last: 5000}), "C: T UID FETCH 1:5000 (UID FLAGS)\n" + done + search + noop + search, "The server did not send messages from UID 2 on"},
	} {
		s := watched(t, strings.Replace(loggedIn+selected, "* 9 ", fmt.Sprintf("* %d ", many), 1)+test.script+noop, nil)
		errs := 0
		for msg, err := range s.Fetch(ctx, test.set, backend.Items{Flags: true}) {
			if errs++; msg != nil || err == nil || err.Error() != test.want {
				t.Errorf("got %v, %v, want %s", msg, err, test.want)
			}
		}
		if err := s.Poll(ctx); errs != 1 || err != nil {
			t.Errorf("%d errors, then %v", errs, err)
		}
	}
}

// More messages than one command has ranges for may be left out of an answer. They are asked for
// in several commands.
func TestManyMissing(t *testing.T) {
	const count = 700 // messages, with every second UID
	list := func(first, last int) string {
		var words []string
		for n := first; n <= last; n++ {
			words = append(words, fmt.Sprint(2*n))
		}
		return strings.Join(words, ",")
	}
	sent := func(first, last int) string {
		var b strings.Builder
		for n := first; n <= last; n++ {
			fmt.Fprintf(&b, "S: * %d FETCH (UID %d RFC822.SIZE %d)\n", n, 2*n, n)
		}
		return b.String()
	}
	found := "S: * SEARCH " + strings.ReplaceAll(list(1, count), ",", " ") + "\nS: T OK done\n"
	s, _ := open(t, `
		C: T NOOP
		S: * 700 EXISTS
		S: T OK done
		C: T UID FETCH 1:1500 (UID RFC822.SIZE)
		`+sent(1, 10)+`
		S: T OK done
		C: T UID SEARCH UID 1:1500
		`+found+`
		C: T NOOP
		S: T OK done
		C: T UID SEARCH UID 1:1500
		`+found+`
		C: T UID FETCH 22 (UID RFC822.SIZE)
		`+sent(11, 11)+`
		S: T OK done
		C: T UID FETCH `+list(12, 311)+` (UID RFC822.SIZE)
		`+sent(12, 311)+`
		S: T OK done
		C: T UID FETCH `+list(312, 611)+` (UID RFC822.SIZE)
		`+sent(312, 611)+`
		S: T OK done
		C: T UID FETCH `+list(612, 700)+` (UID RFC822.SIZE)
		`+sent(612, 700)+`
		S: T OK done`)
	if err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	n := 0
	for msg, err := range s.Fetch(ctx, uids(backend.Range{First: 1, Last: 1500}), backend.Items{UID: true, Size: true}) {
		if n++; err != nil || msg.Num != n || msg.UID != 2*n {
			t.Fatalf("message %d: %v, %v", n, msg, err)
		}
	}
	if n != count {
		t.Errorf("%d messages, want %d", n, count)
	}
}
