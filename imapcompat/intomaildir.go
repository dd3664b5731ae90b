package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// maildir delivers into a folder of the Maildir format, which it creates. The name of a file
// is made of the message's key, so that a message that was delivered before, and not recorded
// as done, is recognized: in new, and in cur where mail programs put what they have seen.
type maildir struct {
	path string

	mu    sync.Mutex
	ready bool
	read  time.Time       // the time of the last change of cur when seen was made
	seen  map[string]bool // unique names in cur
}

// maildirSuffix ends the unique names of this program.
const maildirSuffix = ".imapcompat"

func (d *maildir) deliver(_ context.Context, m *inbox.Message) error {
	return local(d.add(m))
}

func (d *maildir) add(m *inbox.Message) error {
	if err := d.prepare(); err != nil {
		return err
	}
	name := m.Key() + maildirSuffix
	if there, err := d.has(name); there || err != nil {
		return err
	}
	return writeFile(filepath.Join(d.path, "tmp"), filepath.Join(d.path, "new"), name, unixLines(m.Text()))
}

func (d *maildir) prepare() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ready {
		return nil
	}
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(d.path, sub), 0o700); err != nil {
			return err
		}
	}
	sweep(filepath.Join(d.path, "tmp"))
	d.ready = true
	return nil
}

// has reports whether the folder has a message with a unique name. It looks into new first:
// a message moves from new to cur.
func (d *maildir) has(name string) (bool, error) {
	_, err := os.Lstat(filepath.Join(d.path, "new", name))
	if !errors.Is(err, fs.ErrNotExist) {
		return err == nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.readCur(); err != nil {
		return false, err
	}
	return d.seen[name], nil
}

// readCur reads the names in cur again if they have changed.
func (d *maildir) readCur() error {
	path := filepath.Join(d.path, "cur")
	info, err := os.Stat(path)
	if err != nil || d.seen != nil && info.ModTime().Equal(d.read) {
		return err
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return err
	}
	d.seen, d.read = map[string]bool{}, info.ModTime()
	for _, name := range names {
		if unique, _, _ := strings.Cut(name, ":"); strings.HasSuffix(unique, maildirSuffix) {
			d.seen[unique] = true
		}
	}
	return nil
}
