// Package backend is the interface between the imapcompat facade and a mail service.
//
// A service, such as an IMAP server, is reached through a [Session]. A bridge is a package of this
// repository that implements Session for a protocol: imapbridge or pop3bridge. The facade knows PHP
// (names, arguments, results, error texts) and no protocol. A bridge knows its protocol and no PHP.
// This package declares the plain data that they exchange.
//
// To add a service, implement [Session], and pass a function that opens one to the facade's option
// WithService. The package's example does so.
//
// # Interfaces
//
// Session has what every service can do. Each ability that only some services have is an interface
// of its own. If a Session does not implement it, the facade does this:
//
//   - [SectionWriter]: SaveBody holds the whole text in memory.
//   - [Searcher], [Sorter]: Search and Sort read the messages with Fetch.
//   - [Threader]: Thread reads the envelopes with Fetch.
//   - [Watcher]: Wait fails. A program can call Reopen instead.
//   - [Lister]: List, ListScan, LSub, GetMailboxes and GetSubscribed fail.
//   - [MailboxManager]: CreateMailbox, DeleteMailbox, RenameMailbox, Subscribe and
//     Unsubscribe fail.
//   - [Appender]: Append fails. [UIDAppender]: AppendUID fails.
//   - [Copier]: MailCopy and MailMove fail.
//   - [Mover]: WithMove changes nothing: MailMove copies the messages and marks them.
//   - [UIDCopier]: MailCopyUIDs and MailMoveUIDs fail.
//   - [UIDExpunger]: ExpungeUIDs fails. It does not fall back to Expunge.
//   - [Relocator]: MoveUIDs fails.
//   - [ModSequencer]: ChangedSince and SetFlagUnchanged fail.
//   - [Quotas]: GetQuota, GetQuotaRoot and SetQuota fail.
//   - [AccessControl]: GetACL and SetACL fail.
//   - [SeenMarker]: \Seen for messages that were read ahead is sent with Store.
//   - [Retriever]: texts of a service with [Traits].NoPeek are read ahead only for Messages and
//     with ReadAheadAll.
//
// A function that fails changes nothing, and its error matches [ErrNotSupported]. A session may
// implement an interface although its server cannot do it. Its method then returns
// ErrNotSupported. For a Searcher, Sorter, Threader or Mover the facade then acts as without the interface.
//
// A program adds a way to log in by a [Mechanism], whose exchanges with servers are
// [MechanismExchange] values. A token source of the program may be a [Refuser].
//
// # Message numbers
//
// A session numbers the messages of the selected mailbox from 1. Only Select, Unselect, Poll, Expunge
// and ExpungeUIDs may give a number to another message. If the server removes messages at other
// times, the session keeps the old numbers until then. Fetch leaves out a message that is gone, or
// yields it with [ErrBadMessageNumber].
//
// # Order and concurrency
//
// The facade makes one call at a time, and finishes an iteration before the next call. A session
// needs no locks for its callers.
package backend
