package main

import (
	"os"
	"path/filepath"
	"testing"
)

const source = `// Package sample is documented.
package sample

// A comes first.
const (
	A = iota

	// B is documented.
	LongName
)

// T has a field that nobody sees.
type T struct {
	Name   string // as written
	hidden int

	// Size is in octets.
	Size int
}

// New returns one.
func New(name string) *T { return &T{Name: name} }

func (t *T) Grow(by int) { t.hidden += by }

func (t *T) shrink() {}

func hidden() {}
`

const listed = `package sample

const (
	A = iota
	LongName
)

type T struct {
	Name string
	Size int
	// contains filtered or unexported fields
}

func New(name string) *T

func (t *T) Grow(by int)
`

func TestList(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"sample.go":         source,
		"sample_test.go":    "package sample\n\nfunc Tested() {}\n",
		"sample_windows.go": "package sample\n\nfunc Elsewhere() {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	name, text, err := list(dir)
	if err != nil || name != "sample" || string(text) != listed {
		t.Errorf("%s, %v:\n%s", name, err, text)
	}
}
