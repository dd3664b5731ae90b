//go:build !unix

package harness

import "errors"

// Kill returns an error: elsewhere there is no /proc.
func Kill(int) error { return errors.ErrUnsupported }
