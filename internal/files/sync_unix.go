//go:build unix && !aix

package files

import (
	"errors"
	"os"
)

// SyncFolder puts the names in a folder on the disk.
func SyncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
