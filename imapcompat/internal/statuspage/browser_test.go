package statuspage

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/imapcompat/imapcompat/inbox"
)

// browser returns a context with a tab of chromium. IMAPCOMPAT_BROWSER=1 makes a missing
// chromium a failure.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		if os.Getenv("IMAPCOMPAT_BROWSER") != "" {
			t.Fatal("there is no chromium")
		}
		t.Skip("there is no chromium: apt-get install chromium")
	}
	if testing.Short() && os.Getenv("IMAPCOMPAT_BROWSER") == "" {
		t.Skip("-short")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.WSURLReadTimeout(time.Minute), chromedp.UserDataDir(t.TempDir()))
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Log(err)
		}
		cancel()
	})
	must(t, chromedp.Do(ctx)) // the first call starts the browser, and has no time limit of its own
	ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	return ctx
}

// evaluate returns the value of a script in the page. The page's policy forbids scripts of its
// own, and not those of the browser's tools.
func evaluate[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	must(t, err)
	return value
}

type focus struct {
	Name    string
	Outline bool
}

// press presses Tab until the element with the focus has a name, and then Enter.
func press(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	for range 60 {
		must(t, chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)))
		focus := evaluate[focus](t, ctx, `(() => {
			const e = document.activeElement;
			if (e === document.body) return {Name: "", Outline: true}; // between the last element and the first
			return {Name: e.getAttribute("aria-label") || e.innerText || e.id || "", Outline: getComputedStyle(e).outlineStyle != "none"};
		})()`)
		if !focus.Outline {
			t.Fatalf("%q has the focus and does not show it", focus.Name)
		}
		if strings.HasPrefix(focus.Name, name) {
			_, err := chromedp.RunResponse(ctx, chromedp.KeyEvent(kb.Enter))
			must(t, err)
			return
		}
	}
	t.Fatalf("Tab does not lead to %q", name)
}

type layout struct {
	Scroll, Client int
	Styled         bool
	Small          []string
}

// check looks at the page that is shown: it fits the width, and whatever can be used has a name.
func check(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	layout := evaluate[layout](t, ctx, `({
		Scroll: document.documentElement.scrollWidth, Client: document.documentElement.clientWidth,
		Styled: document.styleSheets.length == 1 && document.styleSheets[0].cssRules.length > 10,
		Small: [...document.querySelectorAll("button, .button")].filter(e => e.getBoundingClientRect().height < 24).map(e => e.innerText),
	})`)
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	must(t, err)
	if layout.Scroll > layout.Client {
		t.Errorf("%s: %d pixels in a window of %d", what, layout.Scroll, layout.Client)
	}
	if !layout.Styled || len(layout.Small) > 0 {
		t.Errorf("%s: %+v", what, layout)
	}
	roles := map[string]int{}
	for _, n := range tree.Nodes {
		if n.Role == nil || n.Ignored {
			continue
		}
		role := strings.Trim(string(n.Role.Value), `"`)
		roles[role]++
		switch role {
		case "link", "button", "textbox", "table", "columnheader", "navigation":
			if n.Name == nil || strings.Trim(string(n.Name.Value), `" `) == "" {
				t.Errorf("%s: a %s has no name", what, role)
			}
		}
	}
	if roles["main"] != 1 || roles["heading"] == 0 {
		t.Errorf("%s: landmarks %v", what, roles)
	}
	if low := evaluate[[]string](t, ctx, contrast); len(low) > 0 {
		t.Errorf("%s: contrast below 4.5: %v", what, low)
	}
	if folder := os.Getenv("IMAPCOMPAT_SCREENSHOTS"); folder != "" {
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(folder, what+".png"), png, 0o600))
	}
}

// contrast lists texts with a contrast of less than 4.5 (WCAG 2.2, 1.4.3).
const contrast = `(() => {
	const rgb = c => c.match(/[\d.]+/g).map(Number);
	const lum = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }); return .2126*r + .7152*g + .0722*b };
	const back = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c.slice(0, 3) } return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255] };
	const low = [];
	for (const e of document.querySelectorAll("body *")) {
		if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
		const a = lum(rgb(getComputedStyle(e).color).slice(0, 3)), b = lum(back(e));
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) low.push(e.tagName + " " + e.innerText.slice(0, 20) + " " + ratio.toFixed(2));
	}
	return low;
})()`

// An operator uses the page with the keyboard only, on a desk and on a phone, by day and by night.
func TestBrowser(t *testing.T) {
	ctx := browser(t)
	for _, screen := range []struct {
		name          string
		width, height int64
		scheme        string
	}{
		{"desktop-light", 1280, 800, "light"},
		{"phone-dark", 360, 740, "dark"},
	} {
		t.Run(screen.name, func(t *testing.T) {
			f := newFixture(t, 3, "0123456789abcdef")
			f.health.Err, f.health.Failures, f.health.Connected = errors.New("login failed: "+strings.Repeat("x", 300)), 3, false
			must(t, os.WriteFile(filepath.Join(f.folder, "q2.eml"), []byte("From: a\r\nSubject: "+hostile+"\r\n\r\n<h1>text</h1>"), 0o600))
			must(t, chromedp.Do(ctx, chromedp.EmulateViewport(screen.width, screen.height)))
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: screen.scheme}},
			})
			must(t, err)
			must(t, chromedp.Do(ctx, chromedp.Navigate(f.url)))
			check(t, ctx, screen.name+"-login")
			for !evaluate[bool](t, ctx, `document.activeElement.id == "token"`) {
				time.Sleep(time.Millisecond) // until autofocus is done; the context has a time limit
			}
			must(t, chromedp.Do(ctx, chromedp.KeyEvent("0123456789abcdef")))
			_, err = chromedp.RunResponse(ctx, chromedp.KeyEvent(kb.Enter))
			must(t, err)
			check(t, ctx, screen.name+"-boxes")
			press(t, ctx, box)
			check(t, ctx, screen.name+"-box")
			press(t, ctx, "Try again: Rechnung für q1")
			if got := f.state(t, "q1"); got != inbox.StateNew {
				t.Errorf("the message is %s", got)
			}
			text := evaluate[string](t, ctx, `document.querySelector("main").innerText`)
			if strings.Contains(text, "Rechnung für q1") || !strings.Contains(text, "The message is new again") || !strings.Contains(text, "Quarantined (2)") {
				t.Error(text)
			}
			press(t, ctx, "Odd")
			check(t, ctx, screen.name+"-message")
			press(t, ctx, "Forget…")
			check(t, ctx, screen.name+"-forget")
			press(t, ctx, "Forget it")
			if got := f.state(t, "q2"); got != "forgotten" {
				t.Errorf("the message is %s", got)
			}
			press(t, ctx, "Failing (1)")
			check(t, ctx, screen.name+"-failing")
			press(t, ctx, "Log out")
			if evaluate[string](t, ctx, `document.cookie`) != "" || !evaluate[bool](t, ctx, `document.querySelector("#token") != null`) {
				t.Error("a script sees the cookie, or nobody is logged out")
			}
		})
	}
}
