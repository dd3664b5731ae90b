package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
	"github.com/imapcompat/imapcompat/readable"
)

// maxExplained bounds the message, which is held in memory, in octets.
const maxExplained = 64 << 20

// sample is a message that is explained.
type sample struct {
	name string // of the file
	text string
	date time.Time // the internal date
}

// explanation is what PHP's functions return for a message over a protocol, and what package
// readable makes of it.
type explanation struct {
	Protocol    string                 `json:"protocol"`
	HeaderInfo  *imapcompat.HeaderInfo `json:"imap_headerinfo"`
	Overview    []*imapcompat.Overview `json:"imap_fetch_overview"`
	Structure   *imapcompat.Structure  `json:"imap_fetchstructure"`
	Notices     []string               `json:"imap_errors"`
	Subject     string                 `json:"subject"`
	From        []string               `json:"from"`
	To          []string               `json:"to"`
	Cc          []string               `json:"cc"`
	Kind        string                 `json:"kind"`
	Recipients  []reported             `json:"recipients"`
	Text        string                 `json:"text"`
	Sections    []section              `json:"sections"`
	Attachments []attached             `json:"attachments"`
	Doubts      []string               `json:"doubts"`
}

// section is a part of a message and what is in it.
type section struct {
	Number  string `json:"section"` // for imap_fetchbody, "" for the multipart that is the whole message
	Type    string `json:"type"`
	Content string `json:"content"`

	part part
}

// reported is what a delivery report says of a recipient.
type reported struct {
	Address    string `json:"address"`
	Outcome    string `json:"outcome"`
	Status     string `json:"status"`
	Diagnostic string `json:"diagnostic"`
}

// attached is a file in a message.
type attached struct {
	Section  string `json:"section"`
	Name     string `json:"name"`
	SafeName string `json:"safe_name"`
	Type     string `json:"type"`
	Bytes    int64  `json:"bytes"`
}

func runExplain(ctx context.Context, c *cli, r *request) error {
	if r.imap && r.pop3 {
		return r.usage("--imap and --pop3 exclude each other")
	}
	if r.php && r.json || r.php && r.goTest || r.json && r.goTest {
		return r.usage("one of --php, --json and --go-test")
	}
	m, err := orInterrupted(ctx, func() (*sample, error) { return c.sample(r.arguments["MESSAGE"]) })
	if err != nil {
		return err
	}
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{{Text: m.text, Date: m.date}}})
	if err != nil {
		return err
	}
	defer srv.Close()
	protocol, mailbox := "IMAP", srv.IMAP()
	if r.pop3 {
		protocol, mailbox = "POP3", srv.POP3()
	}
	e, err := explain(ctx, srv, protocol, mailbox)
	if err != nil {
		return err
	}
	switch {
	case r.json:
		return c.printJSON(e)
	case r.php:
		c.printPHP(e)
	case r.goTest:
		return c.printGoTest(m, e)
	default:
		c.printExplanation(e)
		if !r.imap && !r.pop3 {
			other, err := explain(ctx, srv, "POP3", srv.POP3())
			if err != nil {
				return err
			}
			c.printDifferences(e, other)
		}
	}
	return nil
}

// sample reads a message from a file, or from standard input for "-".
func (c *cli) sample(name string) (*sample, error) {
	source := c.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		source = f
	}
	text, err := io.ReadAll(io.LimitReader(source, maxExplained+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) == 0:
		return nil, errors.New("the message is empty")
	case len(text) > maxExplained:
		return nil, fmt.Errorf("the message is larger than %s", size(maxExplained))
	}
	m := &sample{name: name, text: string(text), date: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	if date, err := mail.ParseDate(readable.Field(m.text, "Date")); err == nil && !date.IsZero() { // imaptest takes zero for now
		m.date = date.UTC() // as if the message had arrived when it was sent
	}
	return m, nil
}

// explain asks a server for all about its only message.
func explain(ctx context.Context, srv *imaptest.Server, protocol, mailbox string) (*explanation, error) {
	mbox, err := imapcompat.OpenContext(ctx, mailbox, srv.User, srv.Password)
	if err != nil {
		return nil, err
	}
	defer mbox.Close()
	mbox.Errors() // of the login without TLS
	e := &explanation{Protocol: protocol, Doubts: []string{}, Recipients: []reported{}, Attachments: []attached{}, Sections: []section{}}
	if e.HeaderInfo, err = mbox.HeaderInfo(1); err != nil {
		return nil, err
	}
	if e.Overview, err = mbox.FetchOverview("1"); err != nil {
		return nil, err
	}
	if e.Structure, err = mbox.FetchStructure(1); err != nil {
		return nil, err
	}
	e.readHeader()
	if err := e.readMessage(mbox); err != nil {
		return nil, err
	}
	e.Notices = append([]string{}, mbox.Errors()...)
	return e, nil
}

