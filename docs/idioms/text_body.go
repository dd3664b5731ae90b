package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
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
	charset, _ := readable.Parameter(part.Parameters, "charset")
	text, _ = readable.Body(text, part.Encoding, charset)
	return strings.TrimSpace(text), nil
}

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
			text, _ = readable.HTML(text)
		}
		if err != nil {
			return err
		}
		fmt.Printf("%d: %s\n", num, text)
	}
	return nil
}
