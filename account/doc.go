// Package account opens mailboxes by their addresses, after "imapcompat login" has recorded how.
//
//	$ imapcompat login ada@gmail.com
//
//	mbox, err := account.Open(ctx, "ada@gmail.com")
//
// A [Book] keeps the accounts in a file, and their tokens and passwords in an [oauth.Store]: the
// keyring of the operating system, or files. The file of accounts has no secret. Several processes
// may use a book at the same time. Of Kerberos and of a client certificate it has the paths only, and
// imapcompat.WithTLSConfig replaces the certificate.
package account
