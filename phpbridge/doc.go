// Package phpbridge lets PHP programs use the library unchanged: imap.php, in
// this folder, defines the functions, constants and the class of PHP's imap
// extension in a PHP that does not have it, and passes each call on to a process
// that runs [Serve].
//
// It is all that is between PHP and the library: what PHP has and the library
// has not, such as functions that return true whatever happens and one list of
// errors for all connections, is made here, and nothing else.
//
// # Protocol
//
// PHP starts the process, sends requests to its standard input and reads answers
// from its standard output, one at a time. Either is a frame: its length, as 32
// bits in network order, and that many octets.
//
// A request is PHP's serialize of a list: the name of the function and its
// arguments, a connection being the number that imap_open was given for it as
// its first argument. An empty frame is the goodbye, after which connections are
// closed in order. Where the stream ends without one they are dropped, as when a
// PHP process dies.
//
// The first octet of an answer is its kind:
//
//	v  PHP's serialize of the result
//	t  the result itself, a long text
//	e  the same of a list: the result, a list of warnings, and null or the class
//	   of an exception with its message
//	o  what imap_savebody writes comes next: PHP opens the file, and answers with
//	   true, or with false to go no further
//	d  a piece of it
//
// The arguments that PHP passes on are of the types of the function's
// parameters: what PHP does about others, it does in imap.php.
package phpbridge
