// Package promises holds tests of the whole library, through its public API, of what holds
// for all functions and is no single function's. It has no code of its own. A file has one
// promise, most of which docs/security.md makes:
//
//   - injection_test.go: no argument becomes syntax on the wire.
//   - secrets_test.go and secretforms_test.go: nothing shows a password or a token, whatever
//     a server quotes of it.
//   - downgrade_test.go: no credentials are sent in a way that the caller has ruled out.
//   - growth_test.go and memory_test.go: a long argument costs as much as it is long.
//   - oddservers_test.go: what is odd in an answer costs that value only.
//   - soak_test.go: a connection may be used by any number of goroutines.
//   - compression_test.go: a compressed connection changes no result.
//   - pop3loop_test.go: a POP3 loop retrieves what the script has read, once.
//
// Package internal/hostile has the servers that lie and the networks that break, and
// internal/otherclients the mailbox that others change.
package promises
