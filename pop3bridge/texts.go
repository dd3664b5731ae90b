package pop3bridge

import (
	"slices"

	"github.com/imapcompat/imapcompat/internal/mime"
)

// maxTexts bounds the texts that are kept, in octets. A longer last text is kept alone. So
// a script that reads the structure and then each part of a message needs one RETR, even
// when some messages are prefetched.
const maxTexts = 4 << 20

// wholeText is the text of a message.
type wholeText struct {
	num  uint32 // number on the server
	text []byte
	// The text has as many octets as LIST says.
	asListed bool

	mime    *mime.Message // nil until it is needed
	notices []string      // parse errors
}

// parse parses the MIME structure once. An unknown media type is reported only for the
// first message that has it.
func (w *wholeText) parse(names *mime.Names) *mime.Message {
	if w.mime == nil {
		w.mime = mime.Parse(w.text, names, func(text string) { w.notices = append(w.notices, text) })
	}
	return w.mime
}

// texts has the last messages that were read whole.
type texts struct {
	list   []*wholeText // the latest is the last
	byNum  map[uint32]*wholeText
	octets int
}

// find returns the text of a message, or nil if it is not kept.
func (t *texts) find(num uint32) *wholeText { return t.byNum[num] }

// add keeps a text. It drops the oldest texts when all are longer than maxTexts together.
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
		t.unindex(oldest)
	}
}

// remove drops a text.
func (t *texts) remove(num uint32) {
	if w := t.byNum[num]; w != nil {
		t.list = slices.DeleteFunc(t.list, func(other *wholeText) bool { return other == w })
		t.unindex(w)
	}
}

// unindex removes a text, which is not in the list any more, from the index and the count.
func (t *texts) unindex(w *wholeText) {
	delete(t.byNum, w.num)
	t.octets -= len(w.text)
}
