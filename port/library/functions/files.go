package functions

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Flags of file, file_put_contents and glob.
const (
	fileIgnoreNewLines = 2
	fileSkipEmptyLines = 4
	fileAppend         = 8
	globOnlyDir        = 8192
	globBrace          = 1024
)

// A file is what fopen returns.
type file struct {
	f       *os.File
	r       *bufio.Reader
	eof     bool
	appends bool
	remove  bool // when it is closed
	echoes  bool // php://output: what is written goes where echo writes
	shared  bool // it is one of the process's, which stays open
	filters []*streamFilter
}

var (
	stdin  = newFile(os.Stdin)
	stdout = newFile(os.Stdout)
	stderr = newFile(os.Stderr)
)

func newFile(f *os.File) *file { return &file{f: f, r: bufio.NewReader(f)} }

// Close closes the file: fclose.
func (f *file) Close() error {
	for len(f.filters) > 0 {
		streamFilterRemove(f.filters[len(f.filters)-1])
	}
	if f.echoes || f.shared {
		return nil
	}
	err := f.f.Close()
	if f.remove {
		os.Remove(f.f.Name())
	}
	return err
}

// reason returns an error of the operating system as PHP words it.
func reason(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return err.Error()
	}
	text := number.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

// noWrapper refuses the URLs that PHP's file functions read.
func noWrapper(name string) {
	if scheme, _, ok := strings.Cut(name, "://"); ok && ctypeAlpha(scheme) {
		throw("Error", "no stream wrapper for "+scheme+"://")
	}
}

var openFlags = map[byte]int{
	'r': 0, 'w': os.O_CREATE | os.O_TRUNC, 'a': os.O_CREATE | os.O_APPEND, 'x': os.O_CREATE | os.O_EXCL, 'c': os.O_CREATE,
}

// fopen is fopen of files, and of php://stdin, stdout, stderr, output, memory and temp. Other
// URLs throw an Error.
//
//php:function fopen(filename, mode)
func fopen(name, mode string) (*file, error) {
	if f := phpStream(name); f != nil {
		return f, nil
	}
	if strings.HasPrefix(strtolower(name), "php://memory") || strings.HasPrefix(strtolower(name), "php://temp") {
		return tmpfile()
	}
	noWrapper(name)
	flags, ok := openFlags[(mode + " ")[0]]
	if !ok {
		return nil, fmt.Errorf("fopen(%s): Failed to open stream: `%s' is not a valid mode for fopen", name, mode)
	}
	switch {
	case strings.Contains(mode, "+"):
		flags |= os.O_RDWR
	case mode[0] != 'r':
		flags |= os.O_WRONLY
	}
	f, err := os.OpenFile(name, flags, 0o666)
	if err != nil {
		return nil, fmt.Errorf("fopen(%s): Failed to open stream: %s", name, reason(err))
	}
	return &file{f: f, r: bufio.NewReader(f), appends: mode[0] == 'a'}, nil
}

// phpStream returns a new stream of php://stdin, stdout, stderr or output, nil for other names. It has a
// buffer of its own, as in PHP.
func phpStream(name string) *file {
	const chunk = 8192 // which PHP reads at once
	switch strtolower(name) {
	case "php://stdin":
		return &file{f: os.Stdin, r: bufio.NewReaderSize(os.Stdin, chunk), shared: true}
	case "php://stdout":
		return &file{f: os.Stdout, r: bufio.NewReader(os.Stdout), shared: true}
	case "php://stderr":
		return &file{f: os.Stderr, r: bufio.NewReader(os.Stderr), shared: true}
	case "php://output":
		return &file{r: bufio.NewReader(strings.NewReader("")), echoes: true}
	}
	return nil
}

