// Package readahead lets a loop that reads one message at a time run at the speed of the link,
// over any [backend.Session].
//
// A script that asks for message 1, then 2, then 3 waits for the network each time. [Session]
// is a layer between the facade and the service. It detects such a run, and fetches the next
// messages in one command before the script asks for them.
//
// # How it works
//
//   - A stream is one kind of reading: a sequence of requests for the same items (a header, a
//     structure, the text of one section). It has a detector and a cache.
//   - The detector finds runs: up or down the message numbers, or along the result of a search
//     or sort (see [Session.Follow]). It decides how many messages the next window has. The
//     first window of a run has 20. The second has as many as [maxMessages] and the link
//     allow, so a loop over 500 messages takes three round trips. A caller that reads one
//     message gets one. A caller that skips most of a window gets smaller windows.
//   - The cache holds the messages of a window until they are read.
//   - The worker is at most one goroutine. It fetches windows while the caller works, and
//     applies effects: the changes for which the caller does not wait.
//   - Session joins them. Streams that run together share their commands.
//
// On links with a round trip of 2 ms or more, reading a header or structure out of order also
// fetches up to 19 neighbours that follow it, as c-client does. The cache keeps them, and they
// are the first window of a run that begins among them.
//
// # Differences from the session beneath
//
//   - Poll, Expunge, Select and Logout drop all windows, because message numbers may change.
//   - Flags are at most [minAge] old, or on a slow link [ageTrips] round trips. Older flags
//     are fetched again, many messages in one command. So are the flags of a mailbox for which
//     the server has sent news, and of messages that the caller has changed.
//   - A prefetch never sets \Seen. When the caller has read a text without Peek, the worker
//     sets \Seen. If that fails, the next call or Logout returns the error. If the server
//     refuses \Seen, there is no error, as with BODY[].
//   - Some services record each text that is read, with Peek or without, as POP3 servers may
//     do for RETR. Texts that were not announced are then prefetched only untraced, and
//     recorded when the caller reads them. See [Extent] and [backend.Retriever].
//   - A loop that changes flags does not wait either: see [Session.Change].
//   - What does not parse in a message is reported when the message is read.
//   - Every other call waits until nothing is pending. The order of calls is kept.
//
// A Session serves one caller at a time, as the one beneath does. The worker has ended when
// Logout returns.
package readahead
