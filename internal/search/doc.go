// Package search implements imap_search and imap_sort for services that cannot search or sort:
// it parses the criteria, and finds messages by reading them.
//
// It follows PHP 8.2 on POP3. Case and charset of a text do not matter. Encoded words in
// headers and the transfer encoding of texts are decoded. Parts that are not texts are not
// searched.
//
// A search reads the mailbox at most four times: for flags and dates, for envelopes, for
// headers and for whole messages. Each time it reads only the messages that may still match,
// and holds one of them in memory.
package search
