// Package readahead makes a loop that reads one message at a time run at the speed of the
// wire, over any [backend.Session].
//
// A script asks for message 1, then 2, then 3, and waits for the network each time.
// [Session] stands between the script and the service. It notices such a run and fetches
// the next messages in one command before they are asked for.
//
// # How it works
//
//   - A stream is one kind of reading: the same items (a header, a structure, the text of
//     one section) of one message after the other. It has a detector and a cache.
//   - The detector finds runs: up or down the message numbers, or along the result of a
//     search or sort (see [Session.Follow]). It decides how many messages the next window
//     has. The first window of a run has 20, and the second as many as [maxMessages] and
//     the link allow, so a loop over 500 messages is three round trips. A caller that
//     reads one message gets one. One that passes over most of a window gets smaller ones.
//   - The cache holds the messages of a window until they are read.
//   - The worker is one goroutine at most. It fetches windows while the caller works, and
//     applies effects: the changes of flags for which the caller does not wait.
//   - Session joins them. Streams that run together share their commands.
//
// On links with a round trip of 2 ms or more a header or structure that is read out of order
// brings up to 19 neighbours that follow it, as in c-client. They are kept, and are the first
// window of a run that begins among them.
//
// # What a caller can tell from the session beneath
//
//   - Messages come from a window only until something may have changed what they
//     are called: after Poll, Expunge, Select and Logout there is none.
//   - Flags are shown as they were at most [minAge] ago, or on a slow link [ageTrips] round
//     trips. Older ones are fetched again, in
//     one command for many messages; so are those of a mailbox of which the server has
//     sent news, and of messages that the caller has changed.
//   - A prefetch never sets \Seen. When the caller has read a text without Peek, the
//     worker marks the message, and a failure of that is the next call's error, or
//     Logout's. A server that refuses to mark it is not heard, as it would not be in
//     BODY[].
//   - Where a service takes note of what is read, Peek or not, as POP3 servers may of
//     RETR, texts that were not announced are prefetched only as far as it can without,
//     and it takes note when the caller reads them. See [Extent] and [backend.Retriever].
//   - A loop that changes flags does not wait either: see [Session.Change].
//   - What does not parse in a message is reported when it is read.
//   - Anything else is done after all that is pending, in the order of calls.
//
// A Session is for one caller at a time, as the one beneath is. The worker is done when
// Logout returns.
package readahead
