package oauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/failpoint"
	"github.com/imapcompat/imapcompat/internal/filelock"
	"github.com/imapcompat/imapcompat/internal/files"
)

// File is a [Store] and [Locker] in a folder of the user's. Each account has a file of JSON, which
// only the user can read. It is replaced as a whole: who reads it sees the old token or the new
// one, also after a crash or a power cut. Another file, which is empty and stays, is locked.
//
// Tokens are not encrypted: whoever can read the user's files can use them. Package keyring
// leaves that to the operating system.
//
// On Windows the folder's access control decides who can read it, as for any folder within the
// user's profile.
type File struct {
	// Dir is the folder. It is created if need be, with access for the user only. On Unix a
	// folder that others can write to is refused, and so is a file that others can read.
	Dir string
}

// path returns the file of an account.
func (f File) path(account string) (string, error) {
	if account == "" || f.Dir == "" {
		return "", fmt.Errorf("%w: a folder and an account are needed", backend.ErrInvalidArgument)
	}
	return filepath.Join(f.Dir, fileName(account)), nil
}

// maxName is the longest part of a file name that is made of an account. 255 octets are the limit
// of most file systems, and the names of temporary files are longer.
const maxName = 180

// fileName returns the name of an account's file. No two accounts have the same, whether or not the
// file system knows upper case, and none is special to a system.
func fileName(account string) string {
	var b strings.Builder
	for i := range len(account) {
		switch c := account[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '@', c == '.', c == '-', c == '_', c == '+':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	name := b.String()
	if len(name) > maxName {
		sum := sha256.Sum256([]byte(account))
		name = "#" + hex.EncodeToString(sum[:]) // no other name has a "#"
	}
	return "oauth2-" + name + ".json"
}

// Load returns the token of an account. Beside ErrNoToken there is ErrStore, for a file that cannot
// be read, that others can read, or that holds something else.
func (f File) Load(ctx context.Context, account string) (*oauth2.Token, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	path, err := f.path(account)
	if err != nil {
		return nil, err
	}
	text, err := readPrivate(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: there is no %s", ErrNoToken, path)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	t, err := DecodeToken(account, text)
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", err, path)
	}
	return t, nil
}

// readPrivate reads a file that only the user can read.
func readPrivate(path string) ([]byte, error) {
	// A pipe in the file's place would never end.
	if info, err := os.Lstat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if files.HasModes && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others can read or write %s (mode %#o): make it yours with `chmod 600`, and log in again if others may have read it", path, info.Mode().Perm())
	}
	return files.ReadAll(file, maxRecord)
}

// Save replaces the token of an account, or removes it if t is nil. The error matches ErrStore if
// the folder cannot be written to, or is another's; the old token is then still there.
//
// Use [Replace] unless the lock is held.
func (f File) Save(ctx context.Context, account string, t *oauth2.Token) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	path, err := f.path(account)
	if err != nil {
		return err
	}
	if t == nil {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %w", ErrStore, err)
		}
		f.removeLeft(path, 0)
		if err := files.SyncFolder(f.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %w", ErrStore, err)
		}
		return nil
	}
	text, err := EncodeToken(account, t)
	if err != nil {
		return err
	}
	if err := f.makeDir(); err != nil {
		return err
	}
	err = files.Replace(path, path+".*"+temporary, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	failpoint.Hit("saved")
	return nil
}

// makeDir creates the folder, and refuses one where others can put files.
func (f File) makeDir() error {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	info, err := os.Stat(f.Dir)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	if files.HasModes && info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%w: others can write to the folder %s (mode %#o): make it yours with `chmod 700`", ErrStore, f.Dir, info.Mode().Perm())
	}
	return nil
}

const temporary = ".tmp"

// Lock locks an account between processes, and within this one. The error matches
// backend.ErrTimeout if another process has the lock until ctx ends. The lock of a process that is
// killed ends with it.
func (f File) Lock(ctx context.Context, account string) (unlock func(), err error) {
	path, err := f.path(account)
	if err != nil {
		return nil, err
	}
	if err := f.makeDir(); err != nil {
		return nil, err
	}
	file, err := filelock.Open(ctx, path+".lock")
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("%w: another process holds %s.lock", backend.ErrTimeout, path)
	case errors.Is(err, context.Canceled):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	f.removeLeft(path, staleAge)
	return func() { file.Close() }, nil
}

// staleAge is the age of a temporary file that nobody is writing any more.
const staleAge = 10 * time.Minute

// removeLeft removes what killed processes have left: their temporary files of an age hold tokens.
func (f File) removeLeft(path string, age time.Duration) {
	entries, err := os.ReadDir(f.Dir)
	if err != nil {
		return // the next Save has the error
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, filepath.Base(path)+".") || !strings.HasSuffix(name, temporary) {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) >= age {
			os.Remove(filepath.Join(f.Dir, name)) // another process may have removed it
		}
	}
}
