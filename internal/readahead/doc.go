// Package readahead prefetches messages, so that a loop over single messages takes few
// round trips. It works over any [backend.Session].
//
// A script asks for message 1, then 2, then 3, and waits for the network each time.
// [Session] stands between the script and the service. It detects such a run and fetches
// the next messages in one command before the script asks for them.
//
// # How it works
//
//   - A stream is one kind of reading: the same items (a header, a structure, the text of
//     one section) of one message after the other. It has a detector and a cache.
//   - The detector finds runs: up or down the message numbers, or along the result of a
//     search or sort (see [Session.Follow]). It decides how many messages the next window
//     has. The first window of a run has 20 messages. The second has as many as
//     [maxMessages] and the link allow, so a loop over 500 messages takes three round
//     trips. A caller that skips most of a window gets smaller windows.
//   - The cache holds the messages of a window until they are read.
//   - The worker is at most one goroutine. It fetches windows while the caller works. It also
//     applies effects: changes for which the caller does not wait.
//   - Session joins them. Streams that run together share their commands.
//   - Poll, Expunge, ExpungeUIDs, Relocate, Select and Unselect may change message numbers. Each of
//     them drops all streams.
//
// Random access is reading outside a run. On links with a round trip of 2 ms or more, random
// access to an envelope or a structure also fetches up to 19 neighbours, as c-client does.
// These are the messages that follow. They stay in the cache. When the caller has read more
// than 8 messages in a row, the remaining neighbours become the first window of a run. On a
// link with a shorter round trip, a single message is fetched alone.
//
// # Differences from the session beneath
//
//   - Flags are at most [minAge] old. On a slow link they are at most [ageTrips] round trips
//     old, and never older than [maxAge]. Older flags are renewed, in one command for many
//     messages. So are the flags of messages that the caller has changed, and all flags after
//     the service has sent data of a message unasked.
//   - A prefetch never sets \Seen. When the caller has read a text without Peek, the worker
//     sets \Seen: together with the next window, or after a pause of one round trip if no
//     window is due by then (see [backend.SeenMarker]). If the connection is lost in doing so,
//     the next call or Logout returns the error. A server's refusal to set \Seen is ignored,
//     since BODY[] does not report one either.
//   - Some services record which messages were retrieved even with Peek, as POP3 servers may
//     for RETR. The caller may announce messages there: see [Session.Announce]. Other texts
//     are prefetched only if the service can send them untraced, which means that it does
//     not record the retrieval. The service records it when the caller reads the message.
//     See [Extent] and [backend.Retriever].
//   - A loop that changes flags or copies messages does not wait either: see [Session.Do].
//   - Parse errors of a message are reported when the caller reads the message.
//   - All calls to the service but FetchOne, Do and Change wait until all pending work is
//     done. Calls keep their order.
//
// Only one caller may use a Session at a time, like the session beneath. The worker has
// ended when Logout returns.
package readahead
