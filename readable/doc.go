// Package readable turns mail into what people read: header fields and texts in UTF-8,
// file names, and HTML and format=flowed as plain text.
//
// Mail breaks the rules of MIME often. No function of this package fails for that: each
// returns the best reading of a text, and [Doubts] about it where there are any. A program
// that only shows the text ignores them. A program that keeps or compares it looks at them.
//
// [Open] returns a message of a mailbox: its text as people read it, its attachments as
// streams, the messages in it, and what kind of message it is, such as a delivery report. Its
// methods return an error of the connection, and none for what is odd in the message.
//
// All functions take time linear in the length of their argument, and memory of a small
// multiple of it. The functions that return a [Reader] hold no more than 100 KiB, whatever
// they read.
//
// The charsets are those of golang.org/x/text, as browsers read them: ISO-8859-1 is read as
// Windows-1252, and GB2312 as GB18030. UTF-7, ISO-2022-KR and ISO-2022-CN are read too.
package readable
