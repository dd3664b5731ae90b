package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/internal/retryafter"
)

// post sends messages to an address by HTTP.
type post struct {
	*task
	url    string
	client *http.Client
}

// newPost returns a handler that sends messages to the address of a task: "http://…",
// "https://…", or one of them after "http:".
func newPost(t *task) (handler, error) {
	address := t.Into
	if rest := strings.TrimPrefix(address, "http:"); strings.HasPrefix(rest, "http://") || strings.HasPrefix(rest, "https://") {
		address = rest
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("into: the address for HTTP is not http://host/path or https://host/path")
	}
	timeout := time.Duration(t.Timeout)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: timeout}).DialContext
	transport.TLSHandshakeTimeout, transport.ResponseHeaderTimeout = timeout, timeout
	transport.MaxIdleConnsPerHost = t.Workers
	transport.MaxResponseHeaderBytes = 64 << 10
	client := &http.Client{
		Transport: transport,
		// A message and its password go nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return (&post{t, u.String(), client}).send, nil
}

func (p *post) send(ctx context.Context, m *inbox.Message) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, io.NopCloser(m.Text()))
	if err != nil {
		return errors.New("the request cannot be made") // the error has the address
	}
	request.ContentLength = m.Size()
	request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(m.Text()), nil }
	request.Header.Set("Content-Type", "message/rfc822")
	request.Header.Set("Idempotency-Key", m.Key())
	request.Header.Set("User-Agent", "imapcompat")
	for _, f := range factsOf(m, p.box.Name(), p.Mailbox) {
		// Encoded words (RFC 2047) have a text beyond ASCII, as RFC 9110 section 5.5 wants.
		name := "Imapcompat-" + strings.ReplaceAll(f.name, "_", "-")
		request.Header.Set(name, mime.QEncoding.Encode("utf-8", f.value))
	}
	response, err := p.client.Do(request)
	if err != nil {
		var e *url.Error
		if errors.As(err, &e) {
			err = e.Err // without the address
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return later(err)
	}
	defer response.Body.Close()
	return p.outcome(response)
}

// outcome returns what an answer says of a message.
func (p *post) outcome(response *http.Response) error {
	text := bufio.NewReader(io.LimitReader(response.Body, maxReason))
	line, _ := text.ReadString('\n')
	reason := fmt.Errorf("HTTP %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	if line = strings.TrimSpace(clean(line)); line != "" {
		reason = fmt.Errorf("%w: %s", reason, line)
	}
	after, wanted := retryafter.Parse(response.Header.Get("Retry-After"), time.Now())
	switch code := response.StatusCode; {
	case code >= 200 && code < 300:
		io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can be used again
		return nil
	case wanted && (code == http.StatusTooManyRequests || code >= 500):
		return inbox.Later(after, reason)
	case isUnavailable(code):
		return later(reason)
	case code >= 400 && code < 500:
		return inbox.Permanent(reason)
	case code >= 300 && code < 400:
		return fmt.Errorf("%w: the address leads elsewhere, and redirects are not followed", reason)
	}
	return reason
}

// isUnavailable reports whether a status says something about the service or the right to use
// it, and nothing about the message: with a password that has expired, no message is at fault.
func isUnavailable(code int) bool {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusProxyAuthRequired,
		http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}
