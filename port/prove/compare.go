package prove

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Difference is the first difference of a kind.
type Difference struct {
	// Kind is "end", "exit code", "output", "change", "mail sent", "mailbox", "subscription", "file" or "database".
	Kind string `json:"kind"`
	// Text says what differs, for people, in one line or more.
	Text string `json:"text"`
	// OnlyTime says that nothing but times of the runs differs.
	OnlyTime bool `json:"onlyTime,omitempty"`
	// Call is the call of the original that made a change, or the place that printed the output, if known.
	Call Call `json:"call,omitzero"`
}

// comparison compares two observations.
type comparison struct {
	config         *Config
	original, port *Observation
	clocks         [2]clock
	result         *Result
}

func compare(config *Config, original, port *Observation) *Result {
	zone := original.zone
	c := &comparison{config: config, original: original, port: port,
		clocks: [2]clock{clockOf(original, zone), clockOf(port, zone)},
		result: &Result{Original: original, Port: port}}
	c.end()
	c.output()
	c.changes()
	c.sent()
	c.mailboxes()
	c.files()
	return c.result
}

func (c *comparison) differ(kind, format string, args ...any) {
	c.result.Differences = append(c.result.Differences, Difference{Kind: kind, Text: fmt.Sprintf(format, args...)})
}

func (c *comparison) end() {
	a, b := c.original, c.port
	switch {
	case a.Ended != b.Ended && b.Ended == "":
		c.differ("end", "the original was ended: %s; the port ended by itself", a.Ended)
	case a.Ended != b.Ended && a.Ended == "":
		c.differ("end", "the port was ended: %s; the original ended by itself", b.Ended)
	case a.Ended != b.Ended:
		c.differ("end", "the original was ended: %s; the port was ended: %s", a.Ended, b.Ended)
	case a.Ended != "":
		c.differ("end", "both were ended: %s; what they did before is compared", a.Ended)
	case a.ExitCode != b.ExitCode:
		c.differ("exit code", "the exit code of the original is %d, that of the port %d%s", a.ExitCode, b.ExitCode, panicOf(b))
	}
}

// panicLine matches what Go prints first when a program panics.
var panicLine = regexp.MustCompile(`(?m)^panic: (.*)$`)

// panicOf says why a port in Go has panicked.
func panicOf(o *Observation) string {
	match := panicLine.FindStringSubmatch(string(o.Stderr))
	if match == nil {
		return ""
	}
	return ", which panicked: " + shorten(match[1], maxShown)
}

// equality is how two texts compare.
type equality int

const (
	different equality = iota
	onlyTime           // differ in times of the runs only
	equal
)

// texts compares two texts, and returns them as they were compared.
func (c *comparison) texts(a, b string) (equality, string, string) {
	a, b = withoutFolder(a, c.original), withoutFolder(b, c.port)
	if a == b {
		return equal, a, b
	}
	for _, pattern := range c.config.Ignore {
		a, b = pattern.ReplaceAllString(a, ignored), pattern.ReplaceAllString(b, ignored)
	}
	if a == b {
		c.result.Ignored++
		return equal, a, b
	}
	timelessA, timelessB := c.clocks[0].withoutTimes(a), c.clocks[1].withoutTimes(b)
	switch {
	case c.config.IgnoreTime && timelessA == timelessB:
		c.result.Ignored++
		return equal, a, b
	case c.config.IgnoreTime:
		return different, timelessA, timelessB
	case timelessA == timelessB:
		return onlyTime, a, b
	}
	return different, a, b
}

// withoutFolder replaces the temporary folder of a run.
func withoutFolder(text string, o *Observation) string {
	if o.Folder == "" {
		return text
	}
	return strings.ReplaceAll(text, o.Folder, "/prove")
}

// ignored stands for what Config.Ignore matches.
const ignored = "\uFFFDignored\uFFFD"

