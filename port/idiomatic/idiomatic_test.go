package idiomatic_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat/port/idiomatic"
	"github.com/imapcompat/imapcompat/port/library"
	"github.com/imapcompat/imapcompat/port/translate"
)

// packages are those of this checkout.
var packages = sync.OnceValues(func() (types.Importer, error) { return idiomatic.Packages("../..") })

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func rewrite(t testing.TB, files map[string][]byte) *idiomatic.Result {
	t.Helper()
	importer, err := packages()
	must(t, err)
	r, err := idiomatic.Rewrite(files, importer)
	if err != nil {
		t.Fatalf("%v\n%s", err, files["main.go"])
	}
	return r
}

// importable are the packages that the programs of the tests import.
var importable = []string{
	"context", "fmt", "os", "strings", "github.com/imapcompat/imapcompat", "github.com/imapcompat/imapcompat/inbox",
	"github.com/imapcompat/imapcompat/inbox/sqlledger", "github.com/imapcompat/imapcompat/readable",
}

// program returns a program as package translate writes it, with the copies of PHP's functions that it calls. The
// code is the body of main, and other declarations after a line "---".
func program(t testing.TB, code string) map[string][]byte {
	t.Helper()
	files, err := programOf(code)
	if err != nil {
		t.Fatalf("%v\n%s", err, code)
	}
	return files
}

func programOf(code string) (map[string][]byte, error) {
	body, declarations, _ := strings.Cut(code, "\n---\n")
	source := "func main() {\n" + body + "\n}\n\n" + declarations
	var head strings.Builder
	head.WriteString("package main\n\n")
	var std, other []string
	for _, path := range importable {
		if name := filepath.Base(path); !strings.Contains(source, name+".") {
			continue
		}
		if strings.Contains(path, ".") {
			other = append(other, path)
		} else {
			std = append(std, path)
		}
	}
	if len(std)+len(other) > 0 {
		head.WriteString("import (\n")
		for _, group := range [][]string{std, {""}, other} {
			for _, path := range group {
				if path == "" {
					head.WriteString("\n")
				} else {
					head.WriteString("\"" + path + "\"\n")
				}
			}
		}
		head.WriteString(")\n\n")
	}
	text, err := format.Source([]byte(head.String() + source))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"main.go": text, "go.mod": []byte("module mail\n")}
	if names := helpers(text); len(names) > 0 {
		files["php.go"], err = library.Source("main", names...)
	}
	return files, err
}

// helpers are the names of package library that a program uses.
func helpers(text []byte) []string {
	f, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	known := library.Names()
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := call.Fun.(*ast.Ident); ok && slices.Contains(known, id.Name) && !slices.Contains(names, id.Name) {
				names = append(names, id.Name)
			}
		}
		return true
	})
	return names
}

const opened = `mbox, err := imapOpen("{mail.example.org}INBOX", "user", "password")
if err != nil {
	die("no\n")
}
`