// doubt adds what was doubtful in something.
func (e *explanation) doubt(what string, doubts readable.Doubts) {
	for _, d := range doubts {
		e.Doubts = append(e.Doubts, what+": "+d.String())
	}
}

func (e *explanation) readHeader() {
	var doubts readable.Doubts
	e.Subject, doubts = readable.Header(e.HeaderInfo.Subject)
	e.doubt("subject", doubts)
	for _, field := range []struct {
		name string
		list imapcompat.AddressList
		text *[]string
	}{{"from", e.HeaderInfo.From, &e.From}, {"to", e.HeaderInfo.To, &e.To}, {"cc", e.HeaderInfo.Cc, &e.Cc}} {
		addresses, doubts := readable.Addresses(field.list)
		e.doubt(field.name, doubts)
		*field.text = []string{}
		for _, a := range addresses {
			*field.text = append(*field.text, strings.TrimSpace(a.Name+" <"+a.Address+">"))
		}
	}
}

func (e *explanation) readMessage(mbox *imapcompat.Connection) error {
	msg, err := readable.Open(mbox, 1, imapcompat.FT_PEEK)
	if err != nil {
		return err
	}
	text, doubts, err := msg.Text()
	if err != nil {
		return err
	}
	e.Text = text
	e.doubt("text", doubts)
	kind, err := msg.Classify()
	if err != nil {
		return err
	}
	e.Kind = kind.Kind.String()
	e.doubt("kind", kind.Doubts)
	if kind.Delivery != nil {
		for _, r := range kind.Delivery.Recipients {
			e.Recipients = append(e.Recipients, reported{r.Address, r.Outcome.String(), r.Status, r.Diagnostic})
		}
	}
	for file, err := range msg.Attachments() {
		if err != nil {
			return err
		}
		n, err := file.WriteTo(io.Discard)
		if err != nil {
			return err
		}
		e.doubt("attachment "+file.Section, file.Doubts())
		e.Attachments = append(e.Attachments, attached{file.Section, file.Name, file.SafeName, file.Type, n})
	}
	return e.readSections(mbox)
}

func (e *explanation) readSections(mbox *imapcompat.Connection) error {
	for p := range parts(e.Structure) {
		s := section{Number: p.section, Type: mediaType(p.Structure), part: p}
		switch {
		case p.Type == imapcompat.TYPEMULTIPART:
			s.Content = plural(len(p.Parts), "part")
		case p.Type == imapcompat.TYPETEXT:
			body, err := mbox.FetchBody(1, p.section, imapcompat.FT_PEEK)
			if err != nil {
				return err
			}
			charset, _ := readable.Parameter(p.Parameters, "charset")
			s.Content, _ = readable.Body(body, p.Encoding, charset)
			s.Content = beginning(s.Content)
		default:
			name, _ := readable.FileName(p.Structure)
			s.Content = cmp.Or(name, strings.TrimSpace(p.Description))
		}
		e.Sections = append(e.Sections, s)
	}
	return nil
}

// beginning returns the first words of a text on one line.
func beginning(text string) string {
	const limit = 200 // characters
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text[:min(len(text), 4*limit)], "")), " ")
	return `"` + cut(clean(text), limit) + `"`
}

// printPHP prints the results as a PHP script would that calls print_r. A terminal gets no
// control characters. A file or another program gets the octets of print_r, to compare them.
func (c *cli) printPHP(e *explanation) {
	for i, call := range e.calls() {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		fmt.Fprintf(c.stdout, "print_r(%s);\n\n", call.PHP)
		printed := string(phpvalue.AppendPrinted(nil, call.Result))
		if !c.atTerminal() {
			fmt.Fprint(c.stdout, printed)
			continue
		}
		for line := range strings.Lines(printed) {
			fmt.Fprintln(c.stdout, clean(strings.TrimRight(line, "\r\n")))
		}
	}
}

// phpCall is a call of a PHP function, the same in Go, and its result.
type phpCall struct {
	PHP          string
	Variable, Go string
	Result       any
}

func (e *explanation) calls() []phpCall {
	return []phpCall{
		{"imap_headerinfo($imap, 1)", "header", "mbox.HeaderInfo(1)", e.HeaderInfo},
		{"imap_fetch_overview($imap, '1')", "overview", `mbox.FetchOverview("1")`, e.Overview},
		{"imap_fetchstructure($imap, 1)", "structure", "mbox.FetchStructure(1)", e.Structure},
	}
}
