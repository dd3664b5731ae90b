package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/internal/failpoint"
)

// mboxFile appends messages to a file of the mbox format, "mboxrd" (RFC 4155 appendix A has
// the family), which it creates. Each message gets a field with its key, so that a message
// that was appended before, and not recorded as done, is recognized.
//
// What is to be appended is first in a file beside it, the journal. If the program is killed
// while it appends, the next one finds the journal and appends the rest, so that no half of a
// message stays.
type mboxFile struct {
	path string

	mu   sync.Mutex
	file fs.FileInfo     // of the file when it was read last
	keys map[string]bool // of the messages in it
}

// keyField is the name of the field with the key.
const keyField = "X-Imapcompat-Key"

func (f *mboxFile) deliver(ctx context.Context, m *inbox.Message) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return local(f.add(ctx, m))
}

func (f *mboxFile) add(ctx context.Context, m *inbox.Message) (err error) {
	file, unlock, err := lockMbox(ctx, f.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := f.recover(file); err != nil {
		return err
	}
	if err := f.readKeys(file); err != nil {
		return err
	}
	if f.keys[m.Key()] {
		return nil
	}
	if err := f.append(file, m); err != nil {
		return err
	}
	return f.readKeys(file)
}

// journal is the first line of a journal. The text to be appended follows.
type journal struct {
	Offset int64 `json:"offset"` // where it begins in the mbox
	Size   int64 `json:"size"`
}

func (f *mboxFile) journalName() string { return f.path + ".imapcompat" }

// append appends a message.
func (f *mboxFile) append(file *os.File, m *inbox.Message) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	missing, err := gap(file, info.Size())
	if err != nil {
		return err
	}
	now := time.Now().UTC().Format(time.ANSIC) // RFC 4155 appendix A
	head := fmt.Sprintf("%sFrom %s %s\n%s: %s\n", missing, mboxSender(m), now, keyField, m.Key())
	counted := &counter{w: io.Discard}
	if err := writeMboxMessage(counted, head, m.Text()); err != nil {
		return err
	}
	text, w := io.Pipe()
	go func() {
		first, err := json.Marshal(journal{info.Size(), counted.octets})
		if err == nil {
			_, err = fmt.Fprintf(w, "%s\n", first)
		}
		if err == nil {
			err = writeMboxMessage(w, head, m.Text())
		}
		w.CloseWithError(err)
	}()
	folder, name := filepath.Split(f.journalName())
	if folder == "" {
		folder = "."
	}
	err = writeFile(folder, folder, name, text)
	text.Close() // ends the goroutine if writing failed
	if err != nil {
		return err
	}
	return f.recover(file)
}

// gap returns what is missing at the end of an mbox before the next message: its last line
// may have no end, and an empty line is between two messages.
func gap(file *os.File, size int64) (string, error) {
	if size == 0 {
		return "", nil
	}
	end := make([]byte, min(size, 2))
	if _, err := file.ReadAt(end, size-int64(len(end))); err != nil {
		return "", err
	}
	switch {
	case string(end) == "\n\n":
		return "", nil
	case end[len(end)-1] == '\n':
		return "\n", nil
	}
	return "\n\n", nil
}

// recover appends what the journal has and the mbox has not yet, and ends the journal.
func (f *mboxFile) recover(file *os.File) error {
	saved, err := os.Open(f.journalName())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer saved.Close()
	line, err := bufio.NewReader(saved).ReadBytes('\n')
	var j journal
	if err != nil || json.Unmarshal(line, &j) != nil {
		return fmt.Errorf("%s is no journal of this program", f.journalName())
	}
	text := io.NewSectionReader(saved, int64(len(line)), j.Size)
	if err := complete(file, j, text); err != nil {
		return err
	}
	return os.Remove(f.journalName())
}