// cases are programs before and after. Without an after nothing changes. Each begins with a connection but for those
// whose name ends with "alone".
var cases = []struct{ name, before, after string }{
	{"headers", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	header := orEmpty(mbox.HeaderInfo(i))
	fmt.Println(header.Subject)
}`, `
for header, err := range mbox.HeaderInfos("1:*") {
	if err != nil {
		warn(err)
		continue
	}
	fmt.Println(header.Subject)
}`},
	{"headers, with the number", `
n := orWarn(mbox.NumMsg())
fmt.Println(n)
for i := 1; i <= n; i++ {
	fmt.Println(orNew(orEmpty(mbox.HeaderInfo(i))).Subject)
	fmt.Println(i)
}`, `
n := orWarn(mbox.NumMsg())
fmt.Println(n)
for header, err := range mbox.HeaderInfos("1:*") {
	if err != nil {
		warn(err)
		continue
	}
	i := header.Msgno
	fmt.Println(header.Subject)
	fmt.Println(i)
}`},
	{"headers, counted before", `
n := orWarn(mbox.NumMsg())
for i := 1; i <= n; i++ {
	header := orEmpty(mbox.HeaderInfo(i)) // the first
	if header.Subject == "" {
		continue
	}
	fmt.Println(header.Subject)
}`, `
for header, err := range mbox.HeaderInfos("1:*") {
	if err != nil {
		warn(err)
		continue
	}
	// the first
	if header.Subject == "" {
		continue
	}
	fmt.Println(header.Subject)
}`},
	{"headers, a variable for several loops", `
n := orWarn(mbox.NumMsg())
var i int
for i = 1; i <= n; i++ {
	header := orEmpty(mbox.HeaderInfo(i))
	if header.Subject == "" {
		continue
	}
	fmt.Println(header.Subject)
}
for i = n; i >= 1; i-- {
	fmt.Println(i)
}`, `
n := orWarn(mbox.NumMsg())
for header, err := range mbox.HeaderInfos("1:*") {
	if err != nil {
		warn(err)
		continue
	}
	if header.Subject == "" {
		continue
	}
	fmt.Println(header.Subject)
}
for i := n; i >= 1; i-- {
	fmt.Println(i)
}`},
	{"headers of a search", `
ids := imapFound(mbox.Search("FROM ann"))
for _, id := range ids {
	header := orEmpty(mbox.HeaderInfo(id))
	fmt.Println(header.Subject)
}`, `
ids := imapFound(mbox.Search("FROM ann"))
if len(ids) > 0 {
	for header, err := range mbox.HeaderInfos(imapcompat.SequenceOf(ids...)) {
		if err != nil {
			warn(err)
			continue
		}
		fmt.Println(header.Subject)
	}
}`},
	{"headers of UIDs", `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
if len(uids) == 0 {
	exit(0)
}
for _, uid := range uids {
	header := orEmpty(mbox.HeaderInfo(orWarn(mbox.MsgNo(uid))))
	fmt.Println(header.Subject)
}`, `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
if len(uids) == 0 {
	exit(0)
}
for header, err := range mbox.HeaderInfos(imapcompat.SequenceOf(uids...), imapcompat.FT_UID) {
	if err != nil {
		warn(err)
		continue
	}
	fmt.Println(header.Subject)
}`},
	{"headers, and the UID", `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
for _, uid := range uids {
	header := orEmpty(mbox.HeaderInfo(orWarn(mbox.MsgNo(uid))))
	fmt.Println(uid, header.Subject)
}`, ""},
	{"from the second on", `
for i := 2; i <= orWarn(mbox.NumMsg()); i++ {
	fmt.Println(orEmpty(mbox.HeaderInfo(i)).Subject)
}`, ""},
	{"the newest first", `
for i := orWarn(mbox.NumMsg()); i >= 1; i-- {
	fmt.Println(orEmpty(mbox.HeaderInfo(i)).Subject)
}`, ""},
	{"sorted", `
ids := imapFound(mbox.Search("ALL"))
listRsort(&ids, 0)
for _, id := range ids {
	fmt.Println(orEmpty(mbox.HeaderInfo(id)).Subject)
}`, ""},
	{"expunged in the loop", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	fmt.Println(orEmpty(mbox.HeaderInfo(i)).Subject)
	imapDone(mbox.Expunge())
}`, ""},
	{"expunged in a function", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	fmt.Println(orEmpty(mbox.HeaderInfo(i)).Subject)
	finish(mbox)
}
---
func finish(mbox *imapcompat.Connection) {
	imapDone(mbox.Expunge())
}`, ""},
	{"another message marked", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	fmt.Println(orEmpty(mbox.HeaderInfo(i)).Subject)
	imapDone(mbox.Delete(imapcompat.SequenceOf(i + 1)))
}`, ""},
	{"the number changed", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	fmt.Println(orEmpty(mbox.HeaderInfo(i)).Subject)
	i++
}`, ""},
	{"the error from outside", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	fmt.Println(orEmpty(mbox.HeaderInfo(i)).Subject, err)
}`, ""},
	{"another mailbox", `
n := orWarn(mbox.NumMsg())
imapDone(mbox.Reopen("{mail.example.org}Sent"))
for i := 1; i <= n; i++ {
	fmt.Println(orEmpty(mbox.HeaderInfo(i)).Subject)
}`, ""},
	{"overviews", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	overview := imapListed(mbox.FetchOverview(imapcompat.SequenceOf(i)))
	fmt.Println(orNew(at(overview, 0)).Subject, orNew(at(overview, 0)).From)
	imapDone(mbox.SetFlagFull(imapcompat.SequenceOf(i), "\\Flagged"))
}`, `
for overview, err := range mbox.Overviews("1:*") {
	if err != nil {
		warn(err)
		continue
	}
	i := overview.Msgno
	fmt.Println(overview.Subject, overview.From)
	imapDone(mbox.SetFlagFull(imapcompat.SequenceOf(i), "\\Flagged"))
}`},
	{"overviews of UIDs", `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
