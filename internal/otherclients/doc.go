// Package otherclients checks, for tests, that a connection never touches another
// message than its caller means while other clients change the mailbox.
//
// A schedule is a random sequence of calls of a caller, and of deliveries, marks,
// expunges and moves by another client between them. A model knows what the caller
// has seen under each message number and each UID. In it a message may be marked or
// gone only if the caller named it by the number or UID under which it was last seen,
// or the other client did it. The seed makes the whole schedule.
package otherclients
