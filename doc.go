// Package imapcompat is PHP's imap_* functions for Go: the same functions,
// arguments, results and quirks, over IMAP and POP3.
//
// A mail script ports line by line. imap_xyz($imap, …) is the method Xyz of a
// [Connection]; what takes no connection in PHP is a function of the package;
// constants keep their names and values:
//
//	mbox, err := imapcompat.Open("{imap.example.org:993/imap/ssl}INBOX", user, password)
//	info, err := mbox.MailboxMsgInfo()
//	err = mbox.Delete("1:3,7")
//	h, err := mbox.HeaderInfo(1)
//	err = mbox.Close(imapcompat.CL_EXPUNGE)
//
// The same program runs against "{pop.example.org/pop3/ssl}INBOX".
//
// docs/porting.md has what scripts do most, in PHP and in Go, and docs/functions.md
// each function with its Go name.
//
// # Results
//
// A result is a struct with PHP's properties. Its JSON is PHP's json_encode of
// the object, the same properties present and absent, in the same order. A
// property that PHP leaves out is a zero value; Isset tells it from one that is
// there and empty.
//
// Texts are as they stand in the message or as the server has them: [UTF8] and
// [MIMEHeaderDecode] decode subjects and names, [Base64] and [QPrint] bodies,
// and package golang.org/x/text charsets. Mailbox names are in modified UTF-7,
// see [MUTF7ToUTF8].
//
// # Errors
//
// Where PHP returns false and warns, or throws a ValueError, there is an
// [*Error] with the text that PHP reports. It matches one of the Err variables
// with [errors.Is]. Where PHP's false only means that there is nothing, there is
// an empty result and no error. Functions that return true in PHP even if the
// server refused, such as imap_delete and imap_expunge, return the error. What
// imap_errors and imap_alerts collect is in [Connection.Errors] and
// [Connection.Alerts]; functions that take no connection return it as notices.
//
// Arguments are checked before anything is sent, and no argument can become a
// command of its own, whatever octets it holds.
//
// # Message numbers
//
// A message number means the same message until Ping, Check, Expunge, Reopen
// or Close, whatever other clients do to the mailbox meanwhile.
//
// # Loops
//
// A loop that reads one message at a time does not wait for the network each time.
// From the second message in a row on, up or down the numbers or along the result of
// a Search, Sort, Thread or FetchOverview, the next ones are fetched while the program
// works: 20, then as many as the link carries in four round trips, at most some 6 MiB of
// them for each kind of reading. A loop may read several things of each message and change
// it. What is fetched ahead has no effect: \Seen is set when the program reads a message, in the background, and an
// error of that is the next call's or Close's. Flags that are shown are at most 250 ms
// old. On POP3 no message is retrieved that the program has not read. A loop that marks
// messages does not wait for each either: see [Connection.Delete]. [WithReadAhead] has the
// rest, and turns it off. [Connection.Messages] and its like are iterators over
// messages.
//
// # Beyond PHP
//
// [OpenContext] and [Connection.WithContext] bound calls by a context.
// [WithTokenSource] logs in with OAuth2. A Connection may be used by several
// goroutines. Package imaptest has servers for unit tests.
package imapcompat
