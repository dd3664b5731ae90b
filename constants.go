package imapcompat

// PHP's constants, with PHP's values. Each family has a type of its own, so
// that a flag of one function does not compile as a flag of another.

// OpenFlag is a flag of imap_open and imap_reopen.
type OpenFlag int

const (
	// OP_DEBUG logs the conversation at level Debug to the logger of
	// [WithLogger], or else to slog's default, without secrets.
	OP_DEBUG OpenFlag = 1
	// OP_READONLY opens the mailbox without the right to change it. POP3 has
	// no such thing and refuses.
	OP_READONLY OpenFlag = 2
	// OP_ANONYMOUS logs in as nobody (RFC 4505).
	OP_ANONYMOUS OpenFlag = 4
	// OP_SHORTCACHE tunes a cache of c-client's, and changes no result.
	//
	// Deprecated: Open accepts it, and it has no effect.
	OP_SHORTCACHE OpenFlag = 8
	// OP_SILENT leaves Error.Errors empty when the name of the mailbox does not
	// parse. Open returns the error all the same.
	OP_SILENT OpenFlag = 16
	// OP_PROTOTYPE opens nothing. PHP crashes on what it returns.
	//
	// Deprecated: Open refuses it.
	OP_PROTOTYPE OpenFlag = 32
	// OP_HALFOPEN logs in and selects no mailbox.
	OP_HALFOPEN OpenFlag = 64
	// OP_EXPUNGE is a flag of imap_reopen, which sends no EXPUNGE for it.
	//
	// Deprecated: Reopen accepts it, and it has no effect. Call Expunge before Reopen.
	OP_EXPUNGE OpenFlag = 128
	// OP_SECURE refuses to show the password to the server.
	OP_SECURE OpenFlag = 256
)

// CloseFlag is a flag of imap_close. It may also be given to Open and Reopen,
// for a later Close without flags.
type CloseFlag int

// CL_EXPUNGE expunges the mailbox when it is closed.
const CL_EXPUNGE CloseFlag = 32768

// FetchFlag is a flag of the functions that read or mark messages.
type FetchFlag int

const (
	// FT_UID says that a message number or a sequence is of UIDs.
	FT_UID FetchFlag = 1
	// FT_PEEK leaves \Seen as it is.
	FT_PEEK FetchFlag = 2
	// FT_NOT is a flag that no function accepts, in PHP either.
	//
	// Deprecated: it is an error that matches ErrInvalidArgument wherever it is given.
	FT_NOT FetchFlag = 4
	// FT_INTERNAL asks for line ends as they are stored. On IMAP and POP3 they are CRLF
	// with it and without, in PHP as well.
	//
	// Deprecated: functions accept it, and it has no effect.
	FT_INTERNAL FetchFlag = 8
	// FT_PREFETCHTEXT has [Connection.FetchHeader] read the text of the message with its
	// header, for a [Connection.Body] that follows.
	FT_PREFETCHTEXT FetchFlag = 32
)

// BodyType is the media type of a part, in the property type of a [Structure].
// A type that has no name here gets the next number after TYPEOTHER when the
// connection first meets it; see [Connection.FetchStructure].
type BodyType int

const (
	TYPETEXT        BodyType = 0
	TYPEMULTIPART   BodyType = 1
	TYPEMESSAGE     BodyType = 2
	TYPEAPPLICATION BodyType = 3
	TYPEAUDIO       BodyType = 4
	TYPEIMAGE       BodyType = 5
	TYPEVIDEO       BodyType = 6
	TYPEMODEL       BodyType = 7
	TYPEOTHER       BodyType = 8
)

// BodyEncoding is the transfer encoding of a part, in the property encoding of
// a [Structure]. Other encodings are numbered as media types are.
type BodyEncoding int

const (
	ENC7BIT            BodyEncoding = 0
	ENC8BIT            BodyEncoding = 1
	ENCBINARY          BodyEncoding = 2
	ENCBASE64          BodyEncoding = 3
	ENCQUOTEDPRINTABLE BodyEncoding = 4
	ENCOTHER           BodyEncoding = 5
)

// StoreFlag is a flag of imap_setflag_full and imap_clearflag_full.
type StoreFlag int

const (
	// ST_UID says that the sequence is of UIDs.
	ST_UID StoreFlag = 1
	// ST_SILENT is a flag that no function accepts, in PHP either.
	//
	// Deprecated: it is an error that matches ErrInvalidArgument wherever it is given.
	ST_SILENT StoreFlag = 2
	// ST_SET is a flag that no function accepts, in PHP either.
	//
	// Deprecated: it is an error that matches ErrInvalidArgument wherever it is given. A
	// flag is set by SetFlagFull and cleared by ClearFlagFull.
	ST_SET StoreFlag = 4
)

// StatusFlag says what Status is to ask about.
type StatusFlag int

const (
	SA_MESSAGES    StatusFlag = 1
	SA_RECENT      StatusFlag = 2
	SA_UNSEEN      StatusFlag = 4
	SA_UIDNEXT     StatusFlag = 8
	SA_UIDVALIDITY StatusFlag = 16
	SA_ALL         StatusFlag = 31
)

// TimeoutType is one of the four timeouts of imap_timeout.
type TimeoutType int

const (
	IMAP_OPENTIMEOUT  TimeoutType = 1
	IMAP_READTIMEOUT  TimeoutType = 2
	IMAP_WRITETIMEOUT TimeoutType = 3
	IMAP_CLOSETIMEOUT TimeoutType = 4
)
