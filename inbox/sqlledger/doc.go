// Package sqlledger is the ledger of package inbox in an SQL database: SQLite in a file, or
// PostgreSQL for many machines.
//
// The tables have names that begin with "inbox_". Opening creates them, and migrates those of
// an older version of this package.
//
// # What is kept
//
// What a method has recorded survives the end of the process at any moment, on both
// databases. With SQLite two things also survive a power cut: outcomes that the server is to be
// told of, since the message may be removed there, and transactions on the connections of
// [Ledger.DB], as FinishTx takes them. The other records of the last moments may be lost by a
// power cut, always together and never out of order. Then messages are sighted, claimed and
// settled again, and those that stay as they are in the mailbox may be handled again. With PostgreSQL its own settings decide (synchronous_commit).
//
// # Texts
//
// Boxes, sources, IDs, keys, lanes, contents, owners and cursors are kept exactly. One that is
// not UTF-8, has a NUL or begins with `\x` is in the tables as `\x` and hexadecimal digits. Of
// hints and reasons, octets that are no UTF-8 are replaced, and the texts are cut.
package sqlledger
