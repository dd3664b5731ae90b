// Package conformance compares the library with the oracle: PHP's imap
// extension, on the same server and the same mailboxes.
//
// The package contains only tests. They need PHP 8.2 with ext-imap and Dovecot 2.3, and are
// skipped unless the environment variable IMAPCOMPAT_CONFORMANCE is set. The script run, in
// this folder, installs what is missing, sets the variable, and prints how many cases were
// compared and how many were equal.
//
// A case is a call made on both sides, PHP's in a worker process (package php), ours in this
// one. It is equal if json_encode of PHP's result and json.Marshal of ours are the same bytes,
// and PHP's warning, exception and stacks of errors and alerts equal ours. If we return an
// error, and PHP a value and a text on the stack of errors, the value must be the one that the
// function returns on failure, and the text must be the same. Times of the call are replaced on
// both sides.
//
// The calls are those of the first functions of docs/functions.md, over IMAP and POP3:
//
//   - Each reading function is called on each message of testdata/messages, and of a folder
//     beside the repository if it exists, over a connection of its own: in c-client earlier
//     reading changes later results (corpus_test.go). So is each section of each message read
//     (sections_test.go).
//   - Sequences of calls are made once by each side on equal mailboxes, with the state on the
//     server as another session sees it, and over networks that fail (scenario_test.go).
//   - Each reading function is called on 10,000 messages of package generate, and on most of
//     their sections (generated_test.go).
//   - Logins by GSSAPI are compared with Kerberos tickets of all kinds, on a KDC and a Dovecot
//     of their own (gssapi_test.go).
//   - The parsers are compared on random texts, without a mail server or on imaptest's POP3,
//     where c-client parses itself: 20,000 calls, or IMAPCOMPAT_CASES (differential_test.go;
//     inputs_test.go describes the texts). If an input differs, the test shows the shortest
//     one that still does. An input that crashes PHP without a known reason (excuses_test.go)
//     also fails.
//   - 600 random sequences of calls are compared, with the state on the server at the end
//     (playing_test.go). If a sequence differs, the test shows the shortest one that still
//     does.
//   - open_test.go compares names, kinds of connection and logins.
//   - script_test.go has a server that sends what Dovecot does not.
//   - testdata/transcripts has small files with what servers are reported to send
//     (transcripts_test.go). Each is played to both sides once for each list of calls. Package
//     transcript documents the form of the files.
//   - idioms_test.go compares the scripts of docs/idioms with their ports.
//   - golden_test.go checks that PHP still returns the golden results of the root package's
//     tests, which run without PHP. After a change of the calls, or of the commands that the
//     library sends, "-test.run TestGolden -record" writes them.
//
// Generated and random cases depend on a fixed seed, so that a test that passed passes again.
// IMAPCOMPAT_SEED sets another seed ("random" for any), IMAPCOMPAT_ONE the number of the only
// message, input or sequence to compare, and IMAPCOMPAT_PERCENT how many there are. A test that
// fails says how to repeat the case alone.
//
// PHP scripts are compared too: phpbridge_test.go compares all their output with the extension
// and over package phpbridge.
//
// The script servers/run makes some of these comparisons, and those of servers_test.go, on
// Courier, Cyrus and GNU Mailutils. Each server treats hierarchies, NIL, literals and errors in
// its own way. There the tests compare the messages of testdata/messages, and every eighth of
// the folder beside the repository. They leave out sections that no message has, flags that PHP
// sends as a command of which Courier waits for the rest, and tests on several of Dovecot's
// mailboxes, which TestOtherMailboxes replaces with names of the server. Messages that a server
// refuses are not compared on it.
//
// The cases in testdata/known differ on purpose, and those in testdata/known-* on one of those
// servers. An entry without a difference fails the run.
package conformance
