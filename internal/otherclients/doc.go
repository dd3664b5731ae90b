// Package otherclients is for tests. It checks that a connection never touches a message that
// its caller does not mean, while other clients change the mailbox.
//
// A schedule is a random sequence of calls of a caller, with deliveries, marks, expunges and
// moves by another client between them. A model records what the caller has seen under each
// message number and UID. A message may be marked or removed only if the caller named it by the
// number or UID under which it was last seen, or if the other client did it. The seed
// determines the whole schedule.
package otherclients
