package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/files"
)

// appended is the JSON of "imapcompat append".
type appended struct {
	Mailbox string `json:"mailbox"`
	Bytes   int64  `json:"bytes"`
	DryRun  bool   `json:"dry_run,omitempty"`
}

func (a appended) String() string {
	return fmt.Sprintf("%s appended to %s", size(a.Bytes), clean(a.Mailbox))
}

func runAppend(ctx context.Context, c *cli, r *request) error {
	message, err := orInterrupted(ctx, func() (*spooled, error) { return c.spool(r.arguments["FILE"]) })
	if err != nil {
		return err
	}
	defer message.Close()
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		if r.acts() {
			c.change.asked = "the message appended"
			err := mbox.AppendReader(r.mailbox, message, message.octets, imapcompat.WithAppendFlags(r.flags))
			if err != nil {
				return err
			}
			c.change = change{done: "the message is appended"}
		}
		return c.report(r, nil, appended{r.mailbox, message.octets, r.dryRun})
	})
}

// spooled is a message in a temporary file, whose size is known.
type spooled struct {
	*files.Temporary
	octets int64
}

// spool reads a message from a file, or from standard input for "-" or "". It changes line ends
// to CR LF, which a server expects.
func (c *cli) spool(name string) (*spooled, error) {
	source := c.stdin
	if cmp.Or(name, "-") != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		source = f
	}
	f, err := files.CreateTemporary("imapcompat-*.eml") // a signal ends the process
	if err != nil {
		return nil, err
	}
	message := &spooled{Temporary: f}
	buffered := bufio.NewWriter(f)
	message.octets, err = copyCRLF(buffered, source)
	err = cmp.Or(err, buffered.Flush()) // which says the same of a full disk
	if err == nil && message.octets == 0 {
		err = errors.New("the message is empty")
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, message.Close())
	}
	return message, nil
}

// copyCRLF copies a text, and writes CR LF for each LF without CR.
func copyCRLF(w io.ByteWriter, r io.Reader) (octets int64, err error) {
	source := bufio.NewReader(r)
	var last byte
	for {
		b, err := source.ReadByte()
		if errors.Is(err, io.EOF) {
			return octets, nil
		}
		if err != nil {
			return octets, err
		}
		if b == '\n' && last != '\r' {
			if err := w.WriteByte('\r'); err != nil {
				return octets, err
			}
			octets++
		}
		if err := w.WriteByte(b); err != nil {
			return octets, err
		}
		octets++
		last = b
	}
}
