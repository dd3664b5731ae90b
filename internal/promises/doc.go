// Package promises tests the whole library through its public API. Each file tests a promise
// about all functions, most of them from docs/security.md. The package contains only tests.
//
//   - injection_test.go: no argument becomes syntax on the wire.
//   - secrets_test.go and secretforms_test.go: nothing shows a password or a token, whatever a
//     server quotes of it.
//   - downgrade_test.go: no credentials are sent in a way that the caller has ruled out.
//   - growth_test.go and memory_test.go: the cost of a long argument is linear in its length.
//   - oddservers_test.go: an odd value in an answer affects only that value.
//   - soak_test.go: any number of goroutines may use a connection.
//   - compression_test.go: a compressed connection changes no result.
//   - pop3loop_test.go: a POP3 loop retrieves each message that the script has read once.
//
// Package internal/hostile has servers that break the protocol and networks that fail. Package
// internal/otherclients has mailboxes that other clients change.
package promises
