// Package failpoint lets a test stop a process at a certain step of what must survive its end: the
// life of a message, the replacement of a file, the refresh of a token.
package failpoint

import "sync/atomic"

var hook atomic.Pointer[func(step string)]

// Set has f called at each step. It is for tests.
func Set(f func(step string)) { hook.Store(&f) }

// Hit marks a step.
func Hit(step string) {
	if f := hook.Load(); f != nil {
		(*f)(step)
	}
}
