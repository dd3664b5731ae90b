package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sequence"
)

// pieceSize is the approximate number of messages in a piece of work.
const pieceSize = 200

// inPieces does the work on a set of messages in pieces, and shows the progress.
func (c *cli) inPieces(r *request, mbox *imapcompat.Connection, set string, work func(imapcompat.Sequence) error) error {
	pieces, err := divide(mbox, set, r.uid)
	if err != nil {
		return err
	}
	bar := c.newProgress(r)
	defer bar.clear()
	for i, piece := range pieces {
		c.progress = fmt.Sprintf("%d%% of the messages are read", 100*i/len(pieces))
		if err := work(piece); err != nil {
			return err
		}
		bar.show(i+1, len(pieces))
	}
	c.progress = "all messages are read"
	return nil
}

// divide divides a set. A set that does not parse stays whole, and the library refuses it.
func divide(mbox *imapcompat.Connection, set string, uid bool) ([]imapcompat.Sequence, error) {
	whole := []imapcompat.Sequence{imapcompat.Sequence(set)}
	messages, err := mbox.NumMsg()
	if err != nil || messages <= pieceSize {
		return whole, err
	}
	numbers, last := pieceSize, messages
	parsed, err := sequence.Numbers(set, messages)
	if uid {
		if last, err = mbox.UID(messages); err != nil {
			return nil, err
		}
		numbers *= max(1, last/messages) // UIDs have gaps
		parsed, err = sequence.UIDs(set, last)
	}
	if err != nil {
		return whole, nil
	}
	return split(parsed.Ranges, last, numbers), nil
}

// split divides ranges into sequences of at most numbers numbers, and leaves out those above
// last.
func split(ranges []backend.Range, last, numbers int) []imapcompat.Sequence {
	var pieces []imapcompat.Sequence
	var piece []string
	room := numbers
	flush := func() {
		if len(piece) > 0 {
			pieces = append(pieces, imapcompat.Sequence(strings.Join(piece, ",")))
		}
		piece, room = nil, numbers
	}
	for _, r := range ranges {
		for first := r.First; first <= min(r.Last, last); {
			end := min(r.Last, last, first+room-1)
			piece = append(piece, string(imapcompat.SequenceRange(first, end)))
			room -= end - first + 1
			first = end + 1
			if room == 0 {
				flush()
			}
		}
	}
	flush()
	return pieces
}

// progress is a progress bar on a terminal.
type progress struct {
	w     io.Writer // nil without a bar
	title string
	begin time.Time
	shown bool
}

// progressDelay is the time after which the bar appears.
const progressDelay = time.Second

// newProgress returns a bar on standard error, unless the log is written there.
func (c *cli) newProgress(r *request) *progress {
	p := &progress{title: r.subcommand.name, begin: time.Now()}
	if f, ok := c.stderr.(*os.File); ok && !r.verbose && term.IsTerminal(int(f.Fd())) {
		p.w = f
	}
	return p
}

// show shows that done of all pieces are done.
func (p *progress) show(done, all int) {
	if p.w == nil || time.Since(p.begin) < progressDelay {
		return
	}
	p.shown = true
	const width = 30
	full := width * done / all
	bar := strings.Repeat("#", full) + strings.Repeat(".", width-full)
	fmt.Fprintf(p.w, "\r%s [%s] %3d%%", p.title, bar, 100*done/all)
}

// line shows a line in place of the bar.
func (p *progress) line(text string) {
	p.shown = true
	fmt.Fprint(p.w, "\r\x1b[K"+text)
}

// clear removes the bar.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K") // ECMA-48: erase to the end of the line
		p.shown = false
	}
}
