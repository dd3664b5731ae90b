package functions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// onFile runs steps on a file, as the PHP code of the same row does.
func onFile(content, steps, mode string) []any {
	name := filepath.Join(os.TempDir(), "imapcompat-functions-file")
	os.WriteFile(name, []byte(content), 0o600)
	defer os.Remove(name)
	f, err := fopen(name, mode)
	if err != nil {
		return nil
	}
	var r []any
	for _, step := range steps {
		switch step {
		case 'l':
			r = append(r, orFail(fgets(f)))
		case 'L':
			r = append(r, orFail(fgetsLength(f, 4)))
		case 'c':
			r = append(r, orFail(fgetc(f)))
		case 'r':
			r = append(r, orFail(fread(f, 5)))
		case 'e':
			r = append(r, feof(f))
		case 't':
			r = append(r, orFail(ftell(f)))
		case 's':
			r = append(r, fseek(f, 2, 0))
		case 'b':
			r = append(r, rewind(f))
		case 'w':
			r = append(r, orFalse(fwrite(f, "xy")))
		case 'g':
			r = append(r, orFail(streamGetContents(f)))
		case 'f':
			r = append(r, fflush(f))
		case 'T':
			r = append(r, ftruncate(f, 3))
		}
	}
	r = append(r, fclose(f))
	return append(r, orFalse(fileGetContents(name)))
}

const onFilePHP = `$n = sys_get_temp_dir() . '/imapcompat-functions-file'; file_put_contents($n, $a[0]); $f = fopen($n, $a[2]); $r = [];
	foreach (str_split($a[1]) as $s) $r[] = match ($s) { 'l' => fgets($f), 'L' => fgets($f, 4), 'c' => fgetc($f), 'r' => fread($f, 5), 'e' => feof($f), 't' => ftell($f), 's' => fseek($f, 2),
		'b' => rewind($f), 'w' => @fwrite($f, 'xy'), 'g' => stream_get_contents($f), 'f' => fflush($f), 'T' => ftruncate($f, 3) };
	$r[] = fclose($f); $r[] = file_get_contents($n); unlink($n); return $r;`

func init() {
	paths := either(from("/", "a", ".", "b.c", "..", "é", "\\", "x.tar.gz", "//"), text)
	rows = append(rows, []row{
		{php: onFilePHP, fn: onFile, args: []gen{from("a", "\n", "line\n", "bc", "\r\n"), from("l", "L", "c", "r", "e", "s", "b", "g", "l", "e", "t"), oneOf("r", "rb", "r+")}},
		{php: onFilePHP, fn: onFile, args: []gen{from("a", "\n", "line\n", "bc"), from("w", "f", "s", "b", "w"), oneOf("w", "w+", "c", "r+", "a")}},
		{php: onFilePHP, fn: onFile, args: []gen{from("a", "\n", "line\n", "bc"), from("w", "l", "b", "t", "s"), oneOf("r+", "c+")}},
		{php: "$n = tempnam('', 'x'); file_put_contents($n, $a[0]); $r = [file($n, $a[1]), filesize($n), is_file($n), is_dir($n), file_exists($n . 'x')]; unlink($n); return $r;", fn: func(content string, flags int) []any {
			name, _ := tempnam("", "x")
			filePutContents(name, content, 0)
			defer unlink(name)
			lines, _ := fileLines(name, flags)
			size, _ := filesize(name)
			return []any{anyList(lines), size, isFile(name), isDir(name), fileExists(name + "x")}
		}, args: []gen{from("a", "\n", "b\r\n", "", "\r", "\n\n", "c"), oneOf(0, 2, 6, 4)}},
		{php: "basename", fn: basename, args: []gen{paths, oneOf("", ".c", ".gz", "a", "c")}},
		{php: "dirname", fn: dirname, args: []gen{paths, oneOf(1, 1, 2, 3, 0)}},
		{php: "pathinfo", fn: pathinfo, args: []gen{paths}},
		{php: "pathinfo", fn: pathinfoPart, args: []gen{paths, oneOf(1, 2, 4, 8)}},
		{php: "$f = fopen('php://memory', 'w+'); $n = fputcsv($f, $a[0], $a[1], $a[2]); rewind($f); return [$n, stream_get_contents($f)];", fn: func(fields *Array[any], separator, enclosure string) []any {
			f, _ := fopen("php://memory", "w+")
			defer f.Close()
			n, _ := fputcsv(f, fields, separator, enclosure)
			rewind(f)
			text, _ := streamGetContents(f)
			return []any{n, text}
		}, args: []gen{array(either(from("a", "\"", ",", "\\", " ", "\n", ";", "'"), scalar)), oneOf(",", ";", "\t"), oneOf("\"", "'")}},
	})
}

func TestFolders(t *testing.T) {
	quiet(t)
	dir := t.TempDir()
	sub := filepath.Join(dir, "a", "b")
	if mkdir(sub, 0o777, false) || !mkdir(sub, 0o777, true) || mkdir(sub, 0o777, true) || !isDir(sub) {
		t.Error("mkdir")
	}
	one, two := filepath.Join(dir, "one.txt"), filepath.Join(dir, "two.txt")
	if n, err := filePutContents(one, "x", 0); n != 1 || err != nil {
		t.Error(n, err)
	}
	filePutContents(one, "y", fileAppend)
	if !copyFile(one, two) || !rename(two, two+"2") || fileExists(two) || !touch(two) || !chmod(two, 0o600) {
		t.Error("copy, rename, touch, chmod")
	}
	if text, err := fileGetContents(two + "2"); text != "xy" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	names, err := scandir(dir, 0)
	if got := strings.Join(names, " "); got != ". .. a one.txt two.txt two.txt2" || err != nil {
		t.Error(got, err)
	}
	if names, _ := scandir(dir, 1); names[0] != "two.txt2" {
		t.Error(names)
	}
	if found, ok := glob(filepath.Join(dir, "*.txt"), 0); len(found) != 2 || !ok {
		t.Error(found, ok)
	}
	if found, _ := glob(filepath.Join(dir, "*"), globOnlyDir); len(found) != 1 {
		t.Error(found)
	}
	if !isReadable(one) || !isWritable(one) || !isWritable(dir) || isLink(one) || isReadable(two+"3") || isWritable(two+"3") {
		t.Error("is_readable, is_writable, is_link")
	}
	if unlink(dir) || !unlink(one) || unlink(one) || rmdir(dir) || !rmdir(sub) {
		t.Error("unlink, rmdir")
	}
	if _, err := fileGetContents(one); err == nil || !strings.HasSuffix(err.Error(), "Failed to open stream: No such file or directory") {
		t.Error(err)
	}
	if _, err := fopen(one, "r"); err == nil {
		t.Error("fopen")
	}
	if when, err := filemtime(two); err != nil || when == 0 {
		t.Error(when, err)
	}
	if path, ok := realpath(filepath.Join(dir, "a", "..", "two.txt")); !ok || filepath.Base(path) != "two.txt" {
		t.Error(path, ok)
	}
	t.Chdir(dir)
	if !chdir("a") || chdir("none") {
		t.Error("chdir")
	}
	if cwd, ok := getcwd(); !ok || filepath.Base(cwd) != "a" {
		t.Error(cwd, ok)
	}
	if text := captured(func() { readfile(two) }); text != "" {
		t.Error(text)
	}
}