if uids != nil {
	var uid int
	for _, item := range uids {
		uid = item
		overview := imapListed(mbox.FetchOverview(imapcompat.SequenceOf(uid), imapcompat.FT_UID))
		fmt.Println(uid, orNew(at(overview, 0)).Subject)
	}
}`, `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
if uids != nil {
	for overview, err := range mbox.Overviews(imapcompat.SequenceOf(uids...), imapcompat.FT_UID) {
		if err != nil {
			warn(err)
			continue
		}
		uid := overview.UID
		fmt.Println(uid, overview.Subject)
	}
}`},
	{"UIDs taken for numbers", `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
for _, uid := range uids {
	overview := imapListed(mbox.FetchOverview(imapcompat.SequenceOf(uid)))
	fmt.Println(orNew(at(overview, 0)).Subject)
}`, ""},
	{"the list of overviews", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	overview := imapListed(mbox.FetchOverview(imapcompat.SequenceOf(i)))
	fmt.Println(len(overview), orNew(at(overview, 0)).Subject)
}`, ""},
	{"messages", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	orWarn(filePutContents("mail", orWarn(mbox.FetchHeader(i))+orWarn(mbox.Body(i)), 0))
}`, `
for message, err := range mbox.Messages("1:*") {
	if err != nil {
		warn(err)
		continue
	}
	orWarn(filePutContents("mail", string(message.Raw), 0))
}`},
	{"messages of UIDs, without a mark", `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
