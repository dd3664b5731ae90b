// Package cuts breaks sessions off after any octet, in either direction, and then
// looks for the mail, for tests.
//
// A session reads, flags, copies, moves, appends, deletes and expunges, over a
// connection that is cut. After that no call may wait for what cannot come, one of
// the errors has to say that the connection was lost, and the mail has to be there:
// only a message that was marked, and for whose removal the session had asked, may be
// missing; a moved one is in one of the two mailboxes at least; an appended one is
// there whole or not at all.
package cuts
