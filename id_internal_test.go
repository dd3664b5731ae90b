package imapcompat

import (
	"runtime/debug"
	"testing"
)

// A program has the version of the module that it requires, and a copy has none.
func TestVersion(t *testing.T) {
	module := func(path, version string) debug.Module { return debug.Module{Path: path, Version: version} }
	const own = "github.com/imapcompat/imapcompat"
	for _, test := range []struct {
		main, required debug.Module
		want           string
	}{
		{module("example.org/x", "v9.0.0"), module(own, "v1.2.3"), "v1.2.3"},
		{module("example.org/x", "v9.0.0"), module(own, ""), "devel"},
		{module("example.org/x", "v9.0.0"), module("example.org/y", "v8.0.0"), "devel"},
		{module(own, "v1.2.3"), module("example.org/y", "v8.0.0"), "v1.2.3"},
		{module(own, "(devel)"), module("example.org/y", "v8.0.0"), "devel"},
		{module(own, ""), module("example.org/y", "v8.0.0"), "devel"},
	} {
		info := &debug.BuildInfo{Main: test.main, Deps: []*debug.Module{&test.required}}
		if got := versionIn(info); got != test.want {
			t.Errorf("%+v: %s, want %s", info, got, test.want)
		}
	}
}
