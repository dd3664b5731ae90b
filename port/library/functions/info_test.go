package functions

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func phpOrSkip(t *testing.T) string {
	t.Helper()
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("no PHP")
	}
	return php
}

func TestGetoptIsPHPs(t *testing.T) {
	php := phpOrSkip(t)
	old := argv
	t.Cleanup(func() { argv = old })
	for _, args := range []string{
		"", "-l", "-v -d", "-vd", "-f 2024-01-01 -t x", "-f2024", "-f=2024", "-f", "-o", "-oX", "-o X", "-v -v -v", "-f a -f b", "rest -v", "-v rest -d",
		"-- -v", "- -v", "-x -v", "-xv", "--name", "--name=1", "--need 2", "--need=3", "--need", "--may", "--may=4", "--may 5", "--other -v", "-vf x", "--need=a --need b",
	} {
		words := strings.Fields(args)
		code := `echo json_encode(getopt("ldvf:t:o::", ["name", "need:", "may::"]));`
		file := filepath.Join(t.TempDir(), "o.php")
		if err := os.WriteFile(file, []byte("<?php "+code), 0o600); err != nil {
			t.Fatal(err)
		}
		want, err := exec.Command(php, append([]string{"-n", file}, words...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		argv = append([]string{"o.php"}, words...)
		if got := jsonOrFalse(getopt("ldvf:t:o::", listOf[any]("name", "need:", "may::"))); got != string(want) {
			t.Errorf("%q: got %s, want %s", args, got, want)
		}
	}
}

func TestVersionCompareIsPHPs(t *testing.T) {
	php := phpOrSkip(t)
	versions := []string{"", "1", "1.0", "1.0.0", "5.3.2", "5.3.10", "8.2.0", "8.2.0RC1", "8.2.0rc2", "8.2.0beta3", "8.2.0-dev", "8.2.0alpha", "8.2.0pl1", "8.2.0p2", "1.foo", "1-2_3+4", "a", "10"}
	var code strings.Builder
	code.WriteString("foreach ($v = array_slice($argv, 1) as $a) { foreach ($v as $b) { echo version_compare($a, $b), \" \"; } }")
	want, err := exec.Command(php, append([]string{"-n", "-r", code.String(), "--"}, versions...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	results := strings.Fields(string(want))
	for i, a := range versions {
		for j, b := range versions {
			if got := toString(versionCompare(a, b)); got != results[i*len(versions)+j] {
				t.Errorf("%q with %q: got %s, want %s", a, b, got, results[i*len(versions)+j])
			}
		}
	}
}

func TestErrorGetLast(t *testing.T) {
	errorClearLast()
	if _, ok := errorGetLast(); ok {
		t.Error("there is an error")
	}
	warnText("something")
	if last, ok := errorGetLast(); !ok || last.Get("message") != "something" {
		t.Errorf("got %v", last)
	}
}

func TestErrorLogAppendsToAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	if !errorLog("one\n", 3, file, "") || !errorLog("two\n", 3, file, "") {
		t.Fatal("false")
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "one\ntwo\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestHTTPResponseCode(t *testing.T) {
	responseCode = 0
	for _, c := range []struct {
		set  int
		want any
	}{{0, false}, {404, true}, {0, 404}, {500, 404}} {
		if got := httpResponseCode(c.set); got != c.want {
			t.Errorf("http_response_code(%d) is %v, want %v", c.set, got, c.want)
		}
	}
}