if len(uids) > 0 {
	for _, uid := range uids {
		raw := orWarn(mbox.FetchHeader(uid, imapcompat.FT_UID)) + orWarn(mbox.Body(uid, imapcompat.FT_UID|imapcompat.FT_PEEK))
		fmt.Println(uid, len(raw))
	}
}`, `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
if len(uids) > 0 {
	for message, err := range mbox.Messages(imapcompat.SequenceOf(uids...), imapcompat.FT_UID|imapcompat.FT_PEEK) {
		if err != nil {
			warn(err)
			continue
		}
		uid := message.UID
		raw := string(message.Raw)
		fmt.Println(uid, len(raw))
	}
}`},
	{"messages, without a mark", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	raw := orWarn(mbox.FetchHeader(i)) + orWarn(mbox.Body(i, imapcompat.FT_PEEK))
	fmt.Println(len(raw))
}`, `
for message, err := range mbox.Messages("1:*", imapcompat.FT_PEEK) {
	if err != nil {
		warn(err)
		continue
	}
	raw := string(message.Raw)
	fmt.Println(len(raw))
}`},
	{"the text of another message", `
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	fmt.Println(orWarn(mbox.FetchHeader(i)) + orWarn(mbox.Body(i+1)))
}`, ""},
	{"a list of overviews", `
list := imapListed(mbox.FetchOverview("1:*"))
for _, mail := range list {
	fmt.Println(mail.Subject)
}`, `
for mail, err := range mbox.Overviews("1:*") {
	if err != nil {
		warn(err)
		continue
	}
	fmt.Println(mail.Subject)
}`},
	{"a list of overviews that is counted", `
list := imapListed(mbox.FetchOverview("1:*"))
fmt.Println(len(list))
for _, mail := range list {
	fmt.Println(mail.Subject)
}`, ""},
	{"a list of one overview", `
for _, mail := range imapListed(mbox.FetchOverview(imapcompat.SequenceOf(7))) {
	fmt.Println(mail.Subject)
}`, ""},
	{"pieces, alone", `
fmt.Println(decoded("a"))
---
func decoded(text string) string {
	result := ""
	for _, piece := range orWarn(imapDecoded(imapcompat.MIMEHeaderDecode(text))) {
		result += piece.Text
	}
	return trim(result)
}`, `
fmt.Println(decoded("a"))
---
func decoded(text string) string {
	result, _ := readable.Header(text)
	return result
}`},
	{"pieces by their index, alone", `
result := ""
elements := orWarn(imapDecoded(imapcompat.MIMEHeaderDecode("a")))
for i := 0; i < len(elements); i++ {
	result += at(elements, i).Text
}
fmt.Println(result)`, `
result, _ := readable.Header("a")
fmt.Println(result)`},
	{"pieces in UTF-8, alone", `
elements := orWarn(imapDecoded(imapcompat.MIMEHeaderDecode("a")))
result := ""
for _, e := range elements {
	charset := e.Charset
	if strtolower(charset) == "default" {
		charset = "ISO-8859-1"
	}
	text := e.Text
	if charset != "utf-8" {
		text = orWarn(iconv(charset, "UTF-8//TRANSLIT", text))
	}
	result += text
}
fmt.Println(result)`, `
result, _ := readable.Header("a")
fmt.Println(result)`},
	{"pieces with a text between, alone", `
result := ""
for _, e := range orWarn(imapDecoded(imapcompat.MIMEHeaderDecode("a"))) {
	result += e.Text + " "
}
fmt.Println(result)`, ""},
	{"pieces in another charset, alone", `
result := ""
for _, e := range orWarn(imapDecoded(imapcompat.MIMEHeaderDecode("a"))) {
	result += mbConvertEncoding(e.Text, "ISO-8859-1", e.Charset)
}
fmt.Println(result)`, ""},
	{"pieces left out, alone", `
result := ""
for _, e := range orWarn(imapDecoded(imapcompat.MIMEHeaderDecode("a"))) {
	if e.Charset != "default" {
		result += e.Text
	}
}
fmt.Println(result)`, ""},
	{"pieces that are counted, alone", `
result := ""
n := 0
for _, e := range orWarn(imapDecoded(imapcompat.MIMEHeaderDecode("a"))) {
	result += e.Text
	n++
}
fmt.Println(result, n)`, ""},
	{"pieces after a text, alone", `
result := "Re: "
for _, e := range orWarn(imapDecoded(imapcompat.MIMEHeaderDecode("a"))) {
	result += e.Text
}
fmt.Println(result)`, ""},
	{"a comment in a loop, alone", `
result := ""
for _, e := range orWarn(imapDecoded(imapcompat.MIMEHeaderDecode("a"))) {
	result += e.Text // as it is
}
fmt.Println(result)`, ""},
	{"fields, alone", `
subject := imapNoted(imapcompat.UTF8("a"))
fmt.Println(subject, orWarn(iconvMimeDecode("b", 0, "utf-8")))
if mbDecodeMimeheader("c") != "" {
	fmt.Println(orWarn(iconvMimeDecode("d", 0, "ISO-8859-1")))
}`, `
subject, _ := readable.Header("a")
fmt.Println(subject, headerText("b"))
if headerText("c") != "" {
	fmt.Println(orWarn(iconvMimeDecode("d", 0, "ISO-8859-1")))
}
---
// headerText returns the text of a header field as people read it.
func headerText(field string) string {
	text, _ := readable.Header(field)
	return text
}`},
	{"a function of that name, alone", `
fmt.Println(headerText("a"), mbDecodeMimeheader("c"))
---
func headerText(text string) string { return text }`, `
fmt.Println(headerText("a"), headerText2("c"))
---
func headerText(text string) string { return text }

// headerText2 returns the text of a header field as people read it.
func headerText2(field string) string {
	text, _ := readable.Header(field)
	return text
}`},
	{"found again in a function", `
ids := imapFound(mbox.Search("ALL"))
again := func() { ids = nil }
again()
for _, id := range ids {
	fmt.Println(orEmpty(mbox.HeaderInfo(id)).Subject)
}`, ""},
	{"encodings", `
part := orEmpty(mbox.FetchStructure(1))
text := orWarn(mbox.FetchBody(1, "1"))
if part.Encoding == imapcompat.ENCBASE64 {
	text = orWarn(imapDecoded(imapcompat.Base64(text)))
} else if part.Encoding == imapcompat.ENCQUOTEDPRINTABLE {
	text = imapNoted(imapcompat.QPrint(text))
}
for _, p := range part.Parameters {
	if strtolower(p.Attribute) == "charset" {
		text = orWarn(iconv(p.Value, "UTF-8", text))
	}
}
fmt.Println(text)`, `
part := orEmpty(mbox.FetchStructure(1))
text := orWarn(mbox.FetchBody(1, "1"))
text, _ = readable.Decode(text, part.Encoding)
charset, _ := readable.Parameter(part.Parameters, "charset")
text, _ = readable.UTF8(text, charset)
fmt.Println(text)`},
	{"encodings in two ifs, alone", `
fmt.Println(text(&imapcompat.Structure{}, "a"))
---
func text(part *imapcompat.Structure, body string) string {
	if part.Encoding == 4 {
		body = quotedPrintableDecode(body)
	}
	if part.Encoding == 3 {
		body = base64Decode(body)
	}
	return body
}`, `
fmt.Println(text(&imapcompat.Structure{}, "a"))
---
func text(part *imapcompat.Structure, body string) string {
	body, _ = readable.Decode(body, part.Encoding)
	return body
}`},
	{"encodings that are returned, alone", `
fmt.Println(text(&imapcompat.Structure{}, "a"))
---
func text(part *imapcompat.Structure, body string) string {
	switch part.Encoding {
	case 3:
		return base64Decode(body)
	case 4:
		return quotedPrintableDecode(body)
	default:
		return body
	}
}`, `
fmt.Println(text(&imapcompat.Structure{}, "a"))
---
func text(part *imapcompat.Structure, body string) string {
	body, _ = readable.Decode(body, part.Encoding)
	return body
}`},
	{"another encoding, alone", `
fmt.Println(text(&imapcompat.Structure{}, "a"))
---
func text(part *imapcompat.Structure, body string) string {
	switch part.Encoding {
	case 1:
		return trim(body)
	case 3:
		return base64Decode(body)
	case 4:
		return quotedPrintableDecode(body)
	}
	return body
}`, ""},
	{"one encoding, alone", `
fmt.Println(text(&imapcompat.Structure{}, "a"))
---
func text(part *imapcompat.Structure, body string) string {
	if part.Encoding == 3 {
		body = base64Decode(body)
	}
	return body
}`, ""},
	{"marked as seen", `
value := imapFound(mbox.Search("UNSEEN"))
var choice []int
if len(value) > 0 {
	choice = value
} else {
	choice = []int{}
}
for _, num := range choice {
	fmt.Println(orWarn(mbox.Body(num)))
	imapDone(mbox.SetFlagFull(imapcompat.SequenceOf(num), "\\Seen"))
}`, `
ledger, err := sqlledger.Open("mail.db")
if err != nil {
	die(err.Error() + "\n")
}
defer ledger.Close()
box := inbox.New(mbox, ledger, inbox.Named("mail"), inbox.WithThen(inbox.Flag(` + "`\\Seen`" + `)))
for msg, err := range box.Messages(context.Background(), "UNSEEN") {
	if err != nil {
		warn(err)
		break
	}
	num := orWarn(mbox.MsgNo(msg.UID()))
	fmt.Println(orWarn(mbox.Body(num)))
	if err := msg.Done(); err != nil {
		warn(err)
	}
}`},
	{"moved", `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
if len(uids) > 0 {
	for _, uid := range uids {
		fmt.Println(orWarn(mbox.Body(uid, imapcompat.FT_UID)))
		if err := mbox.MailMove(imapcompat.SequenceOf(uid), "Archive", imapcompat.CP_UID); err != nil {
			warn(err)
		}
	}
}
imapDone(mbox.Expunge())`, `
ledger, err := sqlledger.Open("mail.db")
if err != nil {
	die(err.Error() + "\n")
}
defer ledger.Close()
box := inbox.New(mbox, ledger, inbox.Named("mail"), inbox.WithThen(inbox.MoveTo("Archive")))
for msg, err := range box.Messages(context.Background(), "FROM ann") {
	if err != nil {
		warn(err)
		break
	}
	uid := msg.UID()
	fmt.Println(orWarn(mbox.Body(uid, imapcompat.FT_UID)))
	if err := msg.Done(); err != nil {
		warn(err)
	}
}
imapDone(mbox.Expunge())`},
	{"two jobs", `
uids := imapFound(mbox.Search("UNANSWERED", imapcompat.SE_UID))
for _, uid := range uids {
	fmt.Println(orWarn(mbox.Body(uid, imapcompat.FT_UID)))
	imapDone(mbox.SetFlagFull(imapcompat.SequenceOf(uid), "\\Answered", imapcompat.ST_UID))
}
old := imapFound(mbox.Search("BEFORE 1-Jan-2024", imapcompat.SE_UID))
for _, uid := range old {
	fmt.Println(orWarn(mbox.Body(uid, imapcompat.FT_UID)))
	imapDone(mbox.Delete(imapcompat.SequenceOf(uid), imapcompat.FT_UID))
}
imapDone(mbox.Close(imapcompat.CL_EXPUNGE))`, `
ledger, err := sqlledger.Open("mail.db")
if err != nil {
	die(err.Error() + "\n")
}
defer ledger.Close()
box := inbox.New(mbox, ledger, inbox.Named("mail"), inbox.WithThen(inbox.Flag(` + "`\\Answered`" + `)))
for msg, err := range box.Messages(context.Background(), "UNANSWERED") {
	if err != nil {
		warn(err)
		break
	}
	uid := msg.UID()
	fmt.Println(orWarn(mbox.Body(uid, imapcompat.FT_UID)))
	if err := msg.Done(); err != nil {
		warn(err)
	}
}
ledger2, err := sqlledger.Open("mail.db")
if err != nil {
	die(err.Error() + "\n")
}
defer ledger2.Close()
box2 := inbox.New(mbox, ledger2, inbox.Named("mail-2"), inbox.WithThen(inbox.Delete()))
for msg2, err := range box2.Messages(context.Background(), "BEFORE 1-Jan-2024") {
	if err != nil {
		warn(err)
		break
	}
	uid := msg2.UID()
	fmt.Println(orWarn(mbox.Body(uid, imapcompat.FT_UID)))
	if err := msg2.Done(); err != nil {
		warn(err)
	}
}
imapDone(mbox.Close(imapcompat.CL_EXPUNGE))`},
	{"moved and not expunged", `
uids := imapFound(mbox.Search("FROM ann", imapcompat.SE_UID))
for _, uid := range uids {
	fmt.Println(orWarn(mbox.Body(uid, imapcompat.FT_UID)))
	imapDone(mbox.MailMove(imapcompat.SequenceOf(uid), "Archive", imapcompat.CP_UID))
}`, ""},
	{"some are not marked", `
uids := imapFound(mbox.Search("UNSEEN", imapcompat.SE_UID))
for _, uid := range uids {
	if orWarn(mbox.Body(uid, imapcompat.FT_UID)) == "" {
		continue
	}
	imapDone(mbox.SetFlagFull(imapcompat.SequenceOf(uid), "\\Seen", imapcompat.ST_UID))
}`, ""},
	{"a program that ends in the loop", `
uids := imapFound(mbox.Search("UNSEEN", imapcompat.SE_UID))
for _, uid := range uids {
	handle(orWarn(mbox.Body(uid, imapcompat.FT_UID)))
	imapDone(mbox.SetFlagFull(imapcompat.SequenceOf(uid), "\\Seen", imapcompat.ST_UID))
}
---
func handle(text string) {
	if text == "" {
		die("empty\n")
	}
}`, ""},
	{"a mark that is not searched for", `
uids := imapFound(mbox.Search("SUBJECT UNSEEN", imapcompat.SE_UID))
for _, uid := range uids {
	fmt.Println(orWarn(mbox.Body(uid, imapcompat.FT_UID)))
	imapDone(mbox.SetFlagFull(imapcompat.SequenceOf(uid), "\\Seen", imapcompat.ST_UID))
}`, ""},
	{"the standard library, alone", `
name := first(getenv("NAME", false))
fmt.Println(strReplace("a", "b", name), strReplace(name, "b", "c"))
if strtolower(name) == "joe" || strtoupper(name) != "ANN" || strtolower(name) == "susi" || strtolower(name) == "Joe" {
	printf("%s %d %05d%%\n", name, len(name), 7)
	printf("%5s %.2f\n", name, 1.5)
}
n := printf("%s\n", name)
fmt.Println(sprintf("%d", n), sprintf("%d", name))`, `
name := os.Getenv("NAME")
fmt.Println(strings.ReplaceAll(name, "a", "b"), strReplace(name, "b", "c"))
if strings.EqualFold(name, "joe") || !strings.EqualFold(name, "ANN") || strtolower(name) == "susi" || strtolower(name) == "Joe" {
	fmt.Printf("%s %d %05d%%\n", name, len(name), 7)
	printf("%5s %.2f\n", name, 1.5)
}
n := printf("%s\n", name)
fmt.Println(fmt.Sprintf("%d", n), sprintf("%d", name))`},
	{"kept output, alone", `
obStart()
printf("%d\n", 1)`, ""},
}

