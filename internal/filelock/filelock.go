// Package filelock locks files between processes.
package filelock

import (
	"context"
	"os"
	"time"
)

// pause is the time between two attempts of Open.
const pause = 20 * time.Millisecond

// Open opens a file that is there to be locked, creates it if need be, and waits until it is
// locked or the context ends. Closing the file unlocks it, and so does the end of the process.
func Open(ctx context.Context, path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		locked, err := Try(file)
		if locked {
			return file, nil
		}
		if err == nil {
			err = wait(ctx)
		}
		if err != nil {
			file.Close()
			return nil, err
		}
	}
}

func wait(ctx context.Context) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
