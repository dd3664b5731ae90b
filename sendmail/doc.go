// Package sendmail sends the messages of imapcompat.Mail. [Command] runs a program, as PHP's
// setting sendmail_path does. [SMTP] sends to a submission server (RFC 6409).
//
// Both take the recipients from the fields To, Cc and Bcc of the message, as "sendmail -t"
// does. No recipient sees Bcc.
package sendmail