// complete appends what is missing of the text of a journal.
func complete(file *os.File, j journal, text *io.SectionReader) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	there, err := common(io.NewSectionReader(file, j.Offset, j.Size), text)
	if err != nil {
		return err
	}
	from := there
	switch {
	case there == j.Size:
		return nil
	case j.Offset+there == info.Size():
	case there > int64(len("\n\nFrom ")):
		// Another program has appended something to a half of the message, or has changed the
		// whole of it. A message twice is better than a half of it.
		missing, err := gap(file, info.Size())
		if err != nil {
			return err
		}
		if _, err := file.WriteAt([]byte(missing), info.Size()); err != nil {
			return err
		}
		from = 0
	default:
		return nil // the mbox was written anew, and does not have the message
	}
	if _, err := text.Seek(from, io.SeekStart); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	if _, err := io.Copy(steps{file, "append"}, text); err != nil {
		return err
	}
	failpoint.Hit("appended")
	return file.Sync()
}

// common returns how many octets two readers have in common at their beginnings.
func common(a, b io.Reader) (n int64, err error) {
	first, second := bufio.NewReader(a), bufio.NewReader(b)
	for {
		c, err := first.ReadByte()
		if err == io.EOF {
			return n, nil
		}
		d, other := second.ReadByte()
		if err = cmp.Or(err, other); err == io.EOF {
			return n, nil
		}
		if err != nil || c != d {
			return n, err
		}
		n++
	}
}

// readKeys reads the keys of the messages that were appended since the file was read last,
// or all of them if it was changed otherwise.
func (f *mboxFile) readKeys(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if f.file != nil && os.SameFile(f.file, info) && info.Size() == f.file.Size() && info.ModTime().Equal(f.file.ModTime()) {
		return nil
	}
	begin := int64(0)
	if f.file != nil && os.SameFile(f.file, info) && beginsMessage(file, f.file.Size()) {
		begin = f.file.Size()
	} else {
		f.keys = map[string]bool{}
	}
	if err := findKeys(io.NewSectionReader(file, begin, info.Size()-begin), f.keys); err != nil {
		return err
	}
	f.file = info
	return nil
}

func beginsMessage(file *os.File, offset int64) bool {
	text := make([]byte, len("From "))
	_, err := file.ReadAt(text, offset)
	return err == nil && string(text) == "From "
}

// findKeys adds the keys of the messages in an mbox. A key is the first line of a message: a
// message with a field of that name in its header, or in its text, does not pass for another.
func findKeys(mbox io.Reader, keys map[string]bool) error {
	r := bufio.NewReader(mbox)
	empty, first, begins := true, false, true // after an empty line, a "From " line, a line end
	for {
		line, err := r.ReadSlice('\n')
		if name, value, ok := bytes.Cut(line, []byte(": ")); first && ok && string(name) == keyField {
			keys[string(bytes.TrimSpace(value))] = true
		}
		ended := bytes.HasSuffix(line, []byte{'\n'})
		first = ended && begins && empty && bytes.HasPrefix(line, []byte("From "))
		empty = begins && len(bytes.TrimRight(line, "\r\n")) == 0
		begins = ended
		if err == io.EOF {
			return nil
		}
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
	}
}

// writeMboxMessage writes a message as it stands in an mbox. In an mboxrd a line that begins
// with "From ", or with ">" before it, gets another ">".
func writeMboxMessage(w io.Writer, head string, text io.Reader) error {
	out := bufio.NewWriter(w)
	out.WriteString(head)
	r := bufio.NewReader(unixLines(text))
	begins := true // at the beginning of a line
	for {
		line, err := r.ReadSlice('\n')
		if begins && bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			out.WriteByte('>')
		}
		out.Write(line)
		if len(line) > 0 {
			begins = line[len(line)-1] == '\n'
		}
		if err == io.EOF {
			break
		}
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
	}
	if !begins {
		out.WriteByte('\n')
	}
	out.WriteByte('\n')
	return out.Flush()
}

// mboxSender returns the sender for the line "From ".
func mboxSender(m *inbox.Message) string {
	h := m.Header()
	for _, address := range []string{firstAddress(h.ReturnPath), firstAddress(h.From)} {
		if address := clean(address); address != "" && !strings.ContainsAny(address, " \t") {
			return bounded(address, 200)
		}
	}
	return "MAILER-DAEMON"
}
