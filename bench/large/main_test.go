package main

import (
	"io"
	"strings"
	"testing"
)

func TestMeasure(t *testing.T) {
	r, w := io.Pipe()
	go serve(w, 3000)
	address := make([]byte, 32)
	n, err := r.Read(address)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := measure(&out, strings.TrimSpace(string(address[:n]))); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "3000 messages\n") {
		t.Errorf("%q does not say how many messages there are", out.String())
	}
	for _, s := range steps {
		if !strings.Contains(out.String(), "\n"+s.name+" ") {
			t.Errorf("no line %q in %q", s.name, out.String())
		}
	}
}
