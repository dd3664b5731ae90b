package backend

import "context"

// Watcher is a [Session] that learns of changes by other clients while it is open.
type Watcher interface {
	// Watch waits until [State].News differs from the given number. The end of ctx also ends
	// the wait, and is no error: the session stays usable. No message number changes its
	// meaning.
	Watch(ctx context.Context, news int) error
}
