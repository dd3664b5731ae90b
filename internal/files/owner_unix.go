//go:build unix

package files

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// CheckOwner refuses a file that somebody else has put into its folder: its owner is neither the user
// of this process, nor root, nor the owner of the folder.
func CheckOwner(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	folder, err := os.Stat(filepath.Dir(file.Name()))
	if err != nil {
		return err
	}
	owner := uid(info)
	if owner == os.Geteuid() || owner == 0 || owner == uid(folder) {
		return nil
	}
	return fmt.Errorf("%s belongs to another user (uid %d)", file.Name(), owner)
}

func uid(info os.FileInfo) int {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Uid)
	}
	return 0
}