// differText notes a difference of two texts, of which intro says what they are.
func (c *comparison) differText(kind, intro string, how equality, a, b string) {
	line, shown := firstDifference(a, b)
	text := fmt.Sprintf("%s differs in line %d:\n%s", intro, line, shown)
	if how == onlyTime {
		text = fmt.Sprintf("%s differs only in the time of the runs, first in line %d (--ignore-time makes such places equal):\n%s", intro, line, shown)
	}
	c.result.Differences = append(c.result.Differences, Difference{Kind: kind, Text: text, OnlyTime: how == onlyTime})
}

func (c *comparison) output() {
	original, port := string(c.original.Stdout), string(c.port.Stdout)
	if plain := phpMessage.ReplaceAllString(original, ""); c.config.IgnoreMessages && plain != original {
		c.result.Ignored++
		original, port = plain, phpMessage.ReplaceAllString(port, "")
	}
	how, a, b := c.texts(original, port)
	if how == equal {
		return
	}
	line, _ := firstDifference(a, b)
	place := c.original.printedAt(c.rawOffset(firstOffset(original, port, line)))
	intro := "standard output"
	if place.Line > 0 {
		intro = fmt.Sprintf("standard output, which the original prints there at %s:%d,", place.File, place.Line)
	}
	c.differText("output", intro, how, a, b)
	c.result.Differences[len(c.result.Differences)-1].Call = place
}

// changes compares what was done to the mailboxes, session by session.
func (c *comparison) changes() {
	sessions := map[int]bool{}
	for _, e := range append(slices.Clone(c.original.Effects), c.port.Effects...) {
		sessions[e.Session] = true
	}
	for _, session := range slices.Sorted(maps.Keys(sessions)) {
		a, b := inOrder(c.original.Effects, session), inOrder(c.port.Effects, session)
		i := 0
		for i < len(a) && i < len(b) && a[i].What == b[i].What && a[i].User == b[i].User {
			i++
		}
		if i < len(a) || i < len(b) {
			c.differChange(a, b, i)
			return
		}
	}
}

// inOrder returns the effects of a session in an order that does not depend on which commands were
// joined. Changes of flags and arrivals may be told apart only by what they concern: a message, or
// the mailboxes in which messages arrive. Those of one message, and arrivals, stay in their order.
// What removes messages, or makes mailboxes, comes after what was before it.
func inOrder(effects []Effect, session int) []Effect {
	var list []Effect
	for _, e := range effects {
		if e.Session == session {
			list = append(list, e)
		}
	}
	for run := range runs(list, func(a, b concern) bool { return a.kind != "" && b.kind != "" }) {
		slices.SortStableFunc(run, func(a, b Effect) int { return naturally(a.concerns().of, b.concerns().of) })
	}
	for run := range runs(list, func(a, b concern) bool { return a == b && a.kind != "" && a.kind != arrived }) {
		slices.SortStableFunc(run, func(a, b Effect) int { return naturally(a.What, b.What) })
	}
	return list
}

// runs yields the longest parts of a list in which each effect belongs to the one before it.
func runs(list []Effect, together func(a, b concern) bool) iter.Seq[[]Effect] {
	return func(yield func([]Effect) bool) {
		for start, end := 0, 0; start < len(list); start = end {
			for end = start + 1; end < len(list) && together(list[end-1].concerns(), list[end].concerns()); end++ {
			}
			if !yield(list[start:end]) {
				return
			}
		}
	}
}

const arrived = "arrived"

var (
	flagChange = regexp.MustCompile(`^(message \d+ of .*) (got|lost) \S+$`)
	arrival    = regexp.MustCompile(`^message \d+ arrived in `)
)

// concern is what an effect is on, and its kind: "got", "lost", "arrived", or "" for others.
type concern struct{ of, kind string }

func (e Effect) concerns() concern {
	if match := flagChange.FindStringSubmatch(e.What); match != nil {
		return concern{match[1], match[2]}
	}
	if arrival.MatchString(e.What) {
		return concern{arrived, arrived}
	}
	return concern{}
}

