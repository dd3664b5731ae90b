// Package inbox hands every message of a mailbox to a program once, whatever breaks.
//
//	ledger, err := sqlledger.Open("inbox.db")
//	box := inbox.New(mbox, ledger, inbox.Named("tickets"))
//	job := inbox.Job{Box: box, Handle: handle, Then: inbox.MoveTo("Processed")}
//	report, err := job.Run(ctx)
//
// A [Ledger] records what became of each message. [Box.Messages] is a loop over the messages
// that were never handled, and a [Job] is the same with several workers, further attempts,
// a quarantine, and moving or deleting afterwards. [Job.Run] handles what is there now, and
// [Job.Watch] goes on until its context ends. Package sqlledger keeps a ledger in SQLite or
// PostgreSQL, and several processes may share it.
//
// # Promises
//
// A message is claimed, read without setting \Seen, handed over, and recorded as done; only
// then the server is told. A worker that dies loses its claims after a while, and another one
// takes over; what it has recorded and not told the server is made up for.
//
// So effects that are in the ledger's database, in the transaction of [Message.DoneTx], happen
// exactly once. All other effects happen at least once: a handler that was killed before its
// message was recorded is called again with the same [Message.Key].
//
// # Which messages are the same
//
// A message is known by its place: its UID with the UIDVALIDITY of the mailbox, or its UIDL
// on POP3. A message at a place that is new is compared by its content with those that the
// box knows: by the server's EMAILID (RFC 8474) or X-GM-MSGID, and by the text, apart from
// line ends. So a job goes on where it was over another protocol, on another server, and
// after a change of UIDVALIDITY, and a message with three labels of Gmail is one message.
// The Message-ID means nothing, because messages share one.
//
// Two messages with one content are two if the same protocol and UIDVALIDITY show both. A message
// that the job has moved away or deleted and that is there again is another one: to have a message
// handled again, put it back. But a message that is first seen over another protocol, on another
// server or under a new UIDVALIDITY is taken for a handled one with its text, even if that one
// was removed before: it is not handed over. It stays where it is, because a message is removed
// only where it was handled, or where it has the same EMAILID or X-GM-MSGID. [Report] counts such
// messages as Kept.
package inbox
