package functions

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"reflect"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/sendmail"
)

// imapOpen is imapcompat.Open. The connection is closed when the program ends, and what
// it reports is on the lists of imapErrors and imapAlerts.
func imapOpen(mailbox, user, password string, options ...imapcompat.Option) (*imapcompat.Connection, error) {
	mbox, err := imapConnect(mailbox, user, password, append(options, imapcompat.WithNotify(imapNote))...)
	if err != nil {
		return nil, err
	}
	imapOpened = append(imapOpened, mbox)
	atEnd = imapEnd
	return mbox, nil
}

// imapConnect is what imapOpen calls. A test leads it to another server.
var imapConnect = imapcompat.Open

// imapOpened are the connections that imapOpen returned.
var imapOpened []*imapcompat.Connection

// imapEnd closes the connections that are open.
func imapEnd() {
	for _, mbox := range imapOpened {
		if mbox.IsOpen() {
			mbox.Close()
		}
	}
	imapOpened = nil
}

// imapNotices are the texts that PHP has on its lists of errors and alerts, which all
// connections share.
var imapNotices struct{ errors, alerts []string }

// imapNote adds to the lists what a connection reports.
func imapNote(n backend.Notice) {
	switch n.Kind {
	case backend.NoticeOdd:
	case backend.NoticeAlert:
		imapNotices.alerts = append(imapNotices.alerts, n.Text)
	default:
		imapNotices.errors = append(imapNotices.errors, n.Text)
	}
}

// imapErrors returns the list of errors and empties it.
//
//php:function imap_errors()
func imapErrors() ([]string, bool) {
	list := imapNotices.errors
	imapNotices.errors = nil
	return list, list != nil
}

// imapAlerts returns the list of alerts and empties it.
//
//php:function imap_alerts()
func imapAlerts() ([]string, bool) {
	list := imapNotices.alerts
	imapNotices.alerts = nil
	return list, list != nil
}

// imapLastError returns the newest entry of the list of errors.
//
//php:function imap_last_error()
func imapLastError() (string, bool) {
	if n := len(imapNotices.errors); n > 0 {
		return imapNotices.errors[n-1], true
	}
	return "", false
}

// imapNoted returns a value and puts what was odd in it on the list of errors.
func imapNoted[T any](v T, notices []string) T {
	imapNotices.errors = append(imapNotices.errors, notices...)
	return v
}

// imapDecoded is imapNoted of a function that can also fail.
func imapDecoded[T any](v T, notices []string, err error) (T, error) {
	return imapNoted(v, notices), err
}

// imapWarned reports a failure and returns whether PHP warns of it.
func imapWarned(err error) bool {
	if err == nil {
		return false
	}
	warn(err)
	var e *imapcompat.Error
	return errors.As(err, &e) && e.Class == imapcompat.ClassWarning
}

// imapFound returns a list, nil for PHP's false if it is empty.
func imapFound[T any](list []T, err error) []T {
	if imapWarned(err) || len(list) == 0 {
		return nil
	}
	return list
}

// imapListed returns a list, nil for PHP's false if there was a warning.
func imapListed[T any](list []T, err error) []T {
	if imapWarned(err) {
		return nil
	}
	if list == nil {
		return []T{}
	}
	return list
}

// imapDone is the result of those functions of PHP that return true even if the server
// refuses what they ask for.
func imapDone(err error) bool { return !imapWarned(err) }

// orNew returns an object without properties in place of nil.
func orNew[T any](v *T) *T {
	if v == nil {
		return new(T)
	}
	return v
}

// imapObject returns an object of imapcompat as one of stdClass, nil for nil.
func imapObject[T any](v *T) *Object {
	if v == nil {
		return nil
	}
	return objectOf(v)
}

// imapObjectOf is imapObject of an element of a list.
func imapObjectOf[T any](v T) *Object { return objectOf(&v) }

