package sendmail

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
)

// envelope is a message with its SMTP sender and recipients.
type envelope struct {
	from string
	to   []string
	text []byte // lines end in CRLF
}

var (
	// lineEnds makes each line break a CRLF. A lone CR or LF is no line break in SMTP (RFC 5321
	// section 2.3.8), and a server that treats it as one could see the end of the message
	// there.
	lineEnds = strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n")
	bccField = regexp.MustCompile(`(?mi)^bcc[ \t]*:.*\n(?:[ \t].*\n)*`)
)

// parse makes an envelope of a message. from is its sender, or "" for that of the header.
func parse(message []byte, from string) (*envelope, error) {
	text := lineEnds.Replace(string(message))
	header, body, ok := strings.Cut(text, "\r\n\r\n")
	if !ok {
		return nil, errors.New("the message has no empty line after its header")
	}
	header += "\r\n"
	msg, err := mail.ReadMessage(strings.NewReader(header + "\r\n"))
	if err != nil {
		return nil, err
	}
	e := new(envelope)
	if from != "" {
		sender, err := mail.ParseAddress(from)
		if err != nil {
			return nil, fmt.Errorf("sender: %w", err)
		}
		e.from = mailbox(sender)
	} else {
		senders, err := addresses(msg.Header, "Sender", "From")
		if err != nil {
			return nil, err
		}
		if len(senders) == 0 {
			return nil, errors.New("the message has no sender")
		}
		e.from = senders[0]
	}
	if e.to, err = addresses(msg.Header, "To", "Cc", "Bcc"); err != nil {
		return nil, err
	}
	if len(e.to) == 0 {
		return nil, errors.New("the message has no recipient")
	}
	e.text = []byte(bccField.ReplaceAllLiteralString(header, "") + "\r\n" + body)
	return e, nil
}

// addresses returns the addresses in some fields, each once, in SMTP's form.
func addresses(header mail.Header, names ...string) ([]string, error) {
	var list []string
	seen := make(map[string]bool)
	for _, name := range names {
		for _, value := range header[name] {
			parsed, err := mail.ParseAddressList(value)
			if err != nil {
				return nil, fmt.Errorf("field %s: %w", name, err)
			}
			for _, a := range parsed {
				if path := mailbox(a); !seen[path] {
					seen[path] = true
					list = append(list, path)
				}
			}
		}
	}
	return list, nil
}

// mailbox returns an address without its name. The local part is quoted if necessary.
func mailbox(a *mail.Address) string {
	path := (&mail.Address{Address: a.Address}).String()
	return strings.TrimSuffix(strings.TrimPrefix(path, "<"), ">")
}
