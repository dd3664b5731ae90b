// Package servers runs mail servers that are not Dovecot for as long as a test
// lasts: Courier, Cyrus and GNU Mailutils.
//
// The programs are those of Debian's packages, unpacked into the folder that the
// environment variable IMAPCOMPAT_SERVERS names; the script run, in this folder,
// does that. A server lives in a temporary directory and listens on free ports
// of 127.0.0.1, as package dovecot's does. Each user has the same password and
// mailboxes of its own.
//
// Not everything can be had of programs that are not installed: Courier has no TLS,
// since its couriertls becomes the user "courier", whom its package makes.
// Mailutils offers GSSAPI by SASL, at which PHP hangs, so that is off there.
//
// Courier's and Mailutils' programs are started for each connection, as inetd
// would. Courier asks a daemon about logins and Cyrus another one: both are in
// this package.
package servers
