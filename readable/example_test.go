package readable_test

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/readable"
)

func ExampleHeader() {
	for _, subject := range []string{
		"=?utf-8?q?Gr=C3=BC=C3=9Fe_aus_?= =?utf-8?q?K=C3=B6ln?=",
		"=?UTF-8?Q?Rechnung für März?=",
		"Gr\xfc\xdfe",
	} {
		text, doubts := readable.Header(subject)
		fmt.Println(text)
		if len(doubts) > 0 {
			fmt.Println("  doubtful:", doubts)
		}
	}
	// Output:
	// Grüße aus Köln
	// Rechnung für März
	//   doubtful: malformed encoded word "=?UTF-8?Q?Rechnung für März?=" at octet 0
	// Grüße
	//   doubtful: guessed charset "windows-1252" at octet 0
}

// The body's charset is often that of 8-bit text in the header.
func ExampleWithCharset() {
	text, _ := readable.Header("\xf0\xd2\xc9\xd7\xc5\xd4", readable.WithCharset("koi8-r"))
	fmt.Println(text)
	// Output: Привет
}

func ExampleWithFallbackCharset() {
	for _, octets := range []string{"за", "\xe7\xe0"} {
		text, doubts := readable.UTF8(octets, "", readable.WithFallbackCharset("windows-1251"))
		fmt.Println(text, doubts.Has(readable.DoubtGuessedCharset))
	}
	// Output:
	// за false
	// за true
}

func ExampleUTF8() {
	text, doubts := readable.UTF8("Gr\xc3\xbc\xc3\x9fe", "iso-8859-1")
	fmt.Println(text)
	fmt.Println(doubts)
	// Output:
	// Grüße
	// wrong charset "iso-8859-1" at octet 0
}

func ExampleBody() {
	// What FetchBody returns, and the fields Encoding and Parameters of the structure.
	part := imapcompat.Structure{
		Encoding:   imapcompat.ENCQUOTEDPRINTABLE,
		Parameters: []imapcompat.Parameter{{Attribute: "CHARSET", Value: "ISO-8859-15"}},
	}
	charset, _ := readable.Parameter(part.Parameters, "charset")
	text, _ := readable.Body("100 =A4 =\r\nfor you", part.Encoding, charset)
	fmt.Println(text)
	// Output: 100 € for you
}

// A part of any size goes from the server to a file.
func ExampleDecodeWriter() {
	srv, err := imaptest.Start(imaptest.Config{Messages: []imaptest.Message{{Text: "" +
		"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nSGVs\nbG8=\n"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer mbox.Close()

	w := readable.DecodeWriter(os.Stdout, imapcompat.ENCBASE64)
	if err := mbox.SaveBody(w, 1, "1", imapcompat.FT_PEEK); err != nil {
		fmt.Println(err)
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	// Output: Hello
}

func ExampleBodyReader() {
	r := readable.BodyReader(strings.NewReader("R3L832U"), imapcompat.ENCBASE64, "latin1")
	if _, err := io.Copy(os.Stdout, r); err != nil {
		fmt.Println(err)
	}
	fmt.Println()
	fmt.Println(r.Doubts().Has(readable.DoubtInvalidEncoding))
	// Output:
	// Grüße
	// true
}

func ExampleDecode() {
	octets, _ := readable.Decode("SGVs bG8", imapcompat.ENCBASE64)
	fmt.Println(octets)
	// Output: Hello
}

func ExampleHTML() {
	text, _ := readable.HTML(`<p>Dear Ann,<br>see <a href="https://example.org/menu">the menu</a>:
		<table><tr><th>Day<th>Soup<tr><td>Monday<td>Leek<tr><td>Tuesday<td>Beet</table>
		<ul><li>bread<li>butter</ul><script>alert(1)</script><p>Bob`)
	fmt.Println(text)
	// Output:
	// Dear Ann,
	// see the menu <https://example.org/menu>:
	// Day | Soup
	// Monday | Leek
	// Tuesday | Beet
	// * bread
	// * butter
	//
	// Bob
}

func ExampleClean() {
	text, doubts := readable.Clean("Pay here:\r\n\x1b[8mhidden\x1b[0m\r\n")
	fmt.Print(text)
	fmt.Println(doubts.Has(readable.DoubtControl))
	// Output:
	// Pay here:
	// [8mhidden[0m
	// true
}

func ExampleFlowed() {
	fmt.Print(readable.Flowed("> Shall we \r\n> dance?\r\nYes, \r\nlet's.\r\n", false))
	// Output:
	// > Shall we dance?
	// Yes, let's.
}

func ExampleParagraphs() {
	for p := range readable.Paragraphs(">> Shall we \r\n>> dance?\r\nYes.\r\n", false) {
		fmt.Println(p.Quote, p.Text)
	}
	// Output:
	// 2 Shall we dance?
	// 0 Yes.
}

func ExampleParameter() {
	list := []imapcompat.Parameter{
		{Attribute: "filename*1", Value: " aus Rom.txt"},
		{Attribute: "filename*0*", Value: "utf-8''Gr%C3%BC%C3%9Fe"},
	}
	name, _ := readable.Parameter(list, "FileName")
	fmt.Println(name)
	// Output: Grüße aus Rom.txt
}

func ExampleFileName() {
	part := &imapcompat.Structure{
		Parameters: []imapcompat.Parameter{{Attribute: "NAME", Value: "=?utf-8?q?..=2Fmen=C3=BC=3F.pdf?="}},
	}
	name, _ := readable.FileName(part)
	fmt.Println(name)
	fmt.Println(readable.SafeName(name))
	fmt.Println(readable.SafeName("..", "attachment-2.pdf"))
	// Output:
	// ../menü?.pdf
	// menü_.pdf
	// attachment-2.pdf
}

func ExampleFolder() {
	path, err := os.MkdirTemp("", "attachments")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(path)
	folder, err := readable.OpenFolder(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer folder.Close()
	for _, name := range []string{"menu.pdf", "../Menu.pdf", "nul.txt"} {
		file, created, err := folder.Create(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(created)
		file.Close()
	}
	// Output:
	// menu.pdf
	// Menu (2).pdf
	// _nul.txt
}

func ExampleFields() {
	header := "Received: from a.example\r\n by b.example; today\r\nSubject: hello\r\nRECEIVED: from c.example\r\n\r\n"
	for _, value := range readable.Fields(header, "Received") {
		fmt.Println(value)
	}
	fmt.Println(readable.Field(header, "subject"))
	// Output:
	// from a.example by b.example; today
	// from c.example
	// hello
}

func ExampleAllFields() {
	for name, value := range readable.AllFields("To: ann@example.org\r\nSubject:\r\n hello\r\n\r\n") {
		fmt.Printf("%s = %s\n", name, value)
	}
	// Output:
	// To = ann@example.org
	// Subject = hello
}

func ExampleAddress() {
	header, _ := imapcompat.RFC822ParseHeaders("From: =?utf-8?q?J=C3=BCrgen?= <juergen@example.org>\r\n\r\n")
	address, _ := readable.Address(header.From.First())
	fmt.Println(address.Name, address.Address)
	// Output: Jürgen juergen@example.org
}

func ExampleAddresses() {
	header, _ := imapcompat.RFC822ParseHeaders("To: friends: Ann <ann@example.org>, bob@example.org;\r\n\r\n")
	addresses, _ := readable.Addresses(header.To)
	for _, a := range addresses {
		fmt.Println(a)
	}
	// Output:
	// "Ann" <ann@example.org>
	// <bob@example.org>
}
