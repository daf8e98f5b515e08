package render_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"onward/services/locale"
	"onward/services/release/render"
)

// TestInBrowser opens the page in a browser, in both languages and as wide as a
// telephone and a desk: it asks the network for nothing, writes no error to the
// console, is no wider than the window, and no word of a chart is cut off. It is
// skipped where there is no Chromium.
func TestInBrowser(t *testing.T) {
	browser := chromium(t)
	for _, l := range locales {
		file := filepath.Join(t.TempDir(), string(l)+".html")
		var out bytes.Buffer
		if err := render.HTML(&out, example(), seal, l); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int64{360, 1200} {
			inBrowser(t, browser, "file://"+file, l, width)
		}
	}
}

// chromium finds a browser, or skips the test.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("neither chromium nor google-chrome is on this machine: the page was not opened in a browser")
	return ""
}

// cutOff lists the words of charts that leave their picture, and says how wide
// the page is.
const cutOff = `(() => {
	const bad = [];
	for (const svg of document.querySelectorAll("svg[role=img]")) {
		const box = svg.viewBox.baseVal;
		for (const text of svg.querySelectorAll("text")) {
			const b = text.getBBox();
			if (b.x < -1 || b.y < -4 || b.x + b.width > box.width + 1 || b.y + b.height > box.height + 4) bad.push(text.textContent);
		}
		if (svg.getBoundingClientRect().width < 200) bad.push("a small picture");
	}
	if (document.documentElement.scrollWidth > innerWidth) bad.push("the page is " + document.documentElement.scrollWidth + " wide");
	if (document.querySelectorAll("svg[role=img]").length != 14) bad.push("pictures are missing");
	return bad;
})()`

// seen is what a browser tells of a page while it loads.
type seen struct {
	mu          sync.Mutex
	asked, said []string
}

func (s *seen) event(url string) func(any) {
	return func(event any) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if e.Request.URL != url && !strings.HasPrefix(e.Request.URL, "data:") {
				s.asked = append(s.asked, e.Request.URL)
			}
		case *log.EventEntryAdded:
			s.said = append(s.said, e.Entry.Text)
		case *runtime.EventConsoleAPICalled:
			s.said = append(s.said, string(e.Type))
		case *runtime.EventExceptionThrown:
			s.said = append(s.said, e.ExceptionDetails.Text)
		}
	}
}

func inBrowser(t *testing.T, browser, url string, l locale.Locale, width int64) {
	var s seen
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithListener(s.event(url)), chromedp.WithAllocatorOptions(chromedp.ExecPath(browser),
		chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true)))
	defer cancel()
	listen := func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{})
		return err
	}
	if err := chromedp.Do(ctx, chromedp.Func(listen), chromedp.EmulateViewport(width, 900), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	bad, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](cutOff))
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.asked) > 0 || len(s.said) > 0 || len(bad) > 0 {
		t.Errorf("%s, %d wide: asked for %v, said %v, shows badly %v", l, width, s.asked, s.said, bad)
	}
}
