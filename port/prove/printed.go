package prove

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed overlay/output.php
var outputPHP []byte

// Printed is a piece of standard output, with the place in the script that printed it.
type Printed struct {
	Octets int    `json:"octets"`
	File   string `json:"file"`
	Line   int    `json:"line"`
}

// maxPrinted bounds the pieces that are kept.
const maxPrinted = 100000

// printed runs the original once more, and returns which lines of the script print what. An output
// buffer sees the lines, and a script can see the buffer: so the run that is compared has none. The
// result is nil if this run prints something else.
func (r *runner) printed(ctx context.Context, o *Observation) ([]Printed, error) {
	if o.Ended != "" || o.Stdout == "" {
		return nil, nil
	}
	output := r.path("output.php")
	if err := os.WriteFile(output, outputPHP, 0o600); err != nil {
		return nil, err
	}
	prepend := r.path("prepend-output.php")
	if err := writePrepend(prepend, append([]string{output}, r.prepended...)...); err != nil {
		return nil, err
	}
	again, err := r.runPHP(ctx, prepend, nil)
	if err != nil || again.Stdout != o.Stdout {
		return nil, err
	}
	return readPrinted(r.path("printed"))
}

func readPrinted(name string) ([]Printed, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var list []Printed
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 3 {
			continue
		}
		octets, _ := strconv.Atoi(fields[0])
		line, _ := strconv.Atoi(fields[1])
		p := Printed{Octets: octets, Line: line}
		if fields[2] != "" {
			p.File = filepath.Base(fields[2])
		}
		last := len(list) - 1
		switch {
		case last >= 0 && list[last].File == p.File && list[last].Line == p.Line:
			list[last].Octets += octets
		case last+1 >= maxPrinted:
			return list, nil
		default:
			list = append(list, p)
		}
	}
	return list, lines.Err()
}

// printedAt returns the place that printed the octet at an offset.
func (o *Observation) printedAt(offset int) Call {
	for _, p := range o.Printed {
		if offset -= p.Octets; offset < 0 {
			return Call{Function: "output", File: p.File, Line: p.Line}
		}
	}
	return Call{}
}

// firstOffset returns the offset in a of the first octet in a line that differs from that in b.
func firstOffset(a, b string, line int) int {
	offset := 0
	for range line - 1 {
		end := strings.IndexByte(a[offset:], '\n')
		if end < 0 {
			break
		}
		offset += end + 1
	}
	x, y := a[offset:], lineOf(b, line)
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] && x[i] != '\n' {
		i++
	}
	return min(offset+i, max(0, len(a)-1))
}

// rawOffset returns the offset in the whole output of the original for one in the output without PHP's
// messages, where these are ignored.
func (c *comparison) rawOffset(offset int) int {
	if !c.config.IgnoreMessages {
		return offset
	}
	for _, message := range phpMessage.FindAllStringIndex(string(c.original.Stdout), -1) {
		if message[0] <= offset {
			offset += message[1] - message[0]
		}
	}
	return offset
}

// lineOf returns the rest of a text from a line on.
func lineOf(text string, line int) string {
	for range line - 1 {
		_, after, ok := strings.Cut(text, "\n")
		if !ok {
			return ""
		}
		text = after
	}
	return text
}
