// Package hostile tests the whole library against servers that break the protocol and networks
// that fail. It contains only tests.
//
//   - imap_test.go and pop3_test.go have servers that break the protocol. A call ends in a
//     clear error or a correct result, in bounded time and memory, and leaves no goroutine.
//   - cut_test.go cuts a session after every octet, in either direction, and then checks the
//     mail (package cuts).
//   - cancel_test.go ends contexts at any moment.
//   - timeout_test.go has servers that fall silent at each step, or send very slowly.
package hostile