// imapDisabled returns what imap_open's array of options says of mechanisms.
func imapDisabled(options *Array[any]) imapcompat.Option {
	var names []string
	switch v := options.Get("DISABLE_AUTHENTICATOR").(type) {
	case string:
		names = append(names, v)
	case *Array[any]:
		for _, name := range v.All() {
			names = append(names, toString(name))
		}
	}
	return imapcompat.WithDisabledAuthenticators(names...)
}

// imapArray returns a value that is an array with keys in PHP: a quota, an access control list,
// a thread. It returns nil for PHP's false.
func imapArray[V any, T interface{ All() iter.Seq2[string, any] }](v T, err error) *Array[V] {
	if err != nil {
		warn(err)
		return nil
	}
	a := newArray[V]()
	for key, value := range v.All() {
		if inner, ok := value.(interface{ All() iter.Seq2[string, any] }); ok {
			value = imapArray[any](inner, nil)
		}
		a.Set(key, value.(V))
	}
	if a.Len() == 0 {
		return nil
	}
	return a
}

// imapProperties returns the properties of an object that a function of imapcompat returned, in
// PHP's order, under PHP's names and with PHP's values. It returns nil for other values.
func imapProperties(object any) *Array[any] {
	v := reflect.Indirect(reflect.ValueOf(object))
	if v.Kind() != reflect.Struct || v.Type().PkgPath() != reflect.TypeFor[imapcompat.Error]().PkgPath() {
		return nil
	}
	a := newArray[any]()
	set, _ := object.(interface{ Isset(string) bool })
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		name := tag.Get("json")
		if name == "" || set != nil && !set.Isset(name) {
			continue
		}
		value := imapPropertyValue(v.Field(i), tag.Get("php"))
		a.Set(name, value)
		if alias := tag.Get("alias"); alias != "" {
			a.Set(alias, value)
		}
	}
	return a
}

func imapPropertyValue(v reflect.Value, form string) any {
	if strings.HasPrefix(form, "%") {
		return fmt.Sprintf(form, v.Interface())
	}
	switch v.Kind() {
	case reflect.Bool:
		return boolInt(v.Bool())
	case reflect.Int, reflect.Int64:
		return int(v.Int())
	case reflect.String:
		return v.String()
	case reflect.Slice:
		if form == "object" && v.Len() == 0 {
			return newObject()
		}
		list := newArray[any]()
		for i := range v.Len() {
			list.Append(imapReference(v.Index(i)))
		}
		return list
	}
	return v.Interface()
}

// imapReference returns an element of a list as a pointer, as PHP's objects are.
func imapReference(v reflect.Value) any {
	if v.Kind() == reflect.Struct {
		return v.Addr().Interface()
	}
	return v.Interface()
}

// imapTimeout is imap_timeout: it returns a time limit in seconds, or sets one.
//
//php:function imap_timeout(timeout_type, timeout = -1)
func imapTimeout(kind, seconds int) any {
	limit, err := imapcompat.Timeout(imapcompat.TimeoutType(kind), seconds)
	switch {
	case err != nil:
		return false
	case seconds != -1:
		return true
	case kind == int(imapcompat.IMAP_CLOSETIMEOUT):
		return 0 // PHP never knows it
	}
	return limit
}

// imapSaveBody is imap_savebody. The file is a name or an open file.
func imapSaveBody(mbox *imapcompat.Connection, file any, num int, section string, flags imapcompat.FetchFlag) bool {
	w, ok := file.(io.Writer)
	if !ok {
		created, err := os.Create(toString(file))
		if err != nil {
			warn(err)
			return false
		}
		defer created.Close()
		w = created
	}
	return imapDone(mbox.SaveBody(w, num, section, flags))
}

// sendmailProgram is the program of PHP's setting sendmail_path.
func sendmailProgram() *sendmail.Command {
	if path := os.Getenv("SENDMAIL"); path != "" {
		return &sendmail.Command{Path: path}
	}
	return &sendmail.Command{Path: "/usr/sbin/sendmail"}
}

