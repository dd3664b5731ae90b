// Package servers runs mail servers other than Dovecot for the duration of a test: Courier,
// Cyrus and GNU Mailutils.
//
// The programs come from Debian's packages, unpacked into the folder in the environment
// variable IMAPCOMPAT_SERVERS; the script run, in this folder, unpacks them. As with package
// dovecot, a server has a temporary directory and listens on free ports of 127.0.0.1. Each user
// has the same password and mailboxes of its own.
//
// Not everything works without installation. Courier has no TLS, since its couriertls becomes
// the user "courier", which its package creates. Mailutils offers GSSAPI by SASL, which makes
// PHP hang, so it is off.
//
// Courier's and Mailutils' programs are started for each connection, as inetd does. Courier and
// Cyrus ask daemons about logins; this package implements both.
package servers
