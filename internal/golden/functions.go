package golden

import (
	"errors"
	"maps"
	"os"
	"reflect"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// Function calls the library's equivalent of a PHP function.
type Function struct {
	// Failed is the JSON of PHP's result when the server or the network fails, or when PHP
	// refuses an argument and reports it only on the stack of errors.
	Failed string
	Call   func(c *imapcompat.Connection, a Arguments) (any, error)
}

// Functions has the functions that take a connection, by PHP's names.
var Functions = map[string]Function{
	"imap_reopen": {"true", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.Reopen(a.Text(0), a.OpenOptions(1)...)
	}},
	"imap_close": {"true", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.Close(flags[imapcompat.CloseFlag](a, 0)...)
	}},
	"imap_is_open": {"", func(c *imapcompat.Connection, a Arguments) (any, error) { return c.IsOpen(), nil }},
	"imap_ping":    {"false", func(c *imapcompat.Connection, a Arguments) (any, error) { return true, c.Ping() }},
	"imap_check":   {"false", func(c *imapcompat.Connection, a Arguments) (any, error) { return c.Check() }},
	"imap_num_msg": {"", func(c *imapcompat.Connection, a Arguments) (any, error) { return c.NumMsg() }},
	"imap_num_recent": {"", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.NumRecent()
	}},
	"imap_mailboxmsginfo": {"", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.MailboxMsgInfo()
	}},
	"imap_status": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.Status(a.Text(0), imapcompat.StatusFlag(a.num(1)))
	}},
	"imap_headerinfo": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		var lengths []imapcompat.HeaderInfoOption
		if len(a) > 1 {
			lengths = append(lengths, imapcompat.WithFromLength(a.num(1)))
		}
		if len(a) > 2 {
			lengths = append(lengths, imapcompat.WithSubjectLength(a.num(2)))
		}
		return c.HeaderInfo(a.num(0), lengths...)
	}},
	"imap_headers": {"[]", func(c *imapcompat.Connection, a Arguments) (any, error) { return c.Headers() }},
	"imap_fetchheader": {`""`, func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.FetchHeader(a.num(0), flags[imapcompat.FetchFlag](a, 1)...)
	}},
	"imap_fetch_overview": {"[]", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.FetchOverview(a.sequence(0), flags[imapcompat.FetchFlag](a, 1)...)
	}},
	"imap_body": {`""`, func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.Body(a.num(0), flags[imapcompat.FetchFlag](a, 1)...)
	}},
	"imap_fetchbody": {`""`, func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.FetchBody(a.num(0), a.Text(1), flags[imapcompat.FetchFlag](a, 2)...)
	}},
	"imap_fetchstructure": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.FetchStructure(a.num(0), flags[imapcompat.FetchFlag](a, 1)...)
	}},
	"imap_bodystruct": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.BodyStruct(a.num(0), a.Text(1))
	}},
	"imap_fetchmime": {`""`, func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.FetchMIME(a.num(0), a.Text(1), flags[imapcompat.FetchFlag](a, 2)...)
	}},
	"imap_savebody": {"true", func(c *imapcompat.Connection, a Arguments) (any, error) {
		f, err := os.Create(a.Text(0))
		if err != nil {
			return nil, err
		}
		return true, errors.Join(c.SaveBody(f, a.num(1), a.Text(2), flags[imapcompat.FetchFlag](a, 3)...), f.Close())
	}},
	"imap_uid":   {"0", func(c *imapcompat.Connection, a Arguments) (any, error) { return c.UID(a.num(0)) }},
	"imap_msgno": {"0", func(c *imapcompat.Connection, a Arguments) (any, error) { return c.MsgNo(a.num(0)) }},
	"imap_delete": {"true", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.Delete(a.sequence(0), flags[imapcompat.FetchFlag](a, 1)...)
	}},
	"imap_undelete": {"true", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.Undelete(a.sequence(0), flags[imapcompat.FetchFlag](a, 1)...)
	}},
	"imap_expunge": {"true", func(c *imapcompat.Connection, a Arguments) (any, error) { return true, c.Expunge() }},
	"imap_search": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		var opts []imapcompat.SearchOption
		if len(a) > 1 {
			opts = append(opts, imapcompat.SearchFlag(a.num(1)))
		}
		if len(a) > 2 {
			opts = append(opts, imapcompat.WithCharset(a.Text(2)))
		}
		list, err := c.Search(a.Text(0), opts...)
		if len(list) == 0 {
			return false, err
		}
		return list, err
	}},
	"imap_sort": {"[]", func(c *imapcompat.Connection, a Arguments) (any, error) {
		var opts []imapcompat.SortOption
		if len(a) > 2 {
			opts = append(opts, imapcompat.SearchFlag(a.num(2)))
		}
		if len(a) > 3 {
			opts = append(opts, imapcompat.WithCriteria(a.Text(3)))
		}
		if len(a) > 4 {
			opts = append(opts, imapcompat.WithCharset(a.Text(4)))
		}
		list, err := c.Sort(imapcompat.SortCriteria(a.num(0)), a[1].(bool), opts...)
		if err != nil && strings.HasPrefix(c.LastError(), "Unknown search criterion") {
			return false, err
		}
		return list, err
	}},
	"imap_thread": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		thread, err := c.Thread(flags[imapcompat.SearchFlag](a, 0)...)
		if len(thread) == 0 && err == nil {
			return false, &imapcompat.Error{Func: "imap_thread", Text: EmptyTree}
		}
		return thread, err
	}},
	"imap_gc": {"true", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.GC(flags[imapcompat.GCFlag](a, 0)...)
	}},
	"imap_setflag_full": {"true", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.SetFlagFull(a.sequence(0), a.Text(1), flags[imapcompat.StoreFlag](a, 2)...)
	}},
	"imap_clearflag_full": {"true", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.ClearFlagFull(a.sequence(0), a.Text(1), flags[imapcompat.StoreFlag](a, 2)...)
	}},
}

// EmptyTree is PHP's warning if there is nothing to thread.
const EmptyTree = "Function returned an empty tree"

func init() { maps.Copy(Functions, mailboxFunctions) }

// Arguments are the arguments of a call after the connection. A missing one has PHP's default.
type Arguments []any

// Text returns the i-th argument, a string.
func (a Arguments) Text(i int) string {
	if i >= len(a) {
		return ""
	}
	return a[i].(string)
}

func (a Arguments) num(i int) int {
	if i >= len(a) {
		return 0
	}
	return int(reflect.ValueOf(a[i]).Int())
}

func (a Arguments) sequence(i int) imapcompat.Sequence { return imapcompat.Sequence(a.Text(i)) }

// flags returns the numbers from the i-th argument on.
func flags[F ~int](a Arguments, i int) []F {
	var list []F
	for ; i < len(a); i++ {
		list = append(list, F(a.num(i)))
	}
	return list
}

// OpenOptions returns the options for PHP's $flags, $retries and $options, from the i-th
// argument on.
func (a Arguments) OpenOptions(i int) []imapcompat.Option {
	const expunge = int(imapcompat.CL_EXPUNGE)
	opts := []imapcompat.Option{
		imapcompat.OpenFlag(a.num(i) &^ expunge),
		imapcompat.CloseFlag(a.num(i) & expunge),
		imapcompat.WithRetries(a.num(i + 1)),
	}
	if i+2 < len(a) {
		opts = append(opts, imapcompat.WithDisabledAuthenticators(a[i+2].(Disabled)...))
	}
	return opts
}

// Disabled is the option DISABLE_AUTHENTICATOR.
type Disabled []string
