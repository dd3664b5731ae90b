// Package golden has results of PHP's extension, for tests that run without PHP.
//
// A [Recording] has what an IMAP server said of a small mailbox: each item of each message, and
// its answers to commands about mailboxes. A [Server] repeats it. It answers any FETCH from the
// items, so a recording does not depend on which commands a client sends.
//
// A [Call] is a call of a PHP function with its outcome, made while PHP was connected to a
// Server. [Functions], [TextFunctions] and [Parsers] make the same call with the library.
//
// The test TestGolden in conformance makes the recordings and the calls anew, and compares them
// with the files in testdata/golden of the repository's root. With -record it writes these
// files.
package golden
