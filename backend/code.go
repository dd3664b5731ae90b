package backend

import "strings"

// Response codes tell why a server refused. They are the values of [Error].Code, in upper case.
// The table in docs/errors.md says what each means for another try.
const (
	CodeAlreadyExists        = "ALREADYEXISTS"        // RFC 5530: the mailbox exists
	CodeAuth                 = "AUTH"                 // RFC 3206, POP3: the user name or password is wrong
	CodeAuthenticationFailed = "AUTHENTICATIONFAILED" // RFC 5530: the user name or password is wrong
	CodeAuthorizationFailed  = "AUTHORIZATIONFAILED"  // RFC 5530: no right to act as that user
	CodeBadCharset           = "BADCHARSET"           // RFC 9051 7.1: the server does not know the charset of a search
	CodeCannot               = "CANNOT"               // RFC 5530: the operation can never succeed
	CodeClientBug            = "CLIENTBUG"            // RFC 5530: the server reports a bug of the client
	CodeContactAdmin         = "CONTACTADMIN"         // RFC 5530: the user should call the administrator
	CodeCorruption           = "CORRUPTION"           // RFC 5530: data on the server is corrupt
	CodeExpired              = "EXPIRED"              // RFC 5530: the password has expired
	CodeHasChildren          = "HASCHILDREN"          // RFC 9051 7.1: the mailbox to delete has children
	CodeInUseIMAP            = "INUSE"                // RFC 5530: the mailbox is locked
	CodeInUsePOP3            = "IN-USE"               // RFC 2449 8.1.2: the maildrop is locked
	CodeLimit                = "LIMIT"                // RFC 5530: a limit is reached, such as the number of connections or flags
	CodeLoginDelay           = "LOGIN-DELAY"          // RFC 2449 8.1.1: too soon after the last login
	CodeNonexistent          = "NONEXISTENT"          // RFC 5530: there is no such mailbox
	CodeNoPerm               = "NOPERM"               // RFC 5530: the access control list does not permit it
	CodeOverQuota            = "OVERQUOTA"            // RFC 5530: the user is or would be over quota
	CodePrivacyRequired      = "PRIVACYREQUIRED"      // RFC 5530: the operation needs encryption
	CodeServerBug            = "SERVERBUG"            // RFC 5530: the server reports a bug of its own
	CodeSysPerm              = "SYS/PERM"             // RFC 3206, POP3: the server needs an administrator
	CodeSysTemp              = "SYS/TEMP"             // RFC 3206, POP3: the server may recover
	CodeTooBig               = "TOOBIG"               // RFC 4469, 7889: the message is too large
	CodeTryCreate            = "TRYCREATE"            // RFC 9051 7.1: there is no such mailbox
	CodeUnavailable          = "UNAVAILABLE"          // RFC 5530: a part of the server is down
	CodeUnknownCTE           = "UNKNOWN-CTE"          // RFC 9051 7.1: a part's encoding cannot be decoded
)

// prospects maps codes to ErrTemporary or ErrPermanent. Other codes do not tell whether another
// try can succeed.
var prospects = map[string]error{
	CodeInUseIMAP:   ErrTemporary,
	CodeInUsePOP3:   ErrTemporary,
	CodeLoginDelay:  ErrTemporary,
	CodeOverQuota:   ErrTemporary, // RFC 3463 X.2.2: a persistent transient failure
	CodeSysTemp:     ErrTemporary,
	CodeUnavailable: ErrTemporary,

	CodeAlreadyExists:        ErrPermanent,
	CodeAuth:                 ErrPermanent,
	CodeAuthenticationFailed: ErrPermanent,
	CodeAuthorizationFailed:  ErrPermanent,
	CodeBadCharset:           ErrPermanent,
	CodeCannot:               ErrPermanent,
	CodeClientBug:            ErrPermanent,
	CodeContactAdmin:         ErrPermanent,
	CodeCorruption:           ErrPermanent, // "the user should contact the administrator"
	CodeExpired:              ErrPermanent,
	CodeHasChildren:          ErrPermanent,
	CodeNonexistent:          ErrPermanent,
	CodeNoPerm:               ErrPermanent,
	CodePrivacyRequired:      ErrPermanent,
	CodeSysPerm:              ErrPermanent,
	CodeTooBig:               ErrPermanent,
	CodeTryCreate:            ErrPermanent,
	CodeUnknownCTE:           ErrPermanent,
}

// maxCode is the greatest length of a response code's name, in octets. A longer one does not
// count as a code.
const maxCode = 64

// CodeOf returns the name of the response code at the start of a server's text, in upper case
// and without arguments (RFC 9051 section 7.1, RFC 2449 section 8): UNAVAILABLE for
// "[unavailable] Try later". It returns "" for a text without a code.
func CodeOf(text string) string {
	inner, ok := strings.CutPrefix(text, "[")
	if !ok {
		return ""
	}
	end := strings.IndexAny(inner, " ]")
	if end < 1 || end > maxCode || strings.ContainsFunc(inner[:end], func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return ""
	}
	return strings.ToUpper(inner[:end])
}
