package phpbridge

import (
	"errors"
	"fmt"
	"slices"

	"github.com/imapcompat/imapcompat"
)

// reading has the functions that read messages and count them.
var reading = map[string]function{
	"imap_num_msg":    {"c", 0, func(c *call) (any, error) { return c.conn().NumMsg() }},
	"imap_num_recent": {"c", 0, func(c *call) (any, error) { return c.conn().NumRecent() }},
	"imap_check":      {"c", false, func(c *call) (any, error) { return c.conn().Check() }},
	"imap_mailboxmsginfo": {"c", nil, func(c *call) (any, error) {
		info, err := c.conn().MailboxMsgInfo()
		c.failed = info
		return info, err
	}},
	"imap_headers": {"c", []string{}, func(c *call) (any, error) {
		list, err := c.conn().Headers()
		return listed(c, list, err)
	}},
	"imap_headerinfo": {"ci|ii", false, func(c *call) (any, error) {
		h, err := c.conn().HeaderInfo(c.int(1), imapcompat.WithFromLength(c.int(2)), imapcompat.WithSubjectLength(c.int(3)))
		if h != nil {
			c.failed = h
		}
		return h, err
	}},
	"imap_fetch_overview": {"cs|i", []string{}, func(c *call) (any, error) {
		list, err := c.conn().FetchOverview(c.sequence(1), c.fetchFlags(2))
		return listed(c, list, err)
	}},
	"imap_fetchheader": {"ci|i", "", func(c *call) (any, error) {
		return c.conn().FetchHeader(c.int(1), c.fetchFlags(2))
	}},
	"imap_body": {"ci|i", "", func(c *call) (any, error) {
		return c.conn().Body(c.int(1), c.fetchFlags(2))
	}},
	"imap_fetchbody": {"cis|i", "", func(c *call) (any, error) {
		return c.conn().FetchBody(c.int(1), c.str(2), c.fetchFlags(3))
	}},
	"imap_fetchmime": {"cis|i", "", func(c *call) (any, error) {
		return c.conn().FetchMIME(c.int(1), c.str(2), c.fetchFlags(3))
	}},
	"imap_fetchstructure": {"ci|i", false, func(c *call) (any, error) {
		s, err := c.conn().FetchStructure(c.int(1), c.fetchFlags(2))
		if s != nil {
			c.failed = s
		}
		return s, err
	}},
	"imap_bodystruct": {"cis", false, func(c *call) (any, error) {
		s, err := c.conn().BodyStruct(c.int(1), c.str(2))
		if s != nil {
			c.failed = s
		}
		return s, err
	}},
	"imap_uid":   {"ci", 0, func(c *call) (any, error) { return c.conn().UID(c.int(1)) }},
	"imap_msgno": {"ci", 0, func(c *call) (any, error) { return c.conn().MsgNo(c.int(1)) }},
	// PHP opens the file.
	"imap_savebody": {"ci|si", true, saveBody},
}

// listed returns a list as PHP does if some messages cannot be read: with what is known of
// them. If the connection is lost, it returns no list.
func listed[L ~[]T, T any](c *call, list L, err error) (any, error) {
	if err != nil && len(list) > 0 && !errors.Is(err, imapcompat.ErrConnectionLost) {
		c.failed = list
	}
	return list, err
}

// ftInternal is PHP's FT_INTERNAL, which has no effect.
const ftInternal imapcompat.FetchFlag = 8

// saveBody sends a section to PHP in pieces. As in PHP, the file is opened after the message
// was found, and before it is read.
func saveBody(c *call) (any, error) {
	conn, num, flags := c.conn(), c.int(1), c.fetchFlags(3)
	if num > 0 && flags&^(imapcompat.FT_UID|imapcompat.FT_PEEK|ftInternal) == 0 {
		if err := exists(conn, num, flags); err != nil {
			return nil, err
		}
		if open, err := c.openFile(); err != nil || !open {
			return false, err
		}
	}
	return true, conn.SaveBody(pieces{c}, num, c.str(2), flags)
}

// exists returns PHP's error for a message that does not exist.
func exists(conn *imapcompat.Connection, num int, flags imapcompat.FetchFlag) error {
	if flags&imapcompat.FT_UID == 0 {
		count, err := conn.NumMsg()
		if err == nil && num > count {
			err = &imapcompat.Error{Class: imapcompat.ClassWarning, Text: "Bad message number", Err: imapcompat.ErrBadMessageNumber}
		}
		return err
	}
	found, err := conn.MsgNo(num)
	if err == nil && found == 0 {
		err = &imapcompat.Error{Class: imapcompat.ClassWarning, Text: "UID does not exist", Err: imapcompat.ErrBadMessageNumber}
	}
	return err
}

// openFile makes PHP open the file. PHP reports itself if it cannot.
func (c *call) openFile() (bool, error) {
	if c.broken = writeFrame(c.out, 'o', nil); c.broken != nil {
		return false, c.broken
	}
	request, err := c.requests.next()
	if err != nil || len(request) == 0 {
		c.broken = errors.New("PHP has gone")
		return false, c.broken
	}
	switch string(request) {
	case "b:1;":
		return true, nil
	case "b:0;":
		return false, nil
	}
	c.broken = fmt.Errorf("%.20q is no answer to whether the file is open", request)
	return false, c.broken
}

// pieces sends what is written to it to PHP.
type pieces struct{ *call }

// Write sends a frame for each 64 KiB, because PHP holds a whole frame in memory.
func (p pieces) Write(text []byte) (int, error) {
	for piece := range slices.Chunk(text, 64<<10) {
		if p.broken = writeFrame(p.out, 'd', piece); p.broken != nil {
			return 0, p.broken
		}
	}
	return len(text), nil
}
