// Package prove runs a PHP mail script and its port on equal mail servers, and compares what they
// do: what they print, the files that they write, their changes of mailboxes, and the mail that
// they send.
//
// The original runs under PHP over package phpbridge, or over PHP's own extension. The port is a
// Go program that prove builds, or any executable. Each of them gets servers of its own with
// equal mail, and a work folder of its own with equal files, under the same path. They run one
// after the other.
//
// Connections to ports of mail services (143, 993, 110, 995, 25, 465, 587) of any host end at
// prove's servers. The engine behind the original connects through prove. A port in Go is built
// with package net patched (go build -overlay) to ask prove for each connection. No environment
// variable leads the library or a program built without prove elsewhere.
//
// [Run] compares with PHP, [Record] keeps what PHP does, and [Replay] compares a port with that
// where there is no PHP.
package prove