// imapMail is imap_mail.
//
//php:function imap_mail(to, subject, message, additional_headers = "", cc = "", bcc = "", return_path = "")
func imapMail(to, subject, message, headers, cc, bcc, returnPath string) bool {
	err := imapcompat.Mail(to, subject, message,
		imapcompat.WithAdditionalHeaders(headers), imapcompat.WithCc(cc), imapcompat.WithBcc(bcc),
		imapcompat.WithReturnPath(returnPath), imapcompat.WithSender(sendmailProgram()))
	return ok(err)
}

// imapMailCompose is imap_mail_compose.
//
//php:function imap_mail_compose(envelope, bodies)
func imapMailCompose(envelope, bodies *Array[any]) (string, bool) {
	message, notices, err := imapcompat.MailCompose(composeEnvelope(envelope), composeBodies(bodies))
	var e *imapcompat.Error
	if errors.As(err, &e) {
		notices = e.Errors
	}
	imapNotices.errors = append(imapNotices.errors, notices...)
	return message, ok(err)
}

func composeEnvelope(a *Array[any]) imapcompat.ComposeEnvelope {
	e := imapcompat.ComposeEnvelope{
		Remail:     composeText(a, "remail"),
		ReturnPath: composeText(a, "return_path"),
		Date:       composeText(a, "date"),
		From:       composeText(a, "from"),
		ReplyTo:    composeText(a, "reply_to"),
		InReplyTo:  composeText(a, "in_reply_to"),
		Subject:    composeText(a, "subject"),
		To:         composeText(a, "to"),
		Cc:         composeText(a, "cc"),
		Bcc:        composeText(a, "bcc"),
		MessageID:  composeText(a, "message_id"),
	}
	headers, _ := a.Get("custom_headers").(*Array[any])
	for _, field := range headers.All() {
		e.CustomHeaders = append(e.CustomHeaders, toString(field))
	}
	return e
}

func composeBodies(list *Array[any]) []imapcompat.ComposeBody {
	var bodies []imapcompat.ComposeBody
	for _, v := range list.All() {
		a, ok := v.(*Array[any])
		if !ok {
			throw("TypeError", "imap_mail_compose(): Argument #2 ($bodies) individual body must be of type array, "+typeName(v)+" given")
		}
		if len(bodies) == 0 && a.Len() == 0 {
			throw("ValueError", "imap_mail_compose(): Argument #2 ($bodies) individual body cannot be empty")
		}
		bodies = append(bodies, imapcompat.ComposeBody{
			Type:            imapcompat.BodyType(toInt(a.Get("type"))),
			Encoding:        imapcompat.BodyEncoding(toInt(a.Get("encoding"))),
			Charset:         composeText(a, "charset"),
			TypeParameters:  composeParameters(a, "type.parameters"),
			Subtype:         composeText(a, "subtype"),
			ID:              composeText(a, "id"),
			Description:     composeText(a, "description"),
			DispositionType: composeText(a, "disposition.type"),
			Disposition:     composeParameters(a, "disposition"),
			ContentsData:    toString(a.Get("contents.data")),
			MD5:             composeText(a, "md5"),
		})
	}
	return bodies
}

// composeText returns the text under a key. An empty one keeps its field in the message.
func composeText(a *Array[any], key string) string {
	v, ok := a.Lookup(key)
	if text := toString(v); text != "" || !ok {
		return text
	}
	return imapcompat.ComposeEmpty
}

func composeParameters(a *Array[any], key string) []imapcompat.Parameter {
	var list []imapcompat.Parameter
	params, _ := a.Get(key).(*Array[any])
	for name := range params.All() {
		if name, ok := name.(string); ok {
			list = append(list, imapcompat.Parameter{Attribute: name, Value: composeText(params, name)})
		}
	}
	return list
}
