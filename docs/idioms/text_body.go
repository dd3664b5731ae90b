package main

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/imapcompat/imapcompat"
)

// findPart returns the section of the first part of a type, or "".
func findPart(part *imapcompat.Structure, subtype, section string) string {
	if part.Type == imapcompat.TYPETEXT && part.Subtype == subtype {
		return cmp.Or(section, "1")
	}
	if part.Type == imapcompat.TYPEMULTIPART {
		for i, p := range part.Parts {
			number := strings.TrimPrefix(fmt.Sprintf("%s.%d", section, i+1), ".")
			if found := findPart(p, subtype, number); found != "" {
				return found
			}
		}
	}
	return ""
}

func textOf(mbox *imapcompat.Connection, num int, section string) (string, error) {
	part, err := mbox.BodyStruct(num, section)
	if err != nil {
		return "", err
	}
	text, err := mbox.FetchBody(num, section, imapcompat.FT_PEEK)
	if err != nil {
		return "", err
	}
	switch part.Encoding {
	case imapcompat.ENCBASE64:
		text, _, err = imapcompat.Base64(text)
	case imapcompat.ENCQUOTEDPRINTABLE:
		text, _ = imapcompat.QPrint(text)
	}
	for _, p := range part.Parameters {
		if err == nil && strings.EqualFold(p.Attribute, "charset") {
			text, err = toUTF8(p.Value, text)
		}
	}
	return strings.TrimSpace(text), err
}

// toUTF8 replaces iconv.
func toUTF8(charset, text string) (string, error) {
	encoding, err := htmlindex.Get(charset)
	if err != nil {
		return "", err
	}
	return encoding.NewDecoder().String(text)
}

var tags = regexp.MustCompile(`<[^>]*>`)

func textBody(server, user, password string) error {
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
		text := ""
		if section := findPart(structure, "PLAIN", ""); section != "" {
			text, err = textOf(mbox, num, section)
		} else if section := findPart(structure, "HTML", ""); section != "" {
			text, err = textOf(mbox, num, section)
			text = tags.ReplaceAllString(text, "")
		}
		if err != nil {
			return err
		}
		fmt.Printf("%d: %s\n", num, text)
	}
	return nil
}
