package main

import (
	"io"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/bench/self"
)

func TestMeasure(t *testing.T) {
	r, w := io.Pipe()
	go self.Serve(w, converse)
	address := make([]byte, 32)
	n, err := r.Read(address)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := measure(&out, strings.TrimSpace(string(address[:n])), 20); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"open ", "used ", "watched ", "in all 20 connections"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("no line %q in %q", line, out.String())
		}
	}
}
