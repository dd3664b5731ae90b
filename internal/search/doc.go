// Package search has what imap_search and imap_sort do on this side of the
// connection: reading the criteria, and finding the messages of a service that
// does not search or sort by itself.
//
// It follows PHP 8.2 on POP3. Texts are found in any case and in any charset,
// in headers with their encoded words decoded and in the texts of a message with
// their transfer encoding decoded; parts that are not texts are not looked at.
//
// A search goes over the mailbox at most four times: for flags and dates, for
// envelopes, for headers and for whole messages. Each time it reads only the
// messages that are still in question, and holds one of them at a time.
package search
