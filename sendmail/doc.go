// Package sendmail sends the messages of imapcompat.Mail: [Command] hands them
// to a program, as PHP's setting sendmail_path has it, and [SMTP] to a
// submission server (RFC 6409).
//
// Either takes the recipients from the fields To, Cc and Bcc of the message,
// as "sendmail -t" does, and no one who receives the message sees Bcc.
package sendmail
