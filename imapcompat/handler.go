package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/internal/failpoint"
	"github.com/imapcompat/imapcompat/internal/files"
)

// handler is where process hands messages over. Several goroutines call it.
type handler func(ctx context.Context, m *inbox.Message) error

// newHandler returns the handler of a task.
func newHandler(t *task, r *running) (handler, error) {
	if t.Exec != "" {
		return (&execHandler{t, r}).handle, nil
	}
	deliver, err := newPlace(t)
	if err != nil {
		return nil, err
	}
	return t.unlessAbsent(deliver), nil
}

// newPlace returns the handler that delivers into the place of a task.
func newPlace(t *task) (handler, error) {
	kind, place, ok := strings.Cut(t.Into, ":")
	switch {
	case !ok || place == "":
	case kind == "http" || kind == "https":
		return newPost(t)
	case kind == "dir":
		return (&emlFolder{path: place}).deliver, nil
	case kind == "maildir":
		return (&maildir{path: place}).deliver, nil
	case kind == "mbox":
		return (&mboxFile{path: place}).deliver, nil
	}
	return nil, fmt.Errorf("%q is not maildir:FOLDER, mbox:FILE, dir:FOLDER or http:URL", shownPlace(t.Into))
}

// absentAfter is the number of messages in a row that a place refuses for its own sake before
// the others are spared it.
const absentAfter = 10

// absentError ends a run because the place is not there. A later run may find it.
type absentError struct{ err error }

func (e *absentError) Error() string {
	return "the run is ended, the place is not there: " + e.err.Error()
}
func (e *absentError) Is(target error) bool { return target == imapcompat.ErrTemporary }

// unlessAbsent has a place that is not there end the run. Each message would wait for a
// service in vain otherwise.
func (t *task) unlessAbsent(deliver handler) handler {
	var mu sync.Mutex
	inRow := 0
	return func(ctx context.Context, m *inbox.Message) error {
		err := deliver(ctx, m)
		var later *inbox.LaterError
		mu.Lock()
		defer mu.Unlock()
		if !errors.As(err, &later) {
			inRow = 0
		} else if inRow++; inRow >= absentAfter {
			inRow = 0
			t.stop(&absentError{err})
		}
		return err
	}
}

// shownPlace returns what may be shown of a destination: an address may have a password.
func shownPlace(into string) string {
	kind, _, _ := strings.Cut(into, ":")
	return kind + ":…"
}

// laterAfter is when a message is tried again that is to be tried later, on average.
const laterAfter = 5 * time.Minute

// later returns the error of a message that needs something which is not there yet. The
// messages of one trouble do not all come back at once.
func later(err error) error {
	return inbox.Later(laterAfter*4/5+rand.N(laterAfter*2/5), err)
}

// local returns the failure of a place on this machine, such as a full disk. It says nothing
// about the message.
func local(err error) error {
	if err == nil {
		return nil
	}
	return later(err)
}

// emlFolder keeps messages as files, each named after its key, in a folder that it creates.
type emlFolder struct {
	path string
	once sync.Once
}

func (f *emlFolder) deliver(_ context.Context, m *inbox.Message) error {
	f.once.Do(func() {
		os.MkdirAll(f.path, 0o700) // writing reports the error
		sweep(f.path)
	})
	return local(writeFile(f.path, f.path, m.Key()+".eml", m.Text()))
}

// steps is a writer with a step before each piece.
type steps struct {
	io.Writer
	name string
}

func (s steps) Write(p []byte) (int, error) {
	failpoint.Hit(s.name)
	return s.Writer.Write(p)
}

// unfinishedMail begins the names of files that are being written.
const unfinishedMail = ".imapcompat-"

// writeFile writes a file as a whole or not at all: through another file in a folder of the
// same file system. It replaces a file of that name. The file is on the disk when it returns.
func writeFile(temporary, folder, name string, text io.Reader) error {
	return files.Replace(filepath.Join(folder, name), filepath.Join(temporary, unfinishedMail+"*"), func(w io.Writer) error {
		_, err := io.Copy(steps{w, "write"}, text)
		return err
	})
}

// abandoned is the age at which an unfinished file has no writer any more: that of the
// Maildir specification.
const abandoned = 36 * time.Hour

// sweep removes what programs have left that were killed while they wrote.
func sweep(folder string) {
	entries, _ := os.ReadDir(folder) // the first delivery reports the error
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && strings.HasPrefix(e.Name(), unfinishedMail) && time.Since(info.ModTime()) > abandoned {
			os.Remove(filepath.Join(folder, e.Name()))
		}
	}
}

// unixLines returns a reader that has LF for each CR LF, as local mailboxes do.
func unixLines(r io.Reader) io.Reader { return &lineEnds{bufio.NewReader(r)} }

type lineEnds struct{ r *bufio.Reader }

func (l *lineEnds) Read(p []byte) (n int, err error) {
	for n < len(p) {
		c, err := l.r.ReadByte()
		if err != nil {
			return n, err
		}
		if next, _ := l.r.Peek(1); c == '\r' && len(next) > 0 && next[0] == '\n' {
			continue
		}
		p[n] = c
		n++
	}
	return n, nil
}
