// Package cuts is for tests. It cuts sessions after any octet, in either direction, and then
// checks the mail.
//
// A session reads, flags, copies, moves, appends, deletes and expunges, over a connection that
// is cut. After that no call may wait for an answer that cannot come. One of the errors must
// say that the connection was lost. Only a message that was marked, and whose removal the
// session had asked for, may be missing. A moved message must be in at least one of the two
// mailboxes. An appended message must be stored whole or not at all.
package cuts