// tmpfile is tmpfile: a file that is removed when it is closed, or at once where that is possible.
//
//php:function tmpfile()
func tmpfile() (*file, error) {
	f, err := os.CreateTemp("", "php")
	if err != nil {
		return nil, err
	}
	if os.Remove(f.Name()) == nil {
		return &file{f: f, r: bufio.NewReader(f)}, nil
	}
	return &file{f: f, r: bufio.NewReader(f), remove: true}, nil
}

// fclose is fclose.
//
//php:function fclose(stream)
func fclose(f *file) bool { return f.Close() == nil }

// fgets is fgets: a line with its end, false at the end of the file.
//
//php:function fgets(stream)
func fgets(f *file) (string, bool) {
	line, err := f.r.ReadString('\n')
	f.eof = err != nil
	return line, line != ""
}

// fgetsLength is fgets of less bytes than a length.
//
//php:function fgets(stream, length)
func fgetsLength(f *file, length int) (string, bool) {
	if length < 1 {
		throw("ValueError", "fgets(): Argument #2 ($length) must be greater than 0")
	}
	var line []byte
	for len(line) < length-1 {
		c, err := f.r.ReadByte()
		if f.eof = err != nil; f.eof {
			break
		}
		line = append(line, c)
		if c == '\n' {
			break
		}
	}
	return string(line), len(line) > 0
}

// fgetc is fgetc.
//
//php:function fgetc(stream)
func fgetc(f *file) (string, bool) {
	c, err := f.r.ReadByte()
	f.eof = err != nil
	return presentIf(string([]byte{c}), err == nil)
}

// fread is fread.
//
//php:function fread(stream, length)
func fread(f *file, length int) (string, bool) {
	if length < 1 {
		throw("ValueError", "fread(): Argument #2 ($length) must be greater than 0")
	}
	data, err := io.ReadAll(io.LimitReader(f.r, int64(length)))
	f.eof = err == nil && len(data) < length
	return presentIf(string(data), err == nil)
}

// streamGetContents is stream_get_contents: the rest of a file.
//
//php:function stream_get_contents(stream)
func streamGetContents(f *file) (string, bool) {
	data, err := io.ReadAll(f.r)
	f.eof = true
	return presentIf(string(data), err == nil)
}

// feof is feof: a read has found the end of the file.
//
//php:function feof(stream)
func feof(f *file) bool { return f.eof }

// fwrite is fwrite: returns how many bytes it writes.
//
//php:function fwrite(stream, data)
//php:function fputs(stream, data)
func fwrite(f *file, data string) (int, error) {
	if f.echoes {
		return io.WriteString(output, data)
	}
	if n := f.r.Buffered(); n > 0 && !f.appends {
		fseek(f, 0, io.SeekCurrent)
	}
	n, err := f.Write([]byte(data))
	if err != nil {
		return 0, fmt.Errorf("fwrite(): Write of %d bytes failed with errno=9 %s", len(data), reason(err))
	}
	return n, nil
}

// fflush is fflush. All writes go to the operating system at once.
//
//php:function fflush(stream)
func fflush(*file) bool { return true }

// ftell is ftell.
//
//php:function ftell(stream)
func ftell(f *file) (int, bool) {
	n, err := f.f.Seek(0, io.SeekCurrent)
	return presentIf(int(n)-f.r.Buffered(), err == nil)
}

// fseek is fseek: 0, or -1 for a place before the beginning.
//
//php:function fseek(stream, offset, whence = io.SeekStart)
func fseek(f *file, offset, whence int) int {
	if whence == io.SeekCurrent {
		offset -= f.r.Buffered()
	}
	if _, err := f.f.Seek(int64(offset), whence); err != nil {
		return -1
	}
	f.r.Reset(f.f)
	f.eof = false
	return 0
}

// rewind is rewind.
//
//php:function rewind(stream)
func rewind(f *file) bool { return fseek(f, 0, io.SeekStart) == 0 }

// ftruncate is ftruncate.
//
//php:function ftruncate(stream, size)
func ftruncate(f *file, size int) bool { return f.f.Truncate(int64(size)) == nil }

