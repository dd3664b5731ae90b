// Package kills is for tests. It kills workers, databases and mail servers at every step of
// the life of a message, and checks that each message was handled once.
//
// The workers are processes that run a job of package inbox. Its handler writes a row into a
// table of its own, in the transaction that records the message as done, or, under the key
// of the message, before it returns. A worker tells when it reaches the step at which something
// is to be killed, and waits there until that has happened. Then:
//   - Each message has one row.
//   - The messages are in the mailbox as the ledger says: moved once, deleted, flagged, or
//     untouched.
//   - Nothing is claimed, and nothing waits.
//   - The ledger finds no fault in itself.
//
// go test kills a few workers on SQLite and imaptest. make kills has all databases, protocols
// and servers, and prints how many kills there were at which step.
package kills
