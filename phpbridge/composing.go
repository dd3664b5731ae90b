package phpbridge

import (
	"context"

	"github.com/imapcompat/imapcompat"
)

// composing has the functions that write messages.
var composing = map[string]function{
	"imap_mail_compose": {"aa", false, compose},
	"imap_mail":         {"sss|nsnsnsns", false, mail},
}

// mail returns the message, which PHP sends with the program of its sendmail_path.
func mail(c *call) (any, error) {
	var text capture
	err := imapcompat.MailContext(c.ctx, c.str(0), c.str(1), c.str(2),
		imapcompat.WithAdditionalHeaders(c.str(3)), imapcompat.WithCc(c.str(4)), imapcompat.WithBcc(c.str(5)),
		imapcompat.WithReturnPath(c.str(6)), imapcompat.WithSender(&text))
	if err == nil && c.str(2) == "" {
		c.warn("No message string in mail command")
	}
	return string(text), err
}

// capture is a sender that keeps the message.
type capture []byte

func (t *capture) Send(_ context.Context, message []byte) error {
	*t = message
	return nil
}

func compose(c *call) (any, error) {
	envelope := composeEnvelope(c.array(0))
	bodies, err := composeBodies(c.array(1))
	if err != nil {
		return nil, err
	}
	message, notices, err := imapcompat.MailCompose(envelope, bodies)
	if e, ok := err.(*imapcompat.Error); ok {
		notices = e.Errors
	}
	c.noteParse(notices)
	return message, err
}

func composeEnvelope(a array) imapcompat.ComposeEnvelope {
	e := imapcompat.ComposeEnvelope{
		Remail:     a.text("remail"),
		ReturnPath: a.text("return_path"),
		Date:       a.text("date"),
		From:       a.text("from"),
		ReplyTo:    a.text("reply_to"),
		InReplyTo:  a.text("in_reply_to"),
		Subject:    a.text("subject"),
		To:         a.text("to"),
		Cc:         a.text("cc"),
		Bcc:        a.text("bcc"),
		MessageID:  a.text("message_id"),
	}
	if headers, ok := a.get("custom_headers"); ok {
		list, _ := headers.(array)
		for _, h := range list {
			field, _ := h.value.(string)
			e.CustomHeaders = append(e.CustomHeaders, field)
		}
	}
	return e
}

// composeBodies reads the argument $bodies. imap.php has removed elements that are no arrays.
func composeBodies(list array) ([]imapcompat.ComposeBody, error) {
	var bodies []imapcompat.ComposeBody
	for i, e := range list {
		a, _ := e.value.(array)
		if i == 0 && len(a) == 0 {
			return nil, &imapcompat.Error{Class: imapcompat.ClassValueError, Err: imapcompat.ErrInvalidArgument,
				Text: "Argument #2 ($bodies) individual body cannot be empty"}
		}
		bodies = append(bodies, composeBody(a))
	}
	return bodies, nil
}

func composeBody(a array) imapcompat.ComposeBody {
	// Contents that are empty and none are the same, and octets of any kind.
	contents, _ := a.get("contents.data")
	data, _ := contents.(string)
	return imapcompat.ComposeBody{
		Type:            imapcompat.BodyType(a.number("type")),
		Encoding:        imapcompat.BodyEncoding(a.number("encoding")),
		Charset:         a.text("charset"),
		TypeParameters:  a.parameters("type.parameters"),
		Subtype:         a.text("subtype"),
		ID:              a.text("id"),
		Description:     a.text("description"),
		DispositionType: a.text("disposition.type"),
		Disposition:     a.parameters("disposition"),
		ContentsData:    data,
		MD5:             a.text("md5"),
	}
}

// text returns the text under a key, or "".
func (a array) text(key string) string {
	value, ok := a.get(key)
	if !ok {
		return ""
	}
	return orEmpty(value)
}

// orEmpty returns a text. For an empty one it returns ComposeEmpty, which keeps the field.
func orEmpty(value any) string {
	if s, _ := value.(string); s != "" {
		return s
	}
	return imapcompat.ComposeEmpty
}

func (a array) number(key string) int {
	value, _ := a.get(key)
	n, _ := value.(int)
	return n
}

// parameters returns the elements under a key that have names.
func (a array) parameters(key string) []imapcompat.Parameter {
	value, _ := a.get(key)
	list, _ := value.(array)
	var params []imapcompat.Parameter
	for _, e := range list {
		if name, ok := e.key.(string); ok {
			params = append(params, imapcompat.Parameter{Attribute: orEmpty(name), Value: orEmpty(e.value)})
		}
	}
	return params
}