// fileGetContents is file_get_contents.
//
//php:function file_get_contents(filename)
func fileGetContents(name string) (string, error) {
	if strtolower(name) == "php://input" {
		text, _ := streamGetContents(stdin)
		return text, nil
	}
	if f := phpStream(name); f != nil {
		text, _ := streamGetContents(f)
		return text, nil
	}
	noWrapper(name)
	data, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("file_get_contents(%s): Failed to open stream: %s", name, reason(err))
	}
	return string(data), nil
}

// filePutContents is file_put_contents. With FILE_APPEND it adds to the file. LOCK_EX has no
// effect.
//
//php:function file_put_contents(filename, data, flags = 0)
func filePutContents(name, data string, flags int) (int, error) {
	if f := phpStream(name); f != nil {
		return fwrite(f, data)
	}
	noWrapper(name)
	open := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if flags&fileAppend != 0 {
		open = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	}
	f, err := os.OpenFile(name, open, 0o666)
	if err != nil {
		return 0, fmt.Errorf("file_put_contents(%s): Failed to open stream: %s", name, reason(err))
	}
	_, err = f.WriteString(data)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return 0, fmt.Errorf("file_put_contents(): %s", reason(err))
	}
	return len(data), nil
}

// fileLines is file: the lines of a file with their ends.
//
//php:function file(filename, flags = 0)
func fileLines(name string, flags int) ([]string, error) {
	text, err := fileGetContents(name)
	if err != nil {
		return nil, errors.New(strings.Replace(err.Error(), "file_get_contents", "file", 1))
	}
	var lines []string
	for line := range strings.SplitAfterSeq(text, "\n") {
		if line == "" {
			continue
		}
		if flags&fileIgnoreNewLines != 0 {
			if text, ok := strings.CutSuffix(line, "\r\n"); ok {
				line = text
			}
			line = strings.TrimSuffix(line, "\n")
			if line == "" && flags&fileSkipEmptyLines != 0 {
				continue
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// readfile is readfile: writes a file to standard output.
//
//php:function readfile(filename)
func readfile(name string) (int, error) {
	text, err := fileGetContents(name)
	if err != nil {
		return 0, errors.New(strings.Replace(err.Error(), "file_get_contents", "readfile", 1))
	}
	echo(text)
	return len(text), nil
}

// fileExists is file_exists.
//
//php:function file_exists(filename)
func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// isFile is is_file.
//
//php:function is_file(filename)
func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// isDir is is_dir.
//
//php:function is_dir(filename)
func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// isLink is is_link.
//
//php:function is_link(filename)
func isLink(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// isReadable is is_readable.
//
//php:function is_readable(filename)
func isReadable(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	f.Close()
	return true
}

// isWritable is is_writable. It opens files for writing, and makes a file in a folder and
// removes it.
//
//php:function is_writable(filename)
//php:function is_writeable(filename)
func isWritable(name string) bool {
	if isDir(name) {
		f, err := os.CreateTemp(name, ".php")
		if err != nil {
			return false
		}
		f.Close()
		return os.Remove(f.Name()) == nil
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return false
	}
	f.Close()
	return true
}

// filesize is filesize.
//
//php:function filesize(filename)
func filesize(name string) (int, error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, fmt.Errorf("filesize(): stat failed for %s", name)
	}
	return int(info.Size()), nil
}

// filemtime is filemtime.
//
//php:function filemtime(filename)
func filemtime(name string) (int, error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, fmt.Errorf("filemtime(): stat failed for %s", name)
	}
	return int(info.ModTime().Unix()), nil
}

// touch is touch of the current time.
//
//php:function touch(filename)
func touch(name string) bool {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		warnText("touch(): Unable to create file " + name + " because " + reason(err))
		return false
	}
	f.Close()
	now := time.Now()
	return os.Chtimes(name, now, now) == nil
}

// chmod is chmod.
//
//php:function chmod(filename, permissions)
func chmod(name string, mode int) bool {
	if err := os.Chmod(name, fs.FileMode(mode&0o777)); err != nil {
		warnText("chmod(): " + reason(err))
		return false
	}
	return true
}

// mkdir is mkdir.
//
//php:function mkdir(directory, permissions = 0o777, recursive = false)
func mkdir(name string, mode int, recursive bool) bool {
	err := os.Mkdir(name, fs.FileMode(mode))
	if recursive && errors.Is(err, fs.ErrNotExist) {
		err = os.MkdirAll(name, fs.FileMode(mode))
	}
	if err != nil {
		warnText("mkdir(): " + reason(err))
	}
	return err == nil
}

// rmdir is rmdir.
//
//php:function rmdir(directory)
func rmdir(name string) bool {
	err := syscall.Rmdir(name)
	if err != nil {
		warnText("rmdir(" + name + "): " + reason(err))
	}
	return err == nil
}

// unlink is unlink.
//
//php:function unlink(filename)
func unlink(name string) bool {
	err := syscall.Unlink(name)
	if err != nil {
		warnText("unlink(" + name + "): " + reason(err))
	}
	return err == nil
}

// rename is rename.
//
//php:function rename(from, to)
func rename(from, to string) bool {
	err := os.Rename(from, to)
	if err != nil {
		warnText("rename(" + from + "," + to + "): " + reason(err))
	}
	return err == nil
}

// copyFile is copy.
//
//php:function copy(from, to)
func copyFile(from, to string) bool {
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o666)
	}
	if err != nil {
		warnText("copy(" + from + "): Failed to open stream: " + reason(err))
	}
	return err == nil
}

