package prove

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// recordingFormat and recordingVersion are in each recording. A change of the meaning of a field
// needs another version.
const (
	recordingFormat  = "imapcompat recording"
	recordingVersion = 1
)

// Recording is what an original did, to compare ports with where there is no PHP. It has the
// arguments and the standard input of the script, but no environment and no passwords of logins.
// It has digests of the mail that the servers had: whoever replays it has the mail, too. What the
// original wrote, printed and sent is in it as it was.
type Recording struct {
	Format    string   `json:"format"`
	Version   int      `json:"version"`
	Script    string   `json:"script"` // the name of the file
	PHP       string   `json:"php"`    // its version
	Extension bool     `json:"extension,omitempty"`
	TimeZone  string   `json:"timeZone"`
	Args      []string `json:"args"`
	Stdin     []byte   `json:"stdin,omitempty"`
	// Mail has digests of the mail of users. "" stands for all others.
	Mail map[string]string `json:"mail"`
	// Files has digests of the files in the work folder at the start, without those of PHP.
	Files map[string]string `json:"files"`
	// Servers are the services that the script connected to.
	Servers  map[string]Service `json:"servers"`
	Original *Observation       `json:"original"`
}

// Errors of a recording that does not fit.
var (
	ErrFormat    = errors.New("this is no recording")
	ErrVersion   = errors.New("the recording has another version")
	ErrOtherMail = errors.New("the mail is not that of the recording")
	ErrOtherFile = errors.New("the files are not those of the recording")
)

// Record runs the original alone.
func Record(ctx context.Context, config Config) (*Recording, error) {
	config.Port = ""
	r, err := newRunner(config)
	if err != nil {
		return nil, err
	}
	defer r.close()
	o, err := r.original(ctx)
	if err != nil {
		return nil, err
	}
	if o.Printed, err = r.printed(ctx, o); err != nil {
		return nil, err
	}
	recording := &Recording{
		Format: recordingFormat, Version: recordingVersion, Script: filepath.Base(config.Script),
		PHP: r.php.Version, Extension: config.Extension, TimeZone: r.tz, Args: config.Args, Stdin: config.Stdin,
		Mail: map[string]string{}, Files: digests(r.started), Servers: o.servers, Original: o,
	}
	for user, folders := range r.mail {
		recording.Mail[user] = Digest(folders)
	}
	return recording, nil
}

func digests(files map[string]File) map[string]string {
	list := map[string]string{}
	for name, file := range files {
		if !file.Mode.IsDir() && !strings.EqualFold(path.Ext(name), ".php") {
			list[name] = file.SHA256 + file.Link
		}
	}
	return list
}

// Replay runs the port, and compares it with a recording. Of config Script, Args, Stdin, PHP,
// Extension and Engine have no effect.
func Replay(ctx context.Context, config Config, recording *Recording) (*Result, error) {
	if err := recording.check(); err != nil {
		return nil, err
	}
	config.scriptless, config.Script, config.Args, config.Stdin, config.Extension = true, "", recording.Args, recording.Stdin, false
	r, err := newRunner(config)
	if err != nil {
		return nil, err
	}
	defer r.close()
	r.tz = recording.TimeZone
	services := maps.Clone(recording.Servers)
	maps.Copy(services, config.Servers)
	r.front.setServices(services)
	if err := r.fits(recording); err != nil {
		return nil, err
	}
	port, err := buildPort(ctx, &r.config, r.build)
	if err != nil {
		return nil, err
	}
	if !port.led {
		if err := r.leadPort(recording.Servers); err != nil {
			return nil, err
		}
	}
	r.front.refuse(recording.Original.Refused)
	ported, err := r.port(ctx, port)
	if err != nil {
		return nil, fmt.Errorf("port: %w", err)
	}
	original := *recording.Original
	original.zone = recording.TimeZone
	return compare(&r.config, &original, ported), nil
}

func (r *Recording) check() error {
	switch {
	case r.Format != recordingFormat || r.Original == nil:
		return ErrFormat
	case r.Version != recordingVersion:
		return fmt.Errorf("%w: %d, and this program reads %d", ErrVersion, r.Version, recordingVersion)
	}
	return nil
}

// fits returns an error if the mail or the files are not those of the recording.
func (r *runner) fits(recording *Recording) error {
	now := map[string]string{}
	for user, folders := range r.mail {
		now[user] = Digest(folders)
	}
	if !maps.Equal(now, recording.Mail) {
		return ErrOtherMail
	}
	files := digests(r.started)
	for _, name := range slices.Sorted(maps.Keys(recording.Files)) {
		if r.ofPort(name) { // which is not copied to where the port runs
			continue
		}
		if files[name] != recording.Files[name] {
			return fmt.Errorf("%w: %s (name their folder)", ErrOtherFile, name)
		}
	}
	return nil
}

// ofPort reports whether a file beside the script is the port, or in its folder.
func (r *runner) ofPort(name string) bool {
	port, err := filepath.Abs(r.config.Port)
	if err != nil {
		return false
	}
	inside, err := filepath.Rel(port, filepath.Join(r.template, filepath.FromSlash(name)))
	return err == nil && filepath.IsLocal(inside)
}

// maxRecording bounds the file of a recording, in octets.
const maxRecording = 512 << 20

// ReadRecording reads a recording from a file.
func ReadRecording(name string) (*Recording, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxRecording {
		return nil, fmt.Errorf("%s: %w", name, ErrFormat)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return ParseRecording(text)
}

// ParseRecording reads a recording.
func ParseRecording(text []byte) (*Recording, error) {
	var r Recording
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return &r, r.check()
}

// Write writes a recording to a file, which only its owner can read: it has what the script
// printed and sent.
func (r *Recording) Write(name string) error {
	document, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(document, '\n'), 0o600)
}
