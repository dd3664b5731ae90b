package backend

// Retriever is a [Session] whose service records messages as retrieved, with Peek or without
// ([Traits].NoPeek). The session can fetch some texts untraced, which means that the service does
// not record it ([Items].Untraced).
type Retriever interface {
	// Untraced reports whether the session can fetch texts untraced, as far as is known. It may
	// be called at any time, from any goroutine.
	Untraced() bool

	// Retrieve makes the service record the messages of a set as retrieved. It may do so with the
	// next exchange, at the latest in Logout.
	Retrieve(set Set)

	// Doubt returns an error if the text by Retrieve differs from the untraced one. It returns
	// each error once. Expunge keeps such a message until it is read again. Doubt may be called
	// at any time, from any goroutine.
	Doubt() error
}
