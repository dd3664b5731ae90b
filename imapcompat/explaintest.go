package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/imapcompat/imapcompat/internal/flatjson"
)

// printGoTest prints a Go test that fails when a function returns something else for the
// message.
func (c *cli) printGoTest(m *sample, e *explanation) error {
	var code bytes.Buffer
	err := goTest.Execute(&code, map[string]any{
		"Name":     testName(m.name),
		"File":     strconv.Quote(filepath.Base(m.name)),
		"Protocol": e.Protocol,
		"Date":     fmt.Sprintf("time.Date(%s, time.UTC)", dateArguments(m.date)),
		"Message":  goString(withLF(m.text)),
		"Calls":    e.calls(),
		"Subject":  strconv.Quote(e.Subject),
		"Text":     goString(e.Text),
	})
	if err != nil {
		return err
	}
	formatted, err := format.Source(code.Bytes())
	if err != nil {
		return err
	}
	_, err = c.stdout.Write(formatted)
	return err
}

// withLF returns a message with lines that end in LF, of which imaptest makes CRLF again. Before
// CR LF another CR would be lost, so such a message stays as it is.
func withLF(text string) string {
	if strings.Contains(text, "\r\r\n") {
		return text
	}
	return strings.ReplaceAll(text, "\r\n", "\n")
}

func dateArguments(t time.Time) string {
	return fmt.Sprintf("%d, %d, %d, %d, %d, %d, 0", t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second())
}

// testName returns the name of a test of a file, "TestMailFromCron" of "mail-from-cron.eml".
func testName(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		runes := []rune(word)
		b.WriteString(string(unicode.ToUpper(runes[0])) + string(runes[1:]))
	}
	if b.Len() == 0 {
		return "TestMessage"
	}
	return "Test" + b.String()
}

// goString returns a string of Go: as it stands, or with a line for each line of the text. What
// does not show, or shows other text as something else, is escaped. A text of many lines is one
// line, since compilers take long for a long sum.
func goString(text string) string {
	const most = 1000
	count := strings.Count(text, "\n")
	switch {
	case count > 1 && !strings.ContainsFunc(text, isEscaped):
		return "`" + text + "`"
	case count > most:
		return strconv.Quote(text)
	}
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strconv.Quote(line))
	}
	return cmp.Or(strings.Join(lines, " +\n"), `""`)
}

// isEscaped reports whether a character cannot stand in a raw string of Go, or does not show.
func isEscaped(r rune) bool {
	return r == '`' || r == utf8.RuneError || r != '\n' && r != '\t' && !strconv.IsPrint(r)
}

// goJSON returns a result of PHP as a string of Go.
func goJSON(result any) (string, error) {
	text, err := flatjson.Indent(result)
	return goString(text), err
}

var goTest = template.Must(template.New("").Funcs(template.FuncMap{"json": goJSON}).Parse(`package mail_test

import (
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/readable"
)

// {{.Name}} has what the functions return for {{.File}} over {{.Protocol}}.
func {{.Name}}(t *testing.T) {
	const message = {{.Message}}
	srv := imaptest.Config{Messages: []imaptest.Message{
		{Text: message, Date: {{.Date}}},
	}}.NewServer(t)
	mbox, err := imapcompat.Open(srv.{{.Protocol}}(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()

{{range $i, $call := .Calls}}
	{{.Variable}}, err := {{.Go}}
	if err != nil {
		t.Fatal(err)
	}
	imaptest.CheckJSON(t, {{.Variable}}, {{json .Result}})
{{end}}
	if got, _ := readable.Header(header.Subject); got != {{.Subject}} {
		t.Errorf("subject %q", got)
	}
	msg, err := readable.Open(mbox, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := msg.Text(); err != nil || got != {{.Text}} {
		t.Errorf("text %q, %v", got, err)
	}
}
`))
