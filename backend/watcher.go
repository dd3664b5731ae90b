package backend

import "context"

// Watcher is a [Session] that hears of changes by other clients while it is open.
type Watcher interface {
	// Watch waits until [State].News is not the given number. The end of ctx
	// ends the waiting, too, and is no error: the session stays as usable as it
	// was. No message number changes its meaning.
	Watch(ctx context.Context, news int) error
}
