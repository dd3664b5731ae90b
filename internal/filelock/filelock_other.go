//go:build !windows && (!unix || aix)

package filelock

import (
	"errors"
	"os"
)

// Try fails: the system has no lock that ends with its process.
func Try(*os.File) (bool, error) { return false, errors.ErrUnsupported }
