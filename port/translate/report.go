package translate

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// Report says what was translated.
type Report struct {
	Statements int // of the program
	Refused    int // of these: statements that are a TODO, in whole or in part
	Calls      []Call
	TODOs      []TODO
	Notes      []Note

	// Built says that the compiler has seen the module, NotBuilt why it could not be asked.
	// Complaints is what it refused, which is empty but for an error in this package.
	Built      bool
	NotBuilt   error
	Complaints []Complaint

	calls map[ast.Vertex]int
	seen  map[string]bool
}

// Call is a call of an imap_* function.
type Call struct {
	File       string
	Line       int
	Function   string
	Difference string // an anchor of docs/differences.md, if one concerns it
	Translated bool
}

// TODO is what a person has to translate.
type TODO struct {
	File   string
	Line   int
	Reason string
	PHP    string
}

// Note is what the port does in another way than PHP, for a person to look at.
type Note struct {
	File string
	Line int
	Text string
}

// Complaint is what the compiler says of a line of the port.
type Complaint struct {
	File string
	Line int
	Text string

	node int // the number of the statement
}

func newReport() *Report { return &Report{calls: map[ast.Vertex]int{}, seen: map[string]bool{}} }

func (r *Report) todo(f *file, node ast.Vertex, why *refusal, text string) {
	key := fmt.Sprint(f.name, start(node), why.reason)
	if r.seen[key] {
		return
	}
	r.seen[key] = true
	r.TODOs = append(r.TODOs, TODO{File: f.name, Line: line(why.node), Reason: why.reason, PHP: text})
}

// lost notes a line with statements that the parser lost.
func (r *Report) lost(f *file, number int, reason string) {
	r.Statements++
	r.Refused++
	lines := bytes.SplitN(f.parsed.Source, []byte("\n"), number+1)
	text := ""
	if number >= 1 && number <= len(lines) {
		text = excerpt(string(lines[number-1]))
	}
	r.TODOs = append(r.TODOs, TODO{File: f.name, Line: number, Reason: reason, PHP: text})
}

func (r *Report) note(f *file, node ast.Vertex, text string) {
	if n := (Note{File: f.name, Line: line(node), Text: text}); !slices.Contains(r.Notes, n) {
		r.Notes = append(r.Notes, n)
	}
}

func (r *Report) count() int { return len(r.TODOs) }

// imap notes a call before it is translated, imapDone that it was.
func (r *Report) imap(f *file, n ast.Vertex, name string) {
	if _, ok := r.calls[n]; ok {
		return
	}
	r.calls[n] = len(r.Calls)
	r.Calls = append(r.Calls, Call{File: f.name, Line: line(n), Function: name, Difference: imapDifference(name)})
}

// abandon notes that nothing is translated after all.
func (r *Report) abandon() {
	r.Refused, r.TODOs, r.Notes = r.Statements, nil, nil
	for i := range r.Calls {
		r.Calls[i].Translated = false
	}
}

func (r *Report) imapDone(n ast.Vertex) { r.Calls[r.calls[n]].Translated = true }

// Counts returns how many calls of imap_* functions are translated exactly, with a difference that
// docs/differences.md lists, and not at all.
func (r *Report) Counts() (exact, different, left int) {
	for _, c := range r.Calls {
		switch {
		case !c.Translated:
			left++
		case c.Difference != "":
			different++
		default:
			exact++
		}
	}
	return exact, different, left
}

// BuildNote says whether a compiler has accepted the module, "" if one has.
func (r *Report) BuildNote() string {
	switch {
	case r.NotBuilt != nil:
		return "no compiler has seen the port: " + r.NotBuilt.Error()
	case !r.Built:
		return "no compiler has seen the port: " + ErrNoCompiler.Error()
	case len(r.Complaints) > 0:
		return "the port does not compile: " + r.Complaints[0].Text
	}
	return ""
}

// Markdown returns the report as text.
func (r *Report) Markdown(title string) string {
	var out strings.Builder
	exact, different, left := r.Counts()
	fmt.Fprintf(&out, "# %s\n\n", markdown(title))
	fmt.Fprintf(&out, "| | exactly | with a listed difference | left to a person |\n|---|---|---|---|\n")
	fmt.Fprintf(&out, "| calls of imap_* functions | %d | %d | %d |\n", exact, different, left)
	fmt.Fprintf(&out, "| statements | %d | | %d |\n\n", r.Statements-r.Refused, r.Refused)
	if note := r.BuildNote(); note != "" {
		out.WriteString(markdown(strings.ToUpper(note[:1])+note[1:]) + ".\n\n")
	}
	if len(r.TODOs) == 0 && len(r.Notes) == 0 {
		out.WriteString("Nothing is left to do.\n")
	}
	if len(r.TODOs) > 0 {
		out.WriteString("## Left to a person\n\n")
		todos := slices.Clone(r.TODOs)
		slices.SortStableFunc(todos, func(a, b TODO) int {
			return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
		})
		for _, t := range todos {
			fmt.Fprintf(&out, "- %s:%d: %s\n\n      %s\n", markdown(t.File), t.Line, markdown(t.Reason), t.PHP)
		}
	}
	if len(r.Notes) > 0 {
		out.WriteString("\n## To be looked at\n\n")
		for _, n := range r.Notes {
			fmt.Fprintf(&out, "- %s:%d: %s\n", markdown(n.File), n.Line, markdown(n.Text))
		}
	}
	var listed []string
	for _, c := range r.Calls {
		if c.Difference != "" && c.Translated {
			listed = append(listed, fmt.Sprintf("- %s:%d: %s: docs/differences.md#%s\n", markdown(c.File), c.Line, c.Function, c.Difference))
		}
	}
	if len(listed) > 0 {
		out.WriteString("\n## With a listed difference\n\n" + strings.Join(listed, ""))
	}
	return out.String()
}

// markdown returns names and texts of a script so that they are text in Markdown and no markup: on one line, with what would
// be code, a link or HTML escaped.
func markdown(text string) string {
	var out strings.Builder
	for _, r := range oneLine(text) {
		if strings.ContainsRune("\\`*[]<>|~&", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
