package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// change records what was changed, for the report when the rest fails.
type change struct {
	done  string // "2 messages marked"
	asked string // the change that the server has not confirmed
}

// unfinished describes what was changed, and the last change, which the server may or may not
// have made. It is "" if nothing was changed.
func (ch change) unfinished() string {
	switch {
	case ch.asked == "":
		return ch.done
	case ch.done == "":
		return "possibly " + ch.asked
	}
	return ch.done + ", possibly " + ch.asked
}

// before returns what was changed, and the error that followed.
func (ch change) before(err error) string {
	changed := ch.done
	if errors.Is(err, imapcompat.ErrConnectionLost) {
		changed = ch.unfinished()
	}
	if changed == "" {
		return describe(err)
	}
	return changed + ", then: " + describe(err)
}

// interrupted returns what was changed before an interruption. The library's error follows only
// if the server was making a change: otherwise it would only say that the connection is lost.
func (ch change) interrupted(err error) string {
	if ch.asked == "" {
		return cmp.Or(ch.done, "nothing is changed")
	}
	return ch.unfinished() + ": " + describe(err)
}

var errNoMessages = errors.New("the set has none of the mailbox's messages")

// selected returns the messages of the SET. It fails if there is none, unless the mailbox is
// empty: a job that moves all messages every night then has nothing to do.
func (c *cli) selected(r *request, mbox *imapcompat.Connection) ([]*imapcompat.Overview, error) {
	list, err := c.overview(r, mbox, r.arguments["SET"])
	if len(list) > 0 && ofMessage(err) {
		c.say("warning: %s", describe(err)) // its number is known, and nothing else is needed
		return list, nil
	}
	if err != nil || len(list) > 0 {
		return list, err
	}
	messages, err := mbox.NumMsg()
	switch {
	case err != nil:
		return nil, err
	case messages > 0:
		return nil, errNoMessages
	}
	c.say("the mailbox is empty")
	return list, nil
}

// withSelected calls f with the mailbox, the messages of the SET, and the TARGET.
func (c *cli) withSelected(ctx context.Context, r *request, f func(mbox *imapcompat.Connection, list []*imapcompat.Overview, target string) error) error {
	target, err := r.target()
	if err != nil {
		return err
	}
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		list, err := c.selected(r, mbox)
		if err != nil {
			return err
		}
		return f(mbox, list, target)
	})
}

// target returns the argument TARGET, which imap_mail_copy takes without the server.
func (r *request) target() (string, error) {
	target := r.arguments["TARGET"]
	if _, name, ok := strings.Cut(target, "}"); ok && strings.HasPrefix(target, "{") {
		return "", r.usage("the TARGET is a mailbox of the same server, and named without it: %q", name)
	}
	return target, r.checkName(target)
}

// checkName refuses a name with non-ASCII letters, and shows its modified UTF-7.
func (r *request) checkName(name string) error {
	if !strings.ContainsFunc(name, func(c rune) bool { return c > unicode.MaxASCII }) {
		return nil
	}
	if encoded, err := imapcompat.UTF8ToMUTF7(name); err == nil {
		return r.usage("mailbox names are in modified UTF-7: %q", encoded)
	}
	return r.usage("mailbox names are in modified UTF-7")
}

// acts reports whether the library is called to copy or move messages. A dry run over POP3 calls
// it too: it refuses before it sends anything, and the dry run reports that.
func (r *request) acts() bool { return !r.dryRun || r.overPOP3() }

func (r *request) overPOP3() bool {
	name, err := mailboxname.Parse(r.mailbox)
	return err == nil && name.Service == "pop3"
}

// checkDeletes returns an error for a read-only mailbox, where imap_delete and imap_expunge
// remove nothing and report nothing. A dry run itself opens the mailbox read-only.
func (r *request) checkDeletes(mbox *imapcompat.Connection) error {
	name, err := mailboxname.Parse(r.mailbox)
	if err != nil || name.Service == "pop3" || r.dryRun && !name.ReadOnly {
		return err
	}
	kept, err := mbox.PermanentFlags()
	if err == nil && !kept.Keeps(`\Deleted`) {
		err = errors.New("the mailbox is open for reading only: nothing can be deleted from it")
	}
	return err
}

// changeMessages calls act on the messages, some at a time. participle says what act does, such
// as "marked".
func (c *cli) changeMessages(ctx context.Context, r *request, list []*imapcompat.Overview, participle string, act func(imapcompat.Sequence) error) error {
	bar := c.newProgress(r)
	defer bar.clear()
	for done := 0; done < len(list); {
		end := min(done+pieceSize, len(list))
		if err := ctx.Err(); err != nil {
			return err
		}
		piece := sequenceOf(list[done:end])
		c.change.asked = fmt.Sprintf("%s %s too", piece, participle)
		if err := act(piece); err != nil {
			return err
		}
		done = end
		c.change = change{done: plural(done, "message") + " " + participle}
		c.progress = fmt.Sprintf("%d of %s done", done, plural(len(list), "message"))
		bar.show(done, len(list))
	}
	return nil
}

// sequenceOf returns the shortest Sequence of messages that are listed by number.
func sequenceOf(list []*imapcompat.Overview) imapcompat.Sequence {
	var ranges []string
	for i := 0; i < len(list); {
		end := i + 1
		for end < len(list) && list[end].Msgno == list[end-1].Msgno+1 {
			end++
		}
		text := fmt.Sprint(list[i].Msgno)
		if end > i+1 {
			text = fmt.Sprintf("%s:%d", text, list[end-1].Msgno)
		}
		ranges = append(ranges, text)
		i = end
	}
	return imapcompat.Sequence(strings.Join(ranges, ","))
}

// report prints what was changed, or for a dry run the messages that would be changed.
func (c *cli) report(r *request, list []*imapcompat.Overview, result fmt.Stringer) error {
	switch {
	case r.json:
		return c.printJSON(result)
	case r.dryRun:
		overviewTable(c.stdout, list, c.columns())
		fmt.Fprintln(c.stdout, "Nothing is changed. Without --dry-run:", result)
	default:
		fmt.Fprintln(c.stdout, result)
	}
	return nil
}