// tempnam is tempnam: makes an empty file with a name of its own.
//
//php:function tempnam(directory, prefix)
func tempnam(dir, prefix string) (string, bool) {
	if !isDir(dir) {
		dir = os.TempDir()
	}
	f, err := os.CreateTemp(dir, basename(prefix, "")+"*")
	if err != nil {
		return "", false
	}
	return presentIf(f.Name(), f.Close() == nil)
}

// scandir is scandir: the names in a folder with "." and "..", in the order of their bytes.
//
//php:function scandir(directory, sorting_order = 0)
func scandir(dir string, order int) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("scandir(%s): Failed to open directory: %s", dir, reason(err))
	}
	names := []string{".", ".."}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	slices.Sort(names)
	if order != 0 {
		slices.Reverse(names)
	}
	return names, nil
}

// expandBraces returns the patterns that {a,b} in one stand for.
func expandBraces(pattern string) []string {
	from := strings.IndexByte(pattern, '{')
	if from < 0 {
		return []string{pattern}
	}
	depth, start, ends := 0, from+1, -1
	var parts []string
	for i := from; i < len(pattern) && ends < 0; i++ {
		switch c := pattern[i]; {
		case c == '{':
			depth++
		case c == ',' && depth == 1:
			parts = append(parts, pattern[start:i])
			start = i + 1
		case c == '}':
			if depth--; depth == 0 {
				parts = append(parts, pattern[start:i])
				ends = i
			}
		}
	}
	if ends < 0 {
		return []string{pattern}
	}
	var all []string
	for _, part := range parts {
		all = append(all, expandBraces(pattern[:from]+part+pattern[ends+1:])...)
	}
	return all
}

