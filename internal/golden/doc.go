// Package golden has what PHP's extension returned, for tests that run without
// PHP.
//
// A [Recording] is what an IMAP server said of a small mailbox: each item of each
// message, and its answers to commands about mailboxes. A [Server] says the same
// again. It answers any FETCH from the items, so that a recording does not depend
// on how a client divides its work between commands.
//
// A [Call] is a call of a PHP function, with all that came of it while PHP was
// connected to a Server. [Functions], [TextFunctions] and [Parsers] make the same
// call of the library.
//
// The test TestGolden in conformance makes the recordings and the calls anew and
// compares them with the files in testdata/golden of the repository's root; with
// -record it writes them.
package golden
