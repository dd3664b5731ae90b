package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrTooLong says that a file is longer than the limit of its reader.
var ErrTooLong = errors.New("the file is longer than the limit")

// Read reads a file of at most limit octets. The error of a longer one is an [*fs.PathError] that
// matches [ErrTooLong].
func Read(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return ReadAll(file, limit)
}

// ReadAll is Read of an open file.
func ReadAll(file *os.File, limit int64) ([]byte, error) {
	octets, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(octets)) > limit {
		err = &fs.PathError{Op: "read", Path: file.Name(), Err: fmt.Errorf("%w of %d octets", ErrTooLong, limit)}
	}
	return octets, err
}
