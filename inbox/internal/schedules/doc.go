// Package schedules is for tests. It plays random schedules of workers at one mailbox and of
// what happens to it, and checks that each message is handled once.
//
// A schedule has up to three workers, each with a session of its own over IMAP or POP3, and a
// ledger whose clock the schedule sets. In each step a worker scans, claims, handles or
// answers, or dies before or after any call to the ledger. Or another client delivers,
// removes, moves away and back, the mailbox gets a new UIDVALIDITY, a connection breaks, or
// time passes. In between and at the end, workers without faults handle what is left.
//
// The effect of a message is counted in the transaction that records it as done. Then:
//   - No message has two effects, and none has one before it was handed over.
//   - After the faultless workers every message in the mailbox has had its effect, and there
//     were at least as many effects as there are messages with one text.
//   - The workers have removed no message that was not recorded as done or skipped. Copies of a
//     text differ in line breaks at the end, which tells them apart here and nowhere else.
//   - The messages are where the ledger says that they are.
package schedules
