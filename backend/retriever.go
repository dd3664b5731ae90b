package backend

// Retriever is a [Session] whose service records each text that is read, with Peek or without
// ([Traits].NoPeek), and that can fetch some texts without being recorded ([Items].Untraced).
type Retriever interface {
	// Untraced reports whether the session can do so, as far as is known. It may be called at
	// any time, from any goroutine.
	Untraced() bool

	// Retrieve makes the service record the messages of a set as read. It may do so with the
	// next exchange, at the latest in Logout.
	Retrieve(set Set)

	// Doubt returns, once, the error of a message that was fetched untraced and that Retrieve
	// then found to differ. Expunge does not remove such a message before it was read again.
	// Doubt may be called at any time, from any goroutine.
	Doubt() error
}
