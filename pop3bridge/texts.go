package pop3bridge

import (
	"slices"

	"github.com/imapcompat/imapcompat/internal/mime"
)

// maxTexts limits the texts that are kept in addition to the last one, in octets. A script that
// reads the structure and then each part of a message needs one RETR, even if some messages are
// read ahead.
const maxTexts = 4 << 20

// wholeText is the text of a message.
type wholeText struct {
	num  uint32 // number on the server
	text []byte
	// asListed tells that RETR has brought as many octets as LIST announced.
	asListed bool

	mime    *mime.Message // nil until needed
	notices []string      // what did not parse
}

// parse parses the MIME structure once. An unknown name is reported for the first message that
// has it.
func (w *wholeText) parse(names *mime.Names) *mime.Message {
	if w.mime == nil {
		w.mime = mime.Parse(w.text, names, func(text string) { w.notices = append(w.notices, text) })
	}
	return w.mime
}

// texts has the texts of the messages that were last read whole.
type texts struct {
	list   []*wholeText // the latest at the end
	byNum  map[uint32]*wholeText
	octets int
}

// find returns the text of a message, or nil.
func (t *texts) find(num uint32) *wholeText { return t.byNum[num] }

// add adds a text, and drops the oldest ones if all are too long together.
func (t *texts) add(w *wholeText) {
	t.remove(w.num)
	if t.byNum == nil {
		t.byNum = make(map[uint32]*wholeText)
	}
	t.byNum[w.num] = w
	t.list = append(t.list, w)
	t.octets += len(w.text)
	for len(t.list) > 1 && t.octets > maxTexts {
		oldest := t.list[0]
		t.list[0] = nil
		t.list = t.list[1:]
		t.forget(oldest)
	}
}

// remove drops a text.
func (t *texts) remove(num uint32) {
	if w := t.byNum[num]; w != nil {
		t.list = slices.DeleteFunc(t.list, func(other *wholeText) bool { return other == w })
		t.forget(w)
	}
}

// forget subtracts a text that has left the list.
func (t *texts) forget(w *wholeText) {
	delete(t.byNum, w.num)
	t.octets -= len(w.text)
}
