package oauth

import "time"

// SetNow sets the clock.
func SetNow(f func() time.Time) { now = f }

// FileName returns the name of an account's file.
var FileName = fileName
