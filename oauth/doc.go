// Package oauth gets and refreshes the OAuth2 tokens with which mail servers log users in.
//
// A [Client] is a registration with an [Issuer], such as Google or Microsoft. It gets the first
// token of a user with a browser ([Client.Browser], RFC 8252 and PKCE of RFC 7636) or with a code
// that is typed in elsewhere ([Client.Device], RFC 8628). [Client.Source] makes a token source of
// it for imapcompat.WithTokenSource and sendmail.SMTP, and refreshes the token. Two kinds of
// clients act without a user: [Client.AppOnly] is the application itself at Microsoft 365
// (RFC 6749 section 4.4), and [ServiceAccount] a Google service account with domain-wide
// delegation (RFC 7523). [Client.Stored] and [Kept] keep tokens between runs of a program.
//
// # Lifetime
//
// An access token is used until it expires, for a day at most, and for 10 minutes if the issuer does
// not say how long. A token that a mail server refuses before is replaced in the same login, unless it
// is less than 5 minutes old: the sources are a [backend.Refuser].
//
// # Errors
//
// Errors are an [*Error], which says what to do. [ErrConsent] means that the user must log in
// again, [ErrClient] that the registration is wrong, [ErrDenied] that a person or a policy
// forbids the login, and backend.ErrTemporary that a later try may succeed. [Advice] also knows
// what mail servers say when they refuse a token or a password.
//
// # Secrets
//
// No error, no text of a value of this package and no request to another host than the issuer's
// has a token, code, secret or assertion. Redirects of the issuer's endpoints are not followed.
package oauth
