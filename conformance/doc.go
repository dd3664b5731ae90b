// Package conformance compares the library with the oracle: PHP's imap
// extension, on the same server and the same mailboxes.
//
// The package is its tests. They need PHP 8.2 with ext-imap and Dovecot 2.3,
// and are skipped without the environment variable IMAPCOMPAT_CONFORMANCE=1;
// the script run, in this folder, installs what is missing, sets the variable
// and prints how many cases were compared and how many were equal.
//
// A case is a sequence of calls made on both sides, PHP's in a worker process
// (package php), ours in this one, each on a mailbox of its own with the same
// content (package dovecot). A call is equal when json_encode of PHP's result
// and json.Marshal of ours are the same bytes, and PHP's warning, exception and
// error stack are ours.
package conformance
