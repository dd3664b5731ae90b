// Package imapcompat is PHP's imap_* functions for Go: the same functions, arguments,
// results and quirks, over IMAP and POP3.
//
// A mail script ports line by line. The function imap_xyz($imap, …) is the method Xyz of a
// [Connection], and a function that takes no connection is a function of the package.
// Constants keep their names and values. Every other optional argument is the result of a
// function whose name begins with With:
//
//	mbox, err := imapcompat.Open("{imap.example.org:993/imap/ssl}INBOX", user, password)
//	info, err := mbox.MailboxMsgInfo()
//	err = mbox.Delete("1:3,7")
//	h, err := mbox.HeaderInfo(1)
//	err = mbox.Close(imapcompat.CL_EXPUNGE)
//
// The same program runs over POP3 with "{pop.example.org/pop3/ssl}INBOX".
//
// The pages of the documentation:
//
//   - [functions] lists PHP's functions with their Go names and the commands that they send.
//   - [porting] shows what scripts do most, in PHP and in Go.
//   - [testing] shows how to test a port without a mail server, in five minutes.
//   - [errors] lists the kinds of errors and says which are worth another try.
//   - [differences] lists where this package differs from PHP on purpose.
//   - [security] lists what is promised against hostile servers and arguments.
//   - [architecture] describes how the package is built, and how to add a mail service.
//
// # Results
//
// A result is a struct with PHP's properties. Its JSON is PHP's json_encode of the object:
// the same properties, present and absent, in the same order. A property that PHP leaves out
// is a zero value; Isset tells it from one that is there and empty.
//
// Texts are not decoded. [UTF8] and [MIMEHeaderDecode] decode subjects and names, [Base64]
// and [QPrint] decode bodies, and package golang.org/x/text decodes charsets. Package readable
// decodes all of these into UTF-8, and finds attachments and delivery reports. Mailbox names
// are in modified UTF-7, which [MUTF7ToUTF8] decodes.
//
// # Errors
//
// Where PHP returns false and warns, or throws a ValueError, a function returns an [*Error]
// with PHP's text. It matches one of the Err variables with [errors.Is]. Where PHP's false
// means that there is nothing, the result is empty and the error nil. Functions that return
// true in PHP when the server has refused, such as imap_delete and imap_expunge, return the
// error.
//
// [Connection.Errors] and [Connection.Alerts] return what imap_errors and imap_alerts
// collect. Functions that take no connection return it as notices.
//
// Arguments are checked before anything is sent. No octet of an argument reaches the server
// as a command of its own.
//
// # Message numbers
//
// A message number means the same message until Ping, Check, Expunge, Reopen or Close,
// whatever other clients do to the mailbox.
//
// # Loops
//
// A loop that reads one message at a time does not wait for the network at each of them.
// From the second message in a row on, the messages that follow are fetched while the
// program works. A row goes up or down the numbers, or along the result of Search, Sort,
// Thread or FetchOverview. The first window has 20 messages; the next one has as many as the
// link carries in four round trips, at most some 6 MiB for each kind of reading. A loop may
// read several things of each message, and change it.
//
// What is fetched ahead has no effect on the server. \Seen is set in the background when the
// program reads a message; its error is that of the next call or of Close. Flags in a result
// are at most 250 ms old. On POP3 only messages that the program reads are retrieved.
//
// A loop that marks, copies or moves messages does not wait for each of them either: see
// [Connection.Delete] and [Connection.MailCopy]. A refusal is then the error of a later call.
// [WithReadAhead] turns reading ahead off, or lets it retrieve on POP3.
// [Connection.Messages], [Connection.HeaderInfos] and [Connection.Overviews] are iterators.
//
// # Beyond PHP
//
// [OpenContext] and [Connection.WithContext] bound calls by a context. [WithTokenSource]
// logs in with OAuth2. Several goroutines may use a Connection. Package imaptest has servers
// for unit tests.
//
// [functions]: https://github.com/imapcompat/imapcompat/blob/main/docs/functions.md
// [porting]: https://github.com/imapcompat/imapcompat/blob/main/docs/porting.md
// [testing]: https://github.com/imapcompat/imapcompat/blob/main/docs/testing.md
// [errors]: https://github.com/imapcompat/imapcompat/blob/main/docs/errors.md
// [differences]: https://github.com/imapcompat/imapcompat/blob/main/docs/differences.md
// [security]: https://github.com/imapcompat/imapcompat/blob/main/docs/security.md
// [architecture]: https://github.com/imapcompat/imapcompat/blob/main/docs/architecture.md
package imapcompat
