package prove

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// File is a file that a run has written, changed or removed.
type File struct {
	Removed bool        `json:"removed,omitempty"`
	Mode    fs.FileMode `json:"mode,omitempty"`
	Link    string      `json:"link,omitempty"` // the target of a symbolic link
	Octets  int64       `json:"octets"`
	SHA256  string      `json:"sha256,omitempty"`
	// Text is the content of a file that is not long.
	Text Text `json:"text,omitempty"`
	// Tables is the content of a database of SQLite, line by line.
	Tables []string `json:"tables,omitempty"`
}

// Bounds of the work folder and of what is kept of its files.
const (
	maxFiles      = 20000
	maxFileOctets = 512 << 20 // of all
	maxFileText   = 1 << 20
)

// copyFolder copies a folder without version control, and without the folders and files that skip
// says.
func copyFolder(from, to string, skip func(path string) bool) error {
	var count, octets int64
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if relative != "." && (entry.Name() == ".git" || skip(path)) {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if count, octets = count+1, octets+info.Size(); count > maxFiles || octets > maxFileOctets {
			return fmt.Errorf("%s has more than %d files or %d MB: name a smaller folder for the files", from, maxFiles, maxFileOctets>>20)
		}
		switch mode := info.Mode(); {
		case mode.IsDir():
			if relative == "." {
				return os.MkdirAll(target, 0o755)
			}
			return os.Mkdir(target, mode.Perm()|0o700)
		case mode&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case mode.IsRegular():
			return copyFile(path, target, mode.Perm())
		}
		return nil // a socket or a device
	})
}

func copyFile(from, to string, mode fs.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Chmod(to, mode) // whatever the umask
}

// tree returns the files in a folder, by their paths with "/". A folder that is gone is empty.
func tree(folder string) (map[string]File, error) {
	files := map[string]File{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			if path == folder && errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil || relative == "." {
			return err
		}
		if len(files) >= maxFiles {
			return fmt.Errorf("the work folder has more than %d files", maxFiles)
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		file := File{Mode: info.Mode()}
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			file.Link, err = os.Readlink(path)
		case info.Mode().IsRegular():
			err = file.read(path)
		}
		files[filepath.ToSlash(relative)] = file
		return err
	})
	return files, err
}

func (f *File) read(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	var head bytes.Buffer
	if _, err := io.Copy(io.MultiWriter(hash, &head), io.LimitReader(file, maxFileText+1)); err != nil {
		return err
	}
	rest, err := io.Copy(hash, file)
	f.Octets = int64(head.Len()) + rest
	f.SHA256 = hex.EncodeToString(hash.Sum(nil))
	if head.Len() <= maxFileText {
		f.Text = Text(head.String())
	}
	return err
}

// changes returns what has become of files: those that are new, changed or gone.
func changes(before, after map[string]File) map[string]File {
	changed := map[string]File{}
	for name, file := range after {
		if old, ok := before[name]; !ok || old.Mode != file.Mode || old.Link != file.Link || old.SHA256 != file.SHA256 {
			changed[name] = file
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			changed[name] = File{Removed: true}
		}
	}
	return changed
}

// isBeside reports whether a file belongs to a database: SQLite's log or journal.
func isBeside(name string, files map[string]File) bool {
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if database, ok := strings.CutSuffix(name, suffix); ok && files[database].Tables != nil {
			return true
		}
	}
	return false
}