// naturally compares texts with numbers of any length.
func naturally(a, b string) int {
	if d := len(leadingNumber(a)) - len(leadingNumber(b)); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

func leadingNumber(s string) string {
	s = strings.TrimPrefix(s, "message ")
	end := strings.IndexByte(s, ' ')
	return s[:max(end, 0)]
}

// differChange notes the first change that only one side has, or has at another place.
func (c *comparison) differChange(a, b []Effect, i int) {
	has := func(list []Effect, what string) bool {
		return slices.ContainsFunc(list, func(e Effect) bool { return e.What == what })
	}
	var text string
	var call Call
	switch {
	case i < len(a) && !has(b[i:], a[i].What):
		call = a[i].Call
		text = fmt.Sprintf("%sthe original sent %s: %s. The port sent nothing that does so", during(call), a[i].Command, a[i].What)
		if i < len(b) && !has(a[i:], b[i].What) {
			text += fmt.Sprintf("; it sent %s: %s", b[i].Command, b[i].What)
		}
	case i < len(b) && !has(a[min(i, len(a)):], b[i].What):
		text = fmt.Sprintf("the port sent %s: %s. The original sent nothing that does so", b[i].Command, b[i].What)
		if i > 0 && a[i-1].Call.Function != "" {
			text += fmt.Sprintf(" (the last that both did was %s: %s)", a[i-1].Call, a[i-1].What)
		}
	default:
		call = a[i].Call
		text = fmt.Sprintf("the order differs: %sthe original sent %s: %s, where the port sent %s: %s", during(call), a[i].Command, a[i].What, b[i].Command, b[i].What)
	}
	c.result.Differences = append(c.result.Differences, Difference{Kind: "change", Text: text, Call: call})
}

func during(call Call) string {
	if call.Function == "" {
		return ""
	}
	return "after " + call.String() + " "
}

func (c *comparison) sent() {
	a, b := c.original.Sent, c.port.Sent
	for i := range min(len(a), len(b)) {
		how, x, y := c.texts(a[i].plain(), b[i].plain())
		if how != equal {
			c.differText("mail sent", fmt.Sprintf("mail %d that went out (%s)", i+1, a[i].name()), how, x, y)
			return
		}
	}
	switch {
	case len(a) > len(b):
		c.differ("mail sent", "the original sent %d mails, the port %d; the first that the port did not send is %s", len(a), len(b), a[len(b)].name())
	case len(b) > len(a):
		c.differ("mail sent", "the original sent %d mails, the port %d; the first that the original did not send is %s", len(a), len(b), b[len(a)].name())
	}
}

// plain returns a mail with its envelope. sendmail takes line ends of both kinds.
func (m Sent) plain() string {
	return m.Via + " " + strings.Join(m.Arguments, " ") + "\n" + strings.ReplaceAll(string(m.Message), "\r\n", "\n")
}

func (m Sent) name() string {
	to, subject := headerField(string(m.Message), "To"), headerField(string(m.Message), "Subject")
	return fmt.Sprintf("to %s, subject %q", to, subject)
}

func headerField(text, name string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		if field, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(field, name) {
			return shorten(strings.TrimSpace(value), 70)
		}
	}
	return ""
}

func (c *comparison) mailboxes() {
	a, b := c.original.Accounts, c.port.Accounts
	users := func(accounts []Account) []string {
		var list []string
		for _, account := range accounts {
			list = append(list, account.User)
		}
		return list
	}
	if x, y := users(a), users(b); !slices.Equal(x, y) {
		c.differ("mailbox", "the original logged in as %s, the port as %s", namesOf(x), namesOf(y))
		return
	}
	for i := range a {
		if !c.account(a[i], b[i]) {
			return
		}
	}
}

func namesOf(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, ", ")
}

