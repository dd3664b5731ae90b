// Package hostile holds tests of the whole library against servers that lie and
// networks that break. It has no code of its own.
//
//   - imap_test.go and pop3_test.go have servers that say what none should. A call
//     ends in a clear error or a correct result, in bounded time and memory, and
//     leaves no goroutine behind.
//   - cut_test.go breaks a session off after every octet, in either direction, and
//     then looks for the mail (package cuts).
//   - cancel_test.go ends contexts at any moment.
//   - timeout_test.go has servers that fall silent at each step, or nearly so.
package hostile