// glob is glob, with GLOB_ONLYDIR and GLOB_BRACE.
//
//php:function glob(pattern, flags = 0)
func glob(pattern string, flags int) ([]string, bool) {
	if flags&globBrace != 0 {
		var all []string
		for _, p := range expandBraces(pattern) {
			names, ok := glob(p, flags&^globBrace)
			if !ok {
				return nil, false
			}
			all = append(all, names...)
		}
		return all, true
	}
	names, err := filepath.Glob(pattern)
	var found []string
	for _, name := range names {
		hidden := strings.HasPrefix(filepath.Base(name), ".") && !strings.HasPrefix(filepath.Base(pattern), ".")
		if !hidden && (flags&globOnlyDir == 0 || isDir(name)) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return presentIf(found, err == nil)
}

// realpath is realpath.
//
//php:function realpath(path)
func realpath(name string) (string, bool) {
	path, err := filepath.Abs(name)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	return presentIf(path, err == nil)
}

// getcwd is getcwd.
//
//php:function getcwd()
func getcwd() (string, bool) {
	dir, err := os.Getwd()
	return presentIf(dir, err == nil)
}

// chdir is chdir.
//
//php:function chdir(directory)
func chdir(dir string) bool {
	err := os.Chdir(dir)
	if err != nil {
		warnText("chdir(): " + reason(err))
	}
	return err == nil
}

// basename is basename: the last part of a path, without a suffix.
//
//php:function basename(path, suffix = "")
func basename(path, suffix string) string {
	path = strings.TrimRight(path, "/")
	name := path[strings.LastIndexByte(path, '/')+1:]
	if len(suffix) < len(name) {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}

// dirname is dirname.
//
//php:function dirname(path, levels = 1)
func dirname(path string, levels int) string {
	if levels < 1 {
		throw("ValueError", "dirname(): Argument #2 ($levels) must be greater than or equal to 1")
	}
	for ; levels > 0 && path != "" && path != "." && path != "/"; levels-- {
		path = parent(path)
	}
	return path
}

func parent(path string) string {
	trimmed := strings.TrimRight(path, "/")
	i := strings.LastIndexByte(trimmed, '/')
	switch dir := strings.TrimRight(trimmed[:i+1], "/"); {
	case trimmed == "" || dir == "" && i >= 0:
		return "/"
	case i < 0:
		return "."
	default:
		return dir
	}
}

// pathinfo is pathinfo of all parts.
//
//php:function pathinfo(path)
func pathinfo(path string) *Array[string] {
	out := newArray[string]()
	if dir := dirname(path, 1); dir != "" && dir[0] != 0 {
		out.Set("dirname", dir)
	}
	base := basename(path, "")
	out.Set("basename", base)
	name := base
	if i := strings.LastIndexByte(base, '.'); i >= 0 {
		out.Set("extension", base[i+1:])
		name = base[:i]
	}
	out.Set("filename", name)
	return out
}

// pathinfoPart is pathinfo of one part.
//
//php:function pathinfo(path, flags)
func pathinfoPart(path string, part int) string {
	parts := pathinfo(path)
	switch part {
	case 1:
		return parts.Get("dirname")
	case 2:
		return parts.Get("basename")
	case 4:
		return parts.Get("extension")
	}
	return parts.Get("filename")
}

// flockOperation returns an operation of flock as operating systems have it.
func flockOperation(operation int) int {
	const unlock = 3
	if operation&unlock == unlock {
		return 8
	}
	return operation
}

// fputcsv is fputcsv.
//
//php:function fputcsv(stream, fields, separator = ",", enclosure = "\"")
func fputcsv(f *file, fields *Array[any], separator, enclosure string) (int, error) {
	return fwrite(f, csvLine(fields, separator, enclosure))
}

func csvLine(fields *Array[any], separator, enclosure string) string {
	var parts []string
	for _, v := range fields.All() {
		s := toString(v)
		if strings.ContainsAny(s, separator+enclosure+"\\\n\r\t ") {
			s = enclosure + csvQuoted(s, enclosure) + enclosure
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, separator) + "\n"
}

// csvQuoted doubles the enclosure, but not after a backslash.
func csvQuoted(s, enclosure string) string {
	var out strings.Builder
	escaped := false
	for i := range len(s) {
		if s[i] == enclosure[0] && !escaped {
			out.WriteByte(s[i])
		}
		escaped = s[i] == '\\'
		out.WriteByte(s[i])
	}
	return out.String()
}
