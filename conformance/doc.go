// Package conformance compares the library with the oracle: PHP's imap
// extension, on the same server and the same mailboxes.
//
// The package is its tests. They need PHP 8.2 with ext-imap and Dovecot 2.3,
// and are skipped without the environment variable IMAPCOMPAT_CONFORMANCE=1;
// the script run, in this folder, installs what is missing, sets the variable
// and prints how many cases were compared and how many were equal.
//
// A case is a call made on both sides, PHP's in a worker process (package php),
// ours in this one. It is equal when json_encode of PHP's result and
// json.Marshal of ours are the same bytes, and PHP's warning, exception and
// stacks of errors and alerts are ours. Where we return an error and PHP a
// value and a text on the stack of errors, the value has to be the one that the
// function returns when it fails, and the text has to be the same. Of the times
// in results the ones that are now are now on both sides.
//
// The calls are those of the first functions of docs/functions.md, over IMAP and
// POP3:
//
//   - each reading function on each message of testdata/messages, and of a folder
//     beside the repository where it exists, over a connection of its own: in
//     c-client what was read before changes what is returned (corpus_test.go),
//     and each section of each message (sections_test.go);
//   - sequences of calls, made once by each side on mailboxes of its own that are
//     alike, with the state on the server as another session sees it, and over
//     networks that fail (scenario_test.go);
//   - each reading function on 10,000 messages that package generate makes, and
//     most of their sections (generated_test.go);
//   - the parsers on random texts, without a mail server or on imaptest's POP3, where
//     c-client parses for itself: 20,000 calls, or IMAPCOMPAT_CASES
//     (differential_test.go; inputs_test.go says what the texts are). An input of
//     which the sides make different things is shown as short as they still do, and
//     one of which PHP dies without a known reason (excuses_test.go) fails, too;
//   - 600 random sequences of calls, with what is on the server at the end
//     (playing_test.go). One that the sides play differently is shown as short as
//     it still differs;
//   - names, kinds of connection and logins (open_test.go);
//   - a server that says what Dovecot does not (script_test.go);
//   - what servers are reported to say, in the small files of testdata/transcripts
//     (transcripts_test.go): each is played to both sides once for each list of calls.
//     Package transcript documents the form of the files;
//   - whole scripts and their ports, of docs/idioms (idioms_test.go);
//   - the golden results of the root package's tests, which run without PHP: that
//     PHP still returns them (golden_test.go). After a change of the calls, or of
//     the commands that the library sends, "-test.run TestGolden -record" writes them.
//
// What is generated and random depends on a seed, which is always the same, so
// that what passed passes again. IMAPCOMPAT_SEED sets another one, "random" any,
// IMAPCOMPAT_ONE the number of the only message, input or sequence to compare, and
// IMAPCOMPAT_PERCENT how many there are. A test that fails says how to have the
// same case alone.
//
// PHP scripts are compared too, in all that they print, with the extension and
// over package phpbridge (phpbridge_test.go).
//
// The script servers/run makes some of these comparisons, and those of
// servers_test.go, on Courier, Cyrus and GNU Mailutils, for each server has its
// own idea of hierarchies, of what is NIL, of literals and of errors. There the
// messages of testdata/messages are compared and every eighth of the folder beside
// the repository. Left out are sections that no message has, flags of which PHP
// makes a command that Courier waits for the rest of, and what other tests do on
// several of Dovecot's mailboxes: TestOtherMailboxes does it with names of the
// server's. Messages that a server refuses are not compared on it.
//
// The cases in testdata/known differ on purpose, and those in testdata/known-*
// on one of those servers. An entry there under which
// nothing differs any more fails the run.
package conformance
