package pop3bridge

import (
	"slices"

	"github.com/imapcompat/imapcompat/internal/mime"
)

// maxTexts bounds the texts that are kept beside the last one, in octets. A
// script that reads the structure and then each part of a message gets all of
// it by one RETR, also when some messages are read ahead of it.
const maxTexts = 4 << 20

// wholeText is the text of a message.
type wholeText struct {
	num  uint32 // on the server
	text []byte
	// RETR has brought as many octets as LIST had said.
	asListed bool

	mime    *mime.Message // nil until it is needed
	notices []string      // what does not parse in it
}

// parse reads the MIME structure, once: a name that is not known is reported for
// the first message that has it.
func (w *wholeText) parse(names *mime.Names) *mime.Message {
	if w.mime == nil {
		w.mime = mime.Parse(w.text, names, func(text string) { w.notices = append(w.notices, text) })
	}
	return w.mime
}

// texts are those of the messages that were read whole last.
type texts struct {
	list   []*wholeText // the latest at the end
	byNum  map[uint32]*wholeText
	octets int
}

// find returns the text of a message, nil if it is not kept.
func (t *texts) find(num uint32) *wholeText { return t.byNum[num] }

// add keeps a text, in place of the oldest ones if they are too long together.
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

// remove keeps a text no longer.
func (t *texts) remove(num uint32) {
	if w := t.byNum[num]; w != nil {
		t.list = slices.DeleteFunc(t.list, func(other *wholeText) bool { return other == w })
		t.forget(w)
	}
}

// forget does not count any more what is out of the list.
func (t *texts) forget(w *wholeText) {
	delete(t.byNum, w.num)
	t.octets -= len(w.text)
}
