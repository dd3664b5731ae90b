package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat"
)

var fileNameAttribute = regexp.MustCompile(`(?i)^(?:file)?name(?:\*(\d+))?(\*?)$`)

// fileName returns the file name among parameters. RFC 2231 may split and encode it:
//
//	filename*0*=utf-8''Gr%C3%BC%C3%9Fe; filename*1=" aus Rom.txt"
func fileName(parameters []imapcompat.Parameter) string {
	name, charset := "", ""
	for _, p := range parameters {
		m := fileNameAttribute.FindStringSubmatch(p.Attribute)
		if m == nil {
			continue
		}
		number, encoded, value := m[1], m[2] != "", p.Value
		if number == "" || number == "0" {
			name, charset = "", ""
			if pieces := strings.SplitN(value, "'", 3); encoded && len(pieces) == 3 {
				charset, value = pieces[0], pieces[2]
			}
		}
		if decoded, err := url.PathUnescape(value); encoded && err == nil {
			value = decoded
		}
		name += value
	}
	if text, err := toUTF8(charset, name); err == nil {
		return text
	}
	return name
}

func saveAttachments(mbox *imapcompat.Connection, num int, part *imapcompat.Structure, section string) error {
	for i, p := range part.Parts {
		number := strings.TrimPrefix(fmt.Sprintf("%s.%d", section, i+1), ".")
		if part.Type == imapcompat.TYPEMESSAGE && p.Type == imapcompat.TYPEMULTIPART {
			number = section // the multipart of a message in a message has the number of that message
		}
		if err := saveAttachments(mbox, num, p, number); err != nil {
			return err
		}
	}
	name := strings.TrimRight(fileName(slices.Concat(part.Parameters, part.DParameters)), "/")
	if name == "" || part.Type == imapcompat.TYPEMULTIPART {
		return nil
	}
	name = filepath.Base(name)
	data, err := mbox.FetchBody(num, section, imapcompat.FT_PEEK)
	if err != nil {
		return err
	}
	switch part.Encoding {
	case imapcompat.ENCBASE64:
		if data, _, err = imapcompat.Base64(data); err != nil {
			return err
		}
	case imapcompat.ENCQUOTEDPRINTABLE:
		data, _ = imapcompat.QPrint(data)
	}
	fmt.Printf("message %d, part %s: %s, %d octets\n", num, section, name, len(data))
	return os.WriteFile(fmt.Sprintf("%d-%s-%s", num, section, name), []byte(data), 0o644)
}

func attachments(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	n, err := mbox.NumMsg()
	if err != nil {
		return err
	}
	for num := 1; num <= n; num++ {
		structure, err := mbox.FetchStructure(num)
		if err != nil {
			return err
		}
		section := "1"
		if structure.Type == imapcompat.TYPEMULTIPART {
			section = ""
		}
		if err := saveAttachments(mbox, num, structure, section); err != nil {
			return err
		}
	}
	return nil
}
