package prove

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// trace reads the file in which the original notes each call of an imap_* function before it is
// made. A nil trace has no calls.
type trace struct {
	mu   sync.Mutex
	file *os.File
	r    *bufio.Reader
	call Call
}

func openTrace(name string) (*trace, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &trace{file: file, r: bufio.NewReader(file)}, nil
}

// last returns the last call.
func (t *trace) last() Call {
	if t == nil {
		return Call{}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		line, err := t.r.ReadString('\n')
		if err == io.EOF && line != "" {
			return t.call // a line is written at once, so this is a foreign one
		}
		if err != nil {
			return t.call
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) == 3 {
			n, _ := strconv.Atoi(fields[1])
			t.call = Call{Function: fields[0], Line: n}
			if fields[2] != "" {
				t.call.File = filepath.Base(fields[2])
			}
		}
	}
}

func (t *trace) close() {
	if t != nil {
		t.file.Close()
	}
}
