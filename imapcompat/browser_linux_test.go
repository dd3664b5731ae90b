package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

// A browser stays open, and so does its environment: it has no secret of the login.
func TestBrowserEnvironment(t *testing.T) {
	dir := t.TempDir()
	seen := filepath.Join(dir, "seen")
	script := "#!/bin/sh\n(env; echo \"$@\") >" + seen + ".new && mv " + seen + ".new " + seen + "\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	d := newDesk(t, oauthtest.Config{Clients: []oauthtest.Client{{ID: "client-id", Secret: "geheim-client"}}})
	for name, value := range map[string]string{"DISPLAY": ":0", "CLIENT": "geheim-client", "IMAPCOMPAT_PASSWORD": "geheim-password", "IMAPCOMPAT_TOKEN": "geheim-token"} {
		t.Setenv(name, value)
		d.env[name] = value
	}
	d.browse = nil
	d.stderr = func(line string) {
		if strings.HasPrefix(line, d.auth.URL()) {
			if err := d.auth.Browse(line); err != nil {
				t.Error(err)
			}
		}
	}
	if r := d.login("standard", "--client-secret-env", "CLIENT"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	var text []byte
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		var err error
		if text, err = os.ReadFile(seen); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	if strings.Contains(string(text), "geheim") || !strings.Contains(string(text), "DISPLAY=:0") || !strings.Contains(string(text), "code_challenge=") {
		t.Errorf("%s", text)
	}
}
