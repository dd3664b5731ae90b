package backend

// Retriever is a [Session] whose service takes note of each text that is read, Peek
// or not ([Traits].NoPeek), and that can bring some of them without
// ([Items].Untraced).
type Retriever interface {
	// Untraced reports whether it can, as far as is known. It may be called at any time,
	// from any goroutine.
	Untraced() bool

	// Retrieve has the service take note of the messages of a set as of any that
	// is read. That may wait for the next exchange, at the latest for Logout.
	Retrieve(set Set)

	// Doubt returns, once, the error of a message that was brought untraced and of
	// which the service then had something else. Expunge does not remove such a
	// message before it was read again. Doubt may be called at any time, from any
	// goroutine.
	Doubt() error
}
