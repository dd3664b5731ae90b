// Package backend is the interface between the imapcompat facade and a mail
// service.
//
// The facade knows PHP (names, arguments, results, error texts) and no
// protocol. A bridge, such as imapbridge or pop3bridge, knows its protocol and
// no PHP. What passes between them is declared here, as plain data.
//
// To add a service, implement [Session], and give a function that opens one to
// the facade's option WithService. What some services can do and others cannot
// has an interface of its own, which a Session implements or not: [Searcher],
// [Sorter], [Watcher], [MailboxManager], [Lister], [Appender], [Copier], [Quotas],
// [AccessControl], [UIDCopier], [UIDAppender] and [UIDExpunger].
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
