package files

import (
	"errors"
	"io/fs"
	"os"
)

// Temporary is a file that goes with its process, also one that is killed. Windows keeps the name
// of an open file, so there only Close removes it.
type Temporary struct{ *os.File }

// CreateTemporary creates a file in the folder for temporary files. pattern is that of
// [os.CreateTemp].
func CreateTemporary(pattern string) (*Temporary, error) {
	file, err := os.CreateTemp("", pattern)
	if err != nil {
		return nil, err
	}
	os.Remove(file.Name())
	return &Temporary{file}, nil
}

// Close closes and removes the file.
func (t *Temporary) Close() error {
	err := t.File.Close()
	if gone := os.Remove(t.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