func TestRewrite(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			connect := opened
			if strings.HasSuffix(c.name, ", alone") {
				connect = ""
			}
			before := program(t, connect+c.before)
			after := c.after
			if after == "" {
				after = c.before
			}
			want := program(t, connect+after)
			r := rewrite(t, before)
			if got := string(r.Files["main.go"]); got != string(want["main.go"]) {
				t.Errorf("got\n%s\nwant\n%s", got, want["main.go"])
			}
			if c.after == "" && len(r.Changes) > 0 {
				t.Errorf("changes %+v", r.Changes)
			}
			if c.after != "" && string(r.Files["php.go"]) != string(want["php.go"]) {
				t.Errorf("php.go is\n%.3000s\nwant\n%.3000s", r.Files["php.go"], want["php.go"])
			}
		})
	}
}

// A change names its place in the new file, and has the lines that were there.
func TestChanges(t *testing.T) {
	r := rewrite(t, program(t, opened+`
fmt.Println(imapNoted(imapcompat.UTF8("a")))
for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
	header := orEmpty(mbox.HeaderInfo(i))
	fmt.Println(strReplace("a", "b", header.Subject), strReplace("c", "d", header.Date))
}
uids := imapFound(mbox.Search("UNSEEN", imapcompat.SE_UID))
for _, uid := range uids {
	if orWarn(mbox.Body(uid, imapcompat.FT_UID)) != "" {
		imapDone(mbox.SetFlagFull(imapcompat.SequenceOf(uid), "\\Seen", imapcompat.ST_UID))
	}
}
---
func show(part *imapcompat.Structure) {
	for _, p := range part.Parts {
		show(p)
	}
}`))
	lines := strings.Split(string(r.Files["main.go"]), "\n")
	var got []string
	for _, c := range r.Changes {
		got = append(got, strings.TrimSpace(lines[c.Line-1])+" | "+c.Old)
	}
	printed := `fmt.Println(strReplace("a", "b", header.Subject), strReplace("c", "d", header.Date))`
	want := []string{
		`fmt.Println(headerText("a")) | fmt.Println(imapNoted(imapcompat.UTF8("a")))`,
		`for header, err := range mbox.HeaderInfos("1:*") { | for i := 1; i <= orWarn(mbox.NumMsg()); i++ {` + "\n\theader := orEmpty(mbox.HeaderInfo(i))",
		`fmt.Println(strings.ReplaceAll(header.Subject, "a", "b"), strings.ReplaceAll(header.Date, "c", "d")) | ` + printed,
		`fmt.Println(strings.ReplaceAll(header.Subject, "a", "b"), strings.ReplaceAll(header.Date, "c", "d")) | ` + printed,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	got = nil
	for _, h := range r.Hints {
		got = append(got, strings.TrimSpace(lines[h.Line-1]))
	}
	if want := []string{"func show(part *imapcompat.Structure) {"}; !slices.Equal(got, want) {
		t.Errorf("hints at %q", got)
	}
	report := r.Markdown()
	for _, want := range []string{"## Rewritten\n", "\n### Header objects from an iterator\n\nThe messages are those", "- main.go:", "      for i := 1; i <=", "## To be rewritten by a person\n"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not have %q:\n%s", want, report)
		}
	}
}

