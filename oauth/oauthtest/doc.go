// Package oauthtest provides authorization servers of OAuth2 on loopback, for tests of programs
// that log in to mail servers with access tokens.
//
//	srv := oauthtest.NewServer(t, oauthtest.Config{Style: oauthtest.Microsoft})
//	mail := imaptest.Config{Provider: imaptest.Exchange, CheckToken: srv.CheckToken}.NewServer(t)
//
// A [Server] has the grants of mail programs: authorization code (RFC 6749) with PKCE (RFC 7636) and
// a redirect to loopback (RFC 8252), device code (RFC 8628), refresh token, client credentials with
// a secret or a certificate (RFC 7523 section 2.2), and the JWT bearer of a service account (RFC
// 7523 section 2.1). It is strict: what an RFC says a client must do is refused otherwise, and so
// is PKCE without S256. [Server.Browse] plays the user's browser.
//
// The [Style] decides the forms of tokens and errors. Their sources are the providers'
// documentation and what users report; nothing was measured on the services themselves.
//
// [Server.CheckToken] judges the tokens that servers of package imaptest get.
package oauthtest
