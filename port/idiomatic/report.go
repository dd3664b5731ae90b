package idiomatic

import (
	"fmt"
	"strings"
)

// Markdown returns what was rewritten, for the report of a port: a heading, then each rule with what
// it changes, and its places with the lines that were there.
func (r *Result) Markdown() string {
	var out strings.Builder
	out.WriteString("## Rewritten\n")
	if len(r.Changes) == 0 {
		out.WriteString("\nNo place fits a pattern.\n")
	}
	for _, rule := range rules() {
		first := true
		for _, c := range r.Changes {
			if c.Rule != rule.Rule {
				continue
			}
			if first {
				effect := rule.Effect
				if effect == "" {
					effect = "The program does the same."
				}
				fmt.Fprintf(&out, "\n### %s\n\n%s\n", rule.Title, effect)
				first = false
			}
			fmt.Fprintf(&out, "\n- %s:%d, before:\n\n", c.File, c.Line)
			for line := range strings.Lines(c.Old) {
				out.WriteString("      " + strings.TrimRight(line, "\n") + "\n")
			}
		}
	}
	if len(r.Hints) > 0 {
		out.WriteString("\n## To be rewritten by a person\n\n")
		for _, h := range r.Hints {
			fmt.Fprintf(&out, "- %s:%d: %s\n", h.File, h.Line, h.Text)
		}
	}
	return out.String()
}
