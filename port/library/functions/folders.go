package functions

import (
	"fmt"
	"os"
)

// A folder is what opendir returns.
type folder struct {
	names []string
	next  int
}

// opendir is opendir.
//
//php:function opendir(directory)
func opendir(name string) (*folder, error) {
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, fmt.Errorf("opendir(%s): Failed to open directory: %s", name, reason(err))
	}
	d := &folder{names: []string{".", ".."}}
	for _, entry := range entries {
		d.names = append(d.names, entry.Name())
	}
	return d, nil
}

// readdir is readdir, false after the last name. The order is that of the names; PHP's is that
// of the file system.
//
//php:function readdir(dir_handle)
func readdir(d *folder) (string, bool) {
	if d.next >= len(d.names) {
		return "", false
	}
	d.next++
	return d.names[d.next-1], true
}

// rewinddir is rewinddir.
//
//php:function rewinddir(dir_handle)
func rewinddir(d *folder) { d.next = 0 }

// closedir is closedir.
//
//php:function closedir(dir_handle)
func closedir(d *folder) { d.names = nil }

// Close is closedir.
func (d *folder) Close() error {
	closedir(d)
	return nil
}
