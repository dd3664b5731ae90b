package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"hash"
)

// tally counts results, so that it shows when two contestants did not do the same.
type tally struct {
	messages, octets int
	sum              hash.Hash // nil unless the results are to be compared
}

func newTally(verify bool) *tally {
	t := new(tally)
	if verify {
		t.sum = sha1.New()
	}
	return t
}

// text counts a message that is a text.
func (t *tally) text(s string) error {
	t.messages++
	t.octets += len(s)
	if t.sum != nil {
		t.sum.Write([]byte(s))
		t.sum.Write([]byte("\n"))
	}
	return nil
}

// value counts a result about so many messages, with so many octets of text.
func (t *tally) value(v any, messages, octets int) error {
	t.messages += messages
	t.octets += octets
	if t.sum == nil {
		return nil
	}
	// As json_encode of PHP writes it.
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	t.sum.Write(text.Bytes())
	return nil
}

func (t *tally) digest() string {
	if t.sum == nil {
		return ""
	}
	return fmt.Sprintf("%x", t.sum.Sum(nil))
}
