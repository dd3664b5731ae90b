package functions

import (
	"errors"
	"os"
	"os/exec"
	"strings"
)

// shell runs a command of the shell and returns what it writes and its status.
func shell(command string) (output string, status int) {
	if strings.IndexByte(command, 0) >= 0 || command == "" {
		throw("ValueError", "Argument #1 ($command) must not be empty or contain null bytes")
	}
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Stdin, cmd.Stderr = os.Stdin, os.Stderr
	text, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		status = exit.ExitCode()
	case err != nil:
		status = 127
	}
	return string(text), status
}

// shellExec is shell_exec: what a command writes, null if it writes nothing.
//
//php:function shell_exec(command) null
func shellExec(command string) (string, bool) {
	output, _ := shell(command)
	return output, output != ""
}

// execLast is exec: the last line that a command writes.
//
//php:function exec(command)
func execLast(command string) string {
	lines, _ := execLines(command)
	if len(lines) == 0 {
		return ""
	}
	return lines[len(lines)-1]
}

// execOutput is exec with an array for the lines that a command writes, and a variable for its status.
//
//php:function exec(command, &output, &result_code)
func execOutput(command string, output **Array[any], status *any) string {
	lines, code := execLines(command)
	if *output == nil {
		*output = newArray[any]()
	}
	for _, line := range lines {
		(*output).Append(line)
	}
	*status = code
	if len(lines) == 0 {
		return ""
	}
	return lines[len(lines)-1]
}

// execLines returns the lines that a command writes, without blanks at their ends.
func execLines(command string) ([]string, int) {
	output, status := shell(command)
	if output == "" {
		return nil, status
	}
	lines := strings.Split(strings.TrimSuffix(output, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t\r\n\v\f")
	}
	return lines, status
}

// escapeshellarg is escapeshellarg. It keeps all bytes; PHP drops those that are no characters in
// the locale.
//
//php:function escapeshellarg(arg)
func escapeshellarg(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		throw("ValueError", "escapeshellarg(): Argument #1 ($arg) must not contain any null bytes")
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// system is system without the status: writes what the command does, and returns the last line.
//
//php:function system(command)
func system(command string) string {
	text, _ := shell(command)
	echo(text)
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.TrimRight(lines[len(lines)-1], whiteSpace)
}

// passthru is passthru without the status.
//
//php:function passthru(command)
func passthru(command string) any {
	text, _ := shell(command)
	echo(text)
	return nil
}
