package files

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/imapcompat/imapcompat/internal/failpoint"
)

// Replace puts what write writes in the place of a file, or of none. Who opens the file sees the
// old one or the new one, also after a crash, and the new one is on the disk when Replace returns.
// It is written under another name first: temporary is a pattern of [os.CreateTemp] with a folder of
// the same file system. A process that is killed leaves that file. Its mode is 0600.
func Replace(path, temporary string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(temporary), filepath.Base(temporary))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
		}
	}()
	failpoint.Hit("created")
	if err = write(file); err != nil {
		return err
	}
	failpoint.Hit("written")
	if err = file.Sync(); err != nil {
		return err
	}
	if err = file.Close(); err != nil {
		return err
	}
	failpoint.Hit("closed")
	if err = rename(file.Name(), path); err != nil {
		return err
	}
	failpoint.Hit("renamed")
	return SyncFolder(filepath.Dir(path))
}

// rename waits for readers on Windows, where the file of a reader cannot be replaced.
func rename(from, to string) (err error) {
	for range 50 {
		if err = os.Rename(from, to); err == nil || HasModes {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}
