package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/oauth"
)

// shares reports whether the account is a shared mailbox whose delegate has logged in. It takes that
// token, which stays as it is in the store, where another process may replace it.
func (l *loggingIn) shares(ctx context.Context) bool {
	a := &l.account
	if a.Delegate == "" {
		return false
	}
	own, err := l.book.Get(a.Delegate)
	if err != nil || own.Kind != account.User || own.Issuer != a.Issuer || own.ClientID != a.ClientID || own.Tenant != a.Tenant || !covers(own.Scopes, a.Scopes) {
		return false
	}
	a.Secrets, a.Scopes = own.Secrets, own.Scopes
	_, err = l.book.Token(ctx, own)
	return err == nil
}

// consent has the user log in at the issuer.
func (l *loggingIn) consent(ctx context.Context, client *oauth.Client) (*oauth2.Token, error) {
	client.Redirect = l.redirect
	ctx, cancel := context.WithTimeout(ctx, l.wait)
	defer cancel()
	switch {
	case l.device:
		return client.Device(ctx, func(d *oauth2.DeviceAuthResponse) error {
			l.tell("Open %s on any machine, and enter the code %s", d.VerificationURI, d.UserCode)
			return nil
		})
	case l.paste:
		return client.Paste(ctx, l.showPage, l.pasted)
	case l.issuer.HTTPSRedirect:
		return nil, l.request.usage("%s sends a browser to https addresses only, and none can end here. Register one, such as https://localhost/, at %s, "+
			"and log in with --paste --redirect https://localhost/", l.issuer.Name, l.issuer.Console)
	}
	return client.Browser(ctx, func(address string) error {
		l.tell("Log in with a browser on this machine, at\n%s", address)
		l.tell("This waits for %s. %s", strings.Replace(l.wait.String(), "m0s", "m", 1), l.errorPage())
		if err := l.openBrowser(address); err != nil {
			l.tell("No browser could be opened here (%v). Open the address yourself%s.", err, l.elsewhere())
		}
		return nil
	})
}

// errorPage says what to do when the issuer shows an error and sends the browser nowhere, as it does
// for a wrong client ID or redirect (RFC 6749 section 4.1.2.1).
func (l *loggingIn) errorPage() string {
	text := "If the page shows an error, press Ctrl-C, and check the client ID and its redirect"
	if l.issuer.Console != "" {
		text += " at " + l.issuer.Console
	}
	return text + "."
}

// showPage shows where to log in with --paste.
func (l *loggingIn) showPage(address string) error {
	l.tell("Log in with any browser, at\n%s", address)
	l.tell("The browser ends at a page that it cannot show, or that shows nothing of this. Copy its address from the address bar. %s", l.errorPage())
	return nil
}

// pasted asks for the address at which the browser has ended.
func (l *loggingIn) pasted(ctx context.Context, mistake string) (string, error) {
	if mistake != "" {
		l.tell("No: %s", mistake)
	}
	fmt.Fprint(l.stderr, "Address: ")
	text, err := orInterrupted(ctx, func() (string, error) { return l.input.ReadString('\n') })
	if l.terminal() == nil || err != nil {
		fmt.Fprintln(l.stderr)
	}
	switch {
	case !errors.Is(err, io.EOF):
		return text, err
	case text == "":
		return "", errors.New("the address at which the browser has ended was not given")
	}
	return text, nil
}

// elsewhere says how to log in from another machine.
func (l *loggingIn) elsewhere() string {
	if l.issuer.DeviceURL != "" {
		return ", or use --device"
	}
	return ", or use --paste for a browser on another machine"
}

// openBrowser opens an address in the browser of the desktop.
func (l *loggingIn) openBrowser(address string) error {
	if l.browse != nil {
		return l.browse(address)
	}
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	case "darwin":
		name = "open"
	default:
		if l.getenv("DISPLAY")+l.getenv("WAYLAND_DISPLAY") == "" {
			return errors.New("there is no desktop")
		}
	}
	cmd := exec.Command(name, args...)
	cmd.Env = withoutSecrets(os.Environ(), l.secretEnv)
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait()
	return nil
}