// account compares the mailboxes of a user, and returns false at the first difference.
func (c *comparison) account(a, b Account) bool {
	names := func(account Account) []string {
		var list []string
		for _, box := range account.Mailboxes {
			list = append(list, box.Name)
		}
		return list
	}
	if x, y := without(names(a), names(b)), without(names(b), names(a)); len(x)+len(y) > 0 {
		c.differ("mailbox", "only the original leaves the mailboxes %s, only the port %s", orNone(x), orNone(y))
		return false
	}
	for i := range a.Mailboxes {
		if !c.mailbox(a.Mailboxes[i], b.Mailboxes[i]) {
			return false
		}
	}
	if !slices.Equal(a.Subscribed, b.Subscribed) {
		c.differ("subscription", "only the original leaves subscribed %s, only the port %s",
			orNone(without(a.Subscribed, b.Subscribed)), orNone(without(b.Subscribed, a.Subscribed)))
		return false
	}
	return true
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	return strings.Join(names, ", ")
}

func (c *comparison) mailbox(a, b Mailbox) bool {
	for i := range min(len(a.Messages), len(b.Messages)) {
		if !c.message(a.Name, i+1, a.Messages[i], b.Messages[i]) {
			return false
		}
	}
	if x, y := len(a.Messages), len(b.Messages); x != y {
		more, which := a, "the original"
		if y > x {
			more, which = b, "the port"
		}
		c.differ("mailbox", "%s has %d messages after the original, and %d after the port; only %s leaves message %d, %q",
			a.Name, x, y, which, min(x, y)+1, more.Messages[min(x, y)].Subject)
		return false
	}
	return true
}

func (c *comparison) message(mailbox string, n int, a, b Message) bool {
	intro := fmt.Sprintf("message %d of %s", n, mailbox)
	if a.SHA256 != b.SHA256 {
		if a.Text == "" || b.Text == "" || a.Subject != b.Subject {
			c.differ("mailbox", "%s is %q after the original, and %q after the port", intro, a.Subject, b.Subject)
			return false
		}
		if how, x, y := c.texts(string(a.Text), string(b.Text)); how != equal {
			c.differText("mailbox", intro+", "+fmt.Sprintf("%q,", a.Subject), how, x, y)
			return false
		}
	}
	if !slices.Equal(a.Flags, b.Flags) {
		c.differ("mailbox", "%s, %q, has the flags %s after the original, and %s after the port", intro, a.Subject, orNone(a.Flags), orNone(b.Flags))
		return false
	}
	if !a.Date.Equal(b.Date) && !(c.clocks[0].has(a.Date, 1) && c.clocks[1].has(b.Date, 1)) {
		c.differ("mailbox", "%s, %q, has the internal date %s after the original, and %s after the port", intro, a.Subject, a.Date, b.Date)
		return false
	}
	return true
}

func (c *comparison) files() {
	a, b := c.named(c.original.Files, c.clocks[0], c.config.IgnoreTime), c.named(c.port.Files, c.clocks[1], c.config.IgnoreTime)
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if isBeside(name, a) && isBeside(name, b) {
			continue
		}
		x, inA := a[name]
		y, inB := b[name]
		if inA && inB && c.file(name, x, y) {
			continue
		}
		if !inA || !inB {
			c.differFile(name, x, y, inA)
		}
		return
	}
}

// differFile notes a file that only one program has written or removed.
func (c *comparison) differFile(name string, a, b File, inA bool) {
	d := Difference{Kind: "file", Text: fmt.Sprintf("only the original %s %s", a.fate(), name)}
	if !inA {
		d.Text = fmt.Sprintf("only the port %s %s", b.fate(), name)
	}
	x, y := c.named(c.original.Files, c.clocks[0], true), c.named(c.port.Files, c.clocks[1], true)
	if slices.Equal(slices.Sorted(maps.Keys(x)), slices.Sorted(maps.Keys(y))) {
		d.OnlyTime = true
		d.Text += ", and names of files differ only in the time of the runs (--ignore-time makes them equal)"
	}
	c.result.Differences = append(c.result.Differences, d)
}

