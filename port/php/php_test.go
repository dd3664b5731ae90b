package php

import (
	"errors"
	"strings"
	"testing"

	"github.com/VKCOM/php-parser/pkg/ast"
)

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		err    error
	}{
		"plain":                 {"<?php f();", nil},
		"HTML that ends with <": {"imap_ <", nil},
		"empty":                 {"", nil},
		"too large":             {strings.Repeat(" ", MaxSize+1), ErrTooLarge},
		"brackets":              {"<?php " + strings.Repeat("(", 100000), ErrTooDeep},
		"operators":             {"<?php $a = " + strings.Repeat("!", 100000) + "$b;", ErrTooDeep},
		"statements":            {"<?php " + strings.Repeat("if (1) ", 100000) + ";", ErrTooDeep},
		"chain":                 {"<?php $a = 1" + strings.Repeat(" . 1", 100000) + ";", ErrTooDeep},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := Parse([]byte(c.source))
			if err == nil {
				err = file.Walk(func(ast.Vertex, []ast.Vertex) {})
			}
			if !errors.Is(err, c.err) {
				t.Errorf("got %v, want %v", err, c.err)
			}
		})
	}
}

// The versions of PHP differ in their syntax. What no version knows is an error, and what comes
// after it is read.
func TestVersions(t *testing.T) {
	for source, errs := range map[string]int{
		`$a = $text{0}; $b = array(1); list($c) = $b; function __autoload($class) {}`:                      0, // 5
		`$a ??= 1; [$b, [, $c]] = $d; fn(int ...$x): int => $x; 1_000;`:                                    0, // 7.4
		`$a?->b(c: 1); match(true) { default => throw new E }; #[A(1)] function f(string|int|null $x) {}`:  0, // 8.0
		`enum Suit: string { case A = 'a'; const X = self::A; } $f = strlen(...); function g(): never {}`:  0, // 8.1
		`readonly class P { public function __construct(public readonly string $a) {} }`:                   0, // 8.2
		`function f((A&B)|null $x, null|(C & D) $y): null|false { return null; } function t(): true {}`:    0, // 8.2
		`class C { const string X = 'a'; final protected const ?int Y = 1; const Z = 'const int A = 1'; }`: 0, // 8.3
		`class H { public string $x { get => 'a'; } }`:                                                     2, // 8.4
		`$a = new C()->m();`:      1, // 8.4
		`echo $x |> strlen(...);`: 1, // 8.5
	} {
		file, err := Parse([]byte("<?php\n" + source + "\nlast();"))
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if len(file.Errors) != errs {
			t.Errorf("%s: %d errors, want %d: %v", source, len(file.Errors), errs, file.Errors)
		}
		found := false
		if err := file.Walk(func(node ast.Vertex, _ []ast.Vertex) { found = found || file.Text(node) == "last()" }); err != nil || !found {
			t.Errorf("%s: what follows is not read", source)
		}
		if i := strings.Index(source, "'const int"); i >= 0 && !strings.Contains(string(literals(file)), source[i:i+len("'const int A = 1'")]) {
			t.Errorf("%s: a literal is changed", source)
		}
		for _, e := range file.Errors {
			if e.Line != 2 {
				t.Errorf("%s: line %d", source, e.Line)
			}
		}
	}
}

func literals(file *File) (list []byte) {
	_ = file.Walk(func(node ast.Vertex, _ []ast.Vertex) {
		if n, ok := node.(*ast.ScalarString); ok {
			list = append(list, n.Value...)
		}
	})
	return list
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("<?php class A { const string B = 'c'; function d() { return imap_open('{h}', $u, $p); } }"))
	f.Add([]byte("\x00\xff<?php \"$a[0] {$b->c}\" <<<X\n$d\nX;"))
	f.Fuzz(func(t *testing.T, source []byte) {
		file, err := Parse(source)
		if err != nil {
			return
		}
		if err := file.Walk(func(node ast.Vertex, _ []ast.Vertex) { file.Text(node) }); err != nil && !errors.Is(err, ErrTooDeep) {
			t.Error(err)
		}
	})
}
