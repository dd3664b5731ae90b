package imapcompat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// conversations are messages of which 2 and 4 answer 1, 3 answers 2, and 5 and 6
// answer one that is not there.
var conversations = []string{
	"Message-ID: <a@example.org>\nSubject: lunch?\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\n",
	"Message-ID: <b@example.org>\nReferences: <a@example.org>\nSubject: Re: lunch?\nDate: Mon, 2 Mar 2026 11:00:00 +0000\n\n",
	"Message-ID: <c@example.org>\nReferences: <a@example.org> <b@example.org>\nSubject: Re: lunch?\nDate: Mon, 2 Mar 2026 12:00:00 +0000\n\n",
	"Message-ID: <d@example.org>\nReferences: <a@example.org>\nSubject: Re: lunch?\nDate: Mon, 2 Mar 2026 10:30:00 +0000\n\n",
	"Message-ID: <e@example.org>\nReferences: <z@example.org>\nSubject: report\nDate: Tue, 3 Mar 2026 10:00:00 +0000\n\n",
	"Message-ID: <f@example.org>\nReferences: <z@example.org>\nSubject: figures\nDate: Tue, 3 Mar 2026 09:00:00 +0000\n\n",
}

// The array is PHP 8.2's.
func TestThread(t *testing.T) {
	both(t, conversations, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		thread, err := mbox.Thread()
		want := imapcompat.Thread{{1, 1, 4}, {4, 0, 2}, {2, 3, 0}, {3, 0, 0}, {0, 5, 0}, {6, 0, 6}, {5, 0, 0}}
		if err != nil || !reflect.DeepEqual(thread, want) {
			t.Errorf("got %v, %v, want %v", thread, err, want)
		}
		array, err := json.Marshal(thread)
		if want := `{"0.num":1,"0.next":1,"1.num":4,"1.next":0,"1.branch":2,"2.num":2,"2.next":3,"3.num":3,"3.next":0,"3.branch":0,"2.branch":0,` +
			`"0.branch":4,"4.num":0,"4.next":5,"5.num":6,"5.next":0,"5.branch":6,"6.num":5,"6.next":0,"6.branch":0,"4.branch":0}`; err != nil || string(array) != want {
			t.Errorf("got %s, %v, want %s", array, err, want)
		}
		if elements := maps.Collect(thread.All()); elements["2.next"] != 3 || len(elements) != 3*len(thread) {
			t.Errorf("got %v", elements)
		}
		for key := range thread.All() {
			if key == "2.next" {
				break
			}
		}
		var outline []string
		for depth, node := range thread.Walk() {
			outline = append(outline, strings.Repeat(".", depth)+fmt.Sprint(node.Num))
			if len(outline) == 6 {
				break
			}
		}
		if want := []string{"1", ".4", ".2", "..3", "0", ".6"}; !slices.Equal(outline, want) {
			t.Errorf("got %q, want %q", outline, want)
		}

		must(t, mbox.Delete("1"))
		must(t, mbox.Expunge())
		uids, err := mbox.Thread(imapcompat.SE_UID, imapcompat.SE_FREE)
		must(t, err)
		for i, num := range []int{0, 3, 1, 2, 0, 5, 4} {
			uid := 0
			if num > 0 {
				uid, err = mbox.UID(num)
				must(t, err)
			}
			if uids[i].Num != uid {
				t.Errorf("node %d is %d, want %d", i, uids[i].Num, uid)
			}
		}
	})
}

func TestThreadOfNothing(t *testing.T) {
	both(t, nil, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		thread, err := mbox.Thread()
		if err != nil || thread == nil || len(thread) != 0 {
			t.Errorf("got %v, %v", thread, err)
		}
		if array, err := json.Marshal(thread); err != nil || string(array) != "[]" {
			t.Errorf("got %s, %v", array, err)
		}
		for depth, node := range thread.Walk() {
			t.Errorf("got %v at depth %d", node, depth)
		}
		must(t, mbox.Close())
		if _, err := mbox.Thread(); !errors.Is(err, imapcompat.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

// Flags that PHP has no name for: 16 is to do without the server's THREAD, which
// it has not, and 512 without anything else.
func TestThreadFlags(t *testing.T) {
	srv := imaptest.Config{Without: []string{"THREAD=REFERENCES"}}.NewServer(t, conversations...)
	for _, name := range []string{srv.IMAP(), srv.POP3()} {
		mbox := open(t, srv, name)
		for flags, wantIMAP := range map[imapcompat.SearchFlag]int{0: 7, 16: 7, 512: 0, 528: 0, -1: 0} {
			want := wantIMAP
			if name == srv.POP3() {
				want = 7
			}
			thread, err := mbox.Thread(flags)
			if err != nil || len(thread) != want {
				t.Errorf("%s, %d: got %v, %v, want %d nodes", name, flags, thread, err, want)
			}
		}
	}
}

func TestThreadLost(t *testing.T) {
	both(t, conversations, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		srv.Close()
		thread, err := mbox.Thread()
		if !errors.Is(err, imapcompat.ErrConnectionLost) || len(thread) != 0 || !strings.HasPrefix(err.Error(), "imap_thread(): Function returned an empty tree: ") {
			t.Errorf("got %v, %v", thread, err)
		}
		classed(t, err, imapcompat.ClassWarning)
	})
}

func ExampleConnection_Thread() {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{
		{Text: "Message-ID: <1@example.org>\nSubject: lunch?\n\nAt noon?\n"},
		{Text: "Message-ID: <2@example.org>\nSubject: Invoice 17\n\nSee attachment.\n"},
		{Text: "Message-ID: <3@example.org>\nSubject: Re: lunch?\nReferences: <1@example.org>\n\nLater.\n"},
		{Text: "Message-ID: <4@example.org>\nSubject: Re: lunch?\nReferences: <1@example.org> <3@example.org>\n\nOne?\n"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	mbox, _ := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	defer mbox.Close()

	thread, err := mbox.Thread()
	if err != nil {
		log.Fatal(err)
	}
	for depth, node := range thread.Walk() {
		fmt.Printf("%smessage %d\n", strings.Repeat("  ", depth), node.Num)
	}
	first := thread[0]                               // PHP's $thread["0.num"] is first.Num
	fmt.Println(first.Num, thread[first.Next].Num)   // its first reply
	fmt.Println(first.Num, thread[first.Branch].Num) // the next conversation
	// Output:
	// message 1
	//   message 3
	//     message 4
	// message 2
	// 1 3
	// 1 2
}
