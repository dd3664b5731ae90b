// Package backend is the interface between the imapcompat facade and a mail
// service.
//
// The facade knows PHP (names, arguments, results, error texts) and no
// protocol. A bridge, such as imapbridge or pop3bridge, knows its protocol and
// no PHP. What passes between them is declared here, as plain data.
//
// To add a service, implement [Session], and give a function that opens one to
// the facade's option WithService. The package's example does.
//
// # Interfaces
//
// Session is what every service can do. What only some can do has an interface of its own,
// which a Session implements or not. Without it the facade does this:
//
//   - [SectionWriter]: SaveBody holds the whole text in memory.
//   - [Searcher], [Sorter]: Search and Sort read the messages with Fetch.
//   - [Threader]: Thread reads the envelopes with Fetch.
//   - [Watcher]: Wait fails. A program uses Reopen to hear of new messages.
//   - [Lister]: List, ListScan, LSub, GetMailboxes and GetSubscribed fail.
//   - [MailboxManager]: CreateMailbox, DeleteMailbox, RenameMailbox, Subscribe and
//     Unsubscribe fail.
//   - [Appender], [UIDAppender]: Append fails, or AppendUID.
//   - [Copier]: MailCopy and MailMove fail.
//   - [Mover]: WithMove changes nothing: MailMove copies the messages and marks them.
//   - [UIDCopier]: MailCopyUIDs and MailMoveUIDs fail.
//   - [UIDExpunger]: ExpungeUIDs fails. It never falls back on Expunge.
//   - [Quotas]: GetQuota, GetQuotaRoot and SetQuota fail.
//   - [AccessControl]: GetACL and SetACL fail.
//   - [Retriever]: texts of a service with [Traits].NoPeek are not read ahead.
//
// What fails does so with an error that matches [ErrNotSupported], and changes nothing.
// A service that has an interface and finds out that it cannot returns ErrNotSupported
// itself. Of a Searcher, Sorter, Threader or Mover the facade takes that as if the interface
// were missing.
//
// # Message numbers
//
// A session numbers the messages of the selected mailbox from 1. A number
// never comes to mean another message except in a call of Select, Poll or
// Expunge. A bridge whose server removes messages at other times keeps the old
// numbers until then; a message that is gone is absent from the results.
//
// # Order and concurrency
//
// The facade makes one call at a time and finishes an iteration before the
// next call. A session needs no locks for its callers' sake.
package backend
