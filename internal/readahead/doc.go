// Package readahead makes a loop that reads one message at a time run at the
// speed of the wire, over any [backend.Session].
//
// A script asks for message 1, then 2, then 3, and waits for the network each
// time. [Session] stands between it and the service, and notices such a run: up
// or down the message numbers, or along the result of a search or sort or back
// from its end (see [Session.Follow]). From the second message of a run on it
// fetches the next ones in one command before they are asked for: 2 messages, then
// 4, 8 and so on, up to [maxMessages] or [maxOctets], and it does so while the caller
// is at work. A caller that reads one message gets one; one that jumps makes the window
// small again. Each kind of reading (headers, structures, texts of one section)
// has a window of its own, so that a loop may mix them; those that run together
// are fetched by one command. Who reads here and there over a long way gets the
// neighbours of each message with it, as from c-client: see scattered.go.
//
// What a caller can tell from the session beneath:
//
//   - Messages come from a window only until something may have changed what they
//     are called: after Poll, Expunge, Select and Logout there is none.
//   - Flags are shown as they were at most [maxAge] ago. A window with older ones
//     has them fetched again, in one command; so has one about which the server
//     has sent news, and one with messages that the caller has changed.
//   - What is fetched ahead never sets \Seen. When the caller has read a text
//     without Peek, the message is marked in the background, and a failure of that
//     is the next call's error, or Logout's. A server that refuses to mark it is
//     not heard, as it would not be in BODY[].
//   - Where a service takes note of what is read, Peek or not, as POP3 servers may
//     of RETR, texts that were not announced are fetched ahead only as far as it
//     can without, and it takes note when the caller reads them. See [Extent] and
//     [backend.Retriever].
//   - A loop that changes flags does not wait either: see [Session.Change].
//   - What does not parse in a message is reported when it is read.
//   - Anything else is done after all that is under way, in the order of calls.
//
// A Session is for one caller at a time, as the one beneath is. Beside the caller
// runs at most one goroutine, which is done when Logout returns.
package readahead