// The ports of the scripts in the documentation, and of those in the tests of package translate, are formatted and
// fit no pattern any more.
func TestPorts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var scripts []string
	for _, pattern := range []string{"../../docs/port/*.php", "../../docs/idioms/*.php", "../translate/testdata/*.php", "../translate/testdata/programs/*.php"} {
		found, err := filepath.Glob(pattern)
		must(t, err)
		scripts = append(scripts, found...)
	}
	if len(scripts) < 30 {
		t.Errorf("%d scripts", len(scripts))
	}
	changes := 0
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		must(t, err)
		m, err := translate.Program([]translate.Source{{Name: script, Text: text}}, translate.Options{Read: os.ReadFile})
		must(t, err)
		r := rewrite(t, m.Files)
		changes += len(r.Changes)
		for name, text := range r.Files {
			if !strings.HasSuffix(name, ".go") {
				continue
			}
			if formatted, err := format.Source(text); err != nil || string(formatted) != string(text) {
				t.Errorf("%s: %s is not formatted: %v", script, name, err)
			}
		}
		if again := rewrite(t, r.Files); len(again.Changes) > 0 {
			t.Errorf("%s: then also %+v", script, again.Changes)
		}
		if len(r.Changes) == 0 {
			for name, text := range m.Files {
				if string(r.Files[name]) != string(text) {
					t.Errorf("%s: %s differs", script, name)
				}
			}
		}
	}
	if changes < 20 {
		t.Errorf("%d changes", changes)
	}
}

// A program that does not compile is an error, and nothing is rewritten.
func TestNotCompiling(t *testing.T) {
	importer, err := packages()
	must(t, err)
	for _, text := range []string{"package main\n\nfunc main() { x }\n", "package main\n\nfunc {"} {
		if r, err := idiomatic.Rewrite(map[string][]byte{"main.go": []byte(text)}, importer); err == nil {
			t.Errorf("%s: %+v", text, r)
		}
	}
}

// What is rewritten compiles, whatever the program is.
func FuzzRewrite(f *testing.F) {
	for _, c := range cases {
		f.Add(opened + c.before)
		f.Add(c.before)
	}
	importer, err := packages()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, code string) {
		files, err := programOf(code)
		if err != nil {
			return
		}
		r, err := idiomatic.Rewrite(files, importer)
		if err != nil {
			return
		}
		if _, err := idiomatic.Rewrite(r.Files, importer); err != nil {
			t.Errorf("%v\n%s", err, r.Files["main.go"])
		}
	})
}
