// Package phpbridge lets PHP programs use the library unchanged. imap.php, in this folder,
// defines the functions, constants and the class of PHP's imap extension in a PHP without it.
// It passes each call to a process that runs [Serve].
//
// The package only adds what PHP has and the library lacks, such as functions that always
// return true, and one list of errors for all connections.
//
// # Protocol
//
// PHP starts the process, sends requests to its standard input, and reads answers from its
// standard output, one at a time. Both are frames: a length, as 32 bits in network order, and
// that many octets.
//
// A request is PHP's serialize of a list: the name of the function and its arguments. A
// connection is the number that was the first argument of its imap_open. An empty frame ends
// the conversation, and Serve then closes the connections in order. If the stream ends without
// one, as when the PHP process dies, Serve aborts them.
//
// The first octet of an answer is its kind:
//
//	v  PHP's serialize of the result
//	t  the result itself, a long text
//	e  PHP's serialize of a list: the result, a list of warnings, and null or the class
//	   of an exception with its message
//	o  imap_savebody is about to write: PHP opens the file, and answers with true, or
//	   with false to stop
//	d  a piece of that text
//
// The arguments that PHP passes have the types of the function's parameters: imap.php handles
// other types.
package phpbridge