// named returns files by their names without what Config.Ignore matches, and without times of the
// run. Names that are then equal get numbers, in the order of their contents.
func (c *comparison) named(files map[string]File, run clock, withoutTimes bool) map[string]File {
	list := slices.Collect(maps.Keys(files))
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(strings.Compare(files[a].SHA256, files[b].SHA256), strings.Compare(a, b))
	})
	renamed := map[string]File{}
	for _, name := range list {
		plain := name
		for _, pattern := range c.config.Ignore {
			plain = pattern.ReplaceAllString(plain, ignored)
		}
		if withoutTimes {
			plain = run.withoutTimes(plain)
		}
		for n, base := 2, plain; ; n++ {
			if _, taken := renamed[plain]; !taken {
				break
			}
			plain = fmt.Sprintf("%s (%d)", base, n)
		}
		renamed[plain] = files[name]
	}
	return renamed
}

func (f File) fate() string {
	if f.Removed {
		return "removed the file"
	}
	if f.Mode.IsDir() {
		return "made the folder"
	}
	return "wrote the file"
}

// file compares a file, and returns false if it differs.
func (c *comparison) file(name string, a, b File) bool {
	switch {
	case a.Removed != b.Removed:
		which := map[bool]string{true: "original", false: "port"}[a.Removed]
		c.differ("file", "only the %s removed %s", which, name)
		return false
	case a.Mode != b.Mode:
		c.differ("file", "%s has the mode %v after the original, and %v after the port", name, a.Mode, b.Mode)
		return false
	case withoutFolder(a.Link, c.original) != withoutFolder(b.Link, c.port):
		c.differ("file", "%s leads to %s after the original, and to %s after the port", name, a.Link, b.Link)
		return false
	case a.SHA256 == b.SHA256:
		return true
	case a.Tables != nil && b.Tables != nil:
		how, x, y := c.texts(strings.Join(a.Tables, "\n"), strings.Join(b.Tables, "\n"))
		if how != equal {
			c.differText("database", "the database "+name, how, x, y)
		}
		return how == equal
	case a.Octets > maxFileText || b.Octets > maxFileText:
		c.differ("file", "%s has %d octets after the original, and %d after the port, and they differ", name, a.Octets, b.Octets)
		return false
	case strings.ContainsRune(string(a.Text), 0) || strings.ContainsRune(string(b.Text), 0):
		at := 0
		for at < min(len(a.Text), len(b.Text)) && a.Text[at] == b.Text[at] {
			at++
		}
		c.differ("file", "%s, of %d octets after the original and %d after the port, differs at octet %d", name, a.Octets, b.Octets, at)
		return false
	}
	how, x, y := c.texts(string(a.Text), string(b.Text))
	if how != equal {
		c.differText("file", "the file "+name, how, x, y)
	}
	return how == equal
}

// contextLines is the number of equal lines that are shown before a difference.
const contextLines = 2

// maxShown bounds a line that is shown.
const maxShown = 300

// firstDifference returns the number of the first line that differs, and the lines around it.
func firstDifference(a, b string) (line int, shown string) {
	x, y := strings.SplitAfter(a, "\n"), strings.SplitAfter(b, "\n")
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	var out strings.Builder
	for j := max(0, i-contextLines); j < i; j++ {
		fmt.Fprintf(&out, "  %5d    %s\n", j+1, visible(x[j]))
	}
	at := func(lines []string) string {
		if i >= len(lines) || i == len(lines)-1 && lines[i] == "" {
			return "(the end)"
		}
		text := visible(lines[i])
		if !strings.HasSuffix(lines[i], "\n") {
			text += " (without a line end)"
		}
		return text
	}
	fmt.Fprintf(&out, "  %5d -  %s\n  %5d +  %s\n", i+1, at(x), i+1, at(y))
	out.WriteString("  (- is the original, + the port)")
	return i + 1, out.String()
}

// visible returns a line without its end, and with control characters escaped.
func visible(line string) string {
	line = strings.TrimSuffix(line, "\n")
	if len(line) > maxShown {
		line = shorten(line, maxShown)
	}
	var b strings.Builder
	for _, r := range line {
		if r == '\t' || r >= ' ' && r != 0x7f && r != utf8.RuneError && !(r >= 0x80 && r < 0xa0) {
			b.WriteRune(r)
		} else {
			quoted := fmt.Sprintf("%q", string(r))
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}
