package imapcompat

// PHP's constants, with PHP's values. Each family has a type of its own, so
// that a flag of one function does not compile as a flag of another.

// OpenFlag is a flag of [Open] and [Connection.Reopen], PHP's $flags of imap_open and
// imap_reopen. It is an [Option].
type OpenFlag int

const (
	// OP_DEBUG logs the conversation with the server at level Debug, without secrets. The
	// logger is that of [WithLogger], or else [slog.Default].
	OP_DEBUG OpenFlag = 1
	// OP_READONLY opens the mailbox for reading only (EXAMINE). On POP3, which has no such
	// thing, Open fails with an error that matches [ErrNotSupported].
	OP_READONLY OpenFlag = 2
	// OP_ANONYMOUS logs in without a user (ANONYMOUS, RFC 4505). On POP3 Open fails with an
	// error that matches [ErrNotSupported].
	OP_ANONYMOUS OpenFlag = 4
	// OP_SHORTCACHE has c-client keep less of messages. It changes no result.
	//
	// Deprecated: Open accepts it, and it has no effect.
	OP_SHORTCACHE OpenFlag = 8
	// OP_SILENT leaves Error.Errors empty when the name of the mailbox does not parse. Open
	// returns the error all the same.
	OP_SILENT OpenFlag = 16
	// OP_PROTOTYPE opens nothing. PHP crashes on what it returns.
	//
	// Deprecated: Open refuses it.
	OP_PROTOTYPE OpenFlag = 32
	// OP_HALFOPEN logs in and selects no mailbox. On POP3 Open fails with an error that
	// matches [ErrNotSupported].
	OP_HALFOPEN OpenFlag = 64
	// OP_EXPUNGE is a flag of imap_reopen, which sends no EXPUNGE for it.
	//
	// Deprecated: Reopen accepts it, and it has no effect. Call Expunge before Reopen.
	OP_EXPUNGE OpenFlag = 128
	// OP_SECURE refuses mechanisms that send the password in plain text.
	OP_SECURE OpenFlag = 256
)

// CloseFlag is a flag of [Connection.Close], PHP's $flags of imap_close. Given to [Open] or
// [Connection.Reopen] it applies to a later Close without flags.
type CloseFlag int

// CL_EXPUNGE expunges the mailbox when it is closed.
const CL_EXPUNGE CloseFlag = 32768

// FetchFlag is a flag of the functions that read messages or mark them for deletion. Each
// function says which flags it takes; another flag is an error that matches
// [ErrInvalidArgument], with the text of PHP's ValueError.
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

// BodyType is the media type of a part, the property type of a [Structure]. A media type
// without a constant gets a number above TYPEOTHER: see [Connection.FetchStructure].
type BodyType int

const (
	TYPETEXT        BodyType = 0 // text, RFC 2046 section 4.1
	TYPEMULTIPART   BodyType = 1 // multipart, RFC 2046 section 5.1
	TYPEMESSAGE     BodyType = 2 // message, RFC 2046 section 5.2
	TYPEAPPLICATION BodyType = 3 // application, RFC 2046 section 4.5
	TYPEAUDIO       BodyType = 4 // audio, RFC 2046 section 4.3
	TYPEIMAGE       BodyType = 5 // image, RFC 2046 section 4.2
	TYPEVIDEO       BodyType = 6 // video, RFC 2046 section 4.4
	TYPEMODEL       BodyType = 7 // model, RFC 2077
	TYPEOTHER       BodyType = 8 // another media type, once the numbers are used up
)

// BodyEncoding is the transfer encoding of a part, the property encoding of a [Structure].
// An encoding without a constant gets a number above ENCOTHER: see
// [Connection.FetchStructure].
type BodyEncoding int

const (
	ENC7BIT            BodyEncoding = 0 // 7bit, RFC 2045 section 6.2
	ENC8BIT            BodyEncoding = 1 // 8bit, RFC 2045 section 6.2
	ENCBINARY          BodyEncoding = 2 // binary, RFC 2045 section 6.2
	ENCBASE64          BodyEncoding = 3 // base64: see Base64
	ENCQUOTEDPRINTABLE BodyEncoding = 4 // quoted-printable: see QPrint
	ENCOTHER           BodyEncoding = 5 // another encoding, once the numbers are used up
)

// StoreFlag is a flag of [Connection.SetFlagFull] and [Connection.ClearFlagFull].
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

// StatusFlag says what [Connection.Status] asks for.
type StatusFlag int

const (
	SA_MESSAGES    StatusFlag = 1  // the number of messages
	SA_RECENT      StatusFlag = 2  // the number of recent messages
	SA_UNSEEN      StatusFlag = 4  // the number of messages without \Seen
	SA_UIDNEXT     StatusFlag = 8  // the UID that the next message gets
	SA_UIDVALIDITY StatusFlag = 16 // see Connection.UIDValidity
	SA_ALL         StatusFlag = 31 // all of these
)

// TimeoutType is one of the four timeouts of [Timeout] and [WithTimeout].
type TimeoutType int

const (
	IMAP_OPENTIMEOUT  TimeoutType = 1 // bounds connecting to the server
	IMAP_READTIMEOUT  TimeoutType = 2 // bounds the wait for a line of the server's
	IMAP_WRITETIMEOUT TimeoutType = 3 // bounds the wait for the next octet to be sent
	IMAP_CLOSETIMEOUT TimeoutType = 4 // bounds the logout
)
