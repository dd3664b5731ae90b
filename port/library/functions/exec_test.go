package functions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func init() {
	serialized := from(`i:1;`, `s:3:"abc";`, `a:1:{`, `}`, `b:1;`, `N;`, `d:1.5;`, `d:-INF;`, `a:2:{i:0;s:1:"x";s:1:"k";N;}`, `s:1:"`, `i:`, `a:0:{}`, `d:1e3;`, `i:-5;`, `b:2;`)
	addresses := from("a", "b.c", "@", "example.org", "-", ".", "x_y", "+", " ", "é", "host", "1.2.3.4", "\"q\"")
	ips := either(from("1", ".", "255", "0", ":", "fe80", "::", "256", "01"), oneOf("127.0.0.1", "::1", "fe80::1%eth0", "1.2.3", "::ffff:1.2.3.4", "2001:db8::", "1.2.3.04"))
	rows = append(rows, []row{
		{php: "return @unserialize($a[0]);", fn: phpUnserialize, args: []gen{serialized}},
		{php: "return unserialize(serialize($a[0]));", fn: func(v any) any { return phpUnserialize(phpSerialize(v)) }},
		{php: "escapeshellarg", fn: escapeshellarg, skip: func(a []any) bool { return !isASCII(a[0].(string)) }},
		{php: "filter_var", fn: filterVar, args: []gen{either(numeric, text, scalar), oneOf(257, 258, 516)}},
		{php: "filter_var", fn: filterVar, args: []gen{either(numeric, oneOf("1.5", "-1e3", ".5", "1.", "e", "1,5", "+2.0")), oneOf(259)}, skip: func(a []any) bool { return strings.ContainsAny(toString(a[0]), "eE") && len(toString(a[0])) > 5 }},
		{php: "filter_var", fn: filterVar, args: []gen{addresses, oneOf(274)}, skip: has("\"q\"")},
		{php: "filter_var", fn: filterVar, args: []gen{ips, oneOf(275)}},
	})
}

func TestCommands(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("needs /bin/sh")
	}
	var lines *Array[any]
	var status any
	if last := execOutput("printf 'a \\nb\\n\\nc'; exit 3", &lines, &status); last != "c" || implode("|", lines) != "a|b||c" || status != 3 {
		t.Errorf("%q %v %d", last, lines, status)
	}
	if last := execOutput("echo d", &lines, &status); last != "d" || lines.Len() != 5 || status != 0 || execLast("true") != "" {
		t.Errorf("%q %v", last, lines)
	}
	if text, ok := shellExec("echo x; false"); text != "x\n" || !ok {
		t.Errorf("%q %v", text, ok)
	}
	if _, ok := shellExec("true"); ok {
		t.Error("shell_exec of nothing is not null")
	}
	text := captured(func() {
		if last := system("echo x; echo y"); last != "y" {
			t.Errorf("%q", last)
		}
		passthru("echo z")
	})
	if text != "x\ny\nz\n" {
		t.Errorf("%q", text)
	}
	if got := execLast("printf %s " + escapeshellarg("it's $HOME;`x`")); got != "it's $HOME;`x`" {
		t.Errorf("%q", got)
	}
}

func TestReaddir(t *testing.T) {
	dir := t.TempDir()
	filePutContents(filepath.Join(dir, "x"), "", 0)
	d, err := opendir(dir)
	if err != nil {
		t.Fatal(err)
	}
	read := func() string {
		var names []string
		for {
			name, ok := readdir(d)
			if !ok {
				return strings.Join(names, " ")
			}
			names = append(names, name)
		}
	}
	if got := read(); got != ". .. x" {
		t.Error(got)
	}
	rewinddir(d)
	if got := read(); got != ". .. x" {
		t.Error(got)
	}
	if d.Close() != nil || read() != "" {
		t.Error("names of a folder that was closed")
	}
	if _, err := opendir(filepath.Join(dir, "y")); err == nil {
		t.Error("opened what is not there")
	}
}
