package main

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser is a page in headless Chromium.
type browser struct {
	*testing.T
	ctx context.Context

	mutex      sync.Mutex
	complaints []string // of the browser about the page
	asked      []string // what the page asked the network for
}

// chromium starts a headless Chromium that runs until the test ends. It skips the test where there is
// no Chromium.
func chromium(t *testing.T) context.Context {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		t.Skip("no Chromium here: install Debian's package chromium, or Chrome, to test the HTML report")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.WindowSize(1400, 1000),
		chromedp.WSURLReadTimeout(time.Minute), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("enable-blink-features", "ComputedAccessibilityInfo"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Run(ctx))
	return ctx
}

// browse opens a file in a page of its own.
func browse(t *testing.T, chromium context.Context, file string) *browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	b := &browser{T: t, ctx: ctx}
	chromedp.ListenTarget(ctx, func(event any) {
		b.mutex.Lock()
		defer b.mutex.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			b.complaints = append(b.complaints, e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			b.complaints = append(b.complaints, e.Entry.Text)
		case *network.EventRequestWillBeSent:
			b.asked = append(b.asked, e.Request.URL)
		}
	})
	b.do(log.Enable(), network.Enable(), chromedp.Navigate((&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()))
	return b
}

func (b *browser) do(actions ...chromedp.Action) {
	b.Helper()
	require.NoError(b, chromedp.Run(b.ctx, actions...))
}

// says waits until a script's value is what is expected.
func (b *browser) says(expected, script string) {
	b.Helper()
	got := ""
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if got = b.text(script); got == expected {
			return
		}
	}
	require.Equal(b, expected, got, script)
}

// text is what a script's value is as text.
func (b *browser) text(script string) (text string) {
	b.Helper()
	b.do(chromedp.Evaluate("String("+script+")", &text))
	return text
}

// quiet checks that the browser had nothing to complain of, and was asked for nothing but the file.
func (b *browser) quiet() {
	b.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	assert.Empty(b, b.complaints)
	assert.Len(b, b.asked, 1)
}

// The status line, and what of the findings is shown.
const (
	status = `document.querySelector(".filters output").value`
	shown  = `[...document.querySelectorAll(".place")].filter(p => p.checkVisibility()).map(p => p.querySelector(".where").textContent).join(" ")`
)

// checkHTML writes recordings into a folder, and the page of what check says of them.
func checkHTML(t *testing.T, files map[string]string) (page string) {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitFindings, run([]string{"check", "--format", "html=page.html", "."}, &stdout, &stderr), &stderr)
	return filepath.Join(dir, "page.html")
}

// planted are recordings with findings of many kinds, and with what a page could take for its own.
var planted = map[string]string{
	"superserve/a.json": `{"id": "</script><script>window.taken = 1</script>", "status": "napping", "vcpu_count": 2, "metadata": {"a": "b"}, "access_token": 4711}`,
	"superserve/b.json": `{"status": "napping", "vcpu_count": 7, "memory_mib": 1.5, "</td><img src=x onerror='window.taken = 2'>": 5, "metadata": {}}`,
	"superserve/c.http": "# source: sandboxspec record superserve\nHTTP/1.1 200 OK\n\n{\"status\": \"active\", \"vcpu_count\": 3, \"metadata\": {}}\n",
	"superserve/e.json": `{"status": "starting", "metadata": {}}`,
	"tensorlake/d.json": `{"id": 5}`,
	"tensorlake/d.json.expect": `1:1: error: required: the body lacks the member "namespace" (specs/tensorlake.yaml#/components/schemas/Sandbox/required)
`,
}

// TestHTML looks at the pages in one Chromium.
func TestHTML(t *testing.T) {
	chromium := chromium(t)
	for name, look := range map[string]func(*testing.T, context.Context){
		"findings": htmlFindings, "tree": htmlTree, "for all": htmlForAll, "of many": htmlOfMany, "of coverage": htmlOfCoverage, "of mutants": htmlOfMutants,
	} {
		t.Run(name, func(t *testing.T) { look(t, chromium) })
	}
}

// htmlFindings looks at the page as a person would.
func htmlFindings(t *testing.T, chromium context.Context) {
	b := browse(t, chromium, checkHTML(t, planted))

	// It shows what was found, and takes none of it for a part of the page.
	b.says("sandboxspec check: 12 errors, 1 warning", "document.title")
	b.says("15 findings", status)
	for _, text := range []string{`</script><script>window.taken = 1</script>`, `</td><img src=x onerror='window.taken = 2'>`} {
		assert.Contains(t, b.text("document.body.textContent"), text)
	}
	b.says("undefined", "window.taken")
	b.says("0", `document.querySelectorAll("img, iframe, link, object, embed, [style], [onerror]").length`)
	b.says("1", `document.querySelectorAll("script").length`)
	assert.NotContains(t, b.text("document.documentElement.outerHTML"), "4711")

	// Each finding has the recording and the spec beside it.
	b.says(`"napping"`, `document.querySelector("[data-rule=enum] .place mark").textContent`)
	b.says("enum:", `document.querySelector("[data-rule=enum] .spec mark").textContent`)
	b.says("2 times", `document.querySelector("[data-rule=enum] .times").textContent`)
	b.says("true", `(() => {
		const [left, right] = ["ol", "figure"].map(part => document.querySelector("[data-rule=enum] .pair > " + part).getBoundingClientRect());
		return left.right < right.left && Math.abs(left.top - right.top) < 2;
	})()`)

	// The filters.
	b.do(chromedp.SendKeys("[name=search]", "B.json:1:12"))
	b.says("1 of 15 findings", status)
	b.says("superserve/b.json:1:12", shown)
	b.do(chromedp.SendKeys("[name=search]", " nowhere"))
	b.says("0 of 15 findings", status)
	b.says("true", `document.querySelector(".nothing").checkVisibility()`)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.says("15 findings", status)
	b.do(choose("rule", "undocumented-field"))
	b.says("superserve/b.json:1:59", shown)
	b.do(chromedp.Click(".filters [type=reset]"), choose("severity", "warning"))
	b.says("1 of 15 findings", status)
	b.do(chromedp.Click(".filters [type=reset]"), choose("known", "yes"))
	b.says("2 of 15 findings", status)
	b.says("superserve/e.json:1:12 tensorlake/d.json:1:1", shown)
	assert.Contains(t, b.text(`document.querySelector(".group:not([hidden]) .of").textContent`), "conformance/deviations.yaml:")
	b.do(chromedp.Click(".filters [type=reset]"), choose("contract", "superserve getSandbox"))
	b.says("7 of 15 findings", status)

	// From a field to its findings, and back.
	b.do(chromedp.Click(`a.found[data-pointer="/status"]`))
	b.says("3 of 15 findings at /status", status)
	b.says("superserve/a.json:1:64 superserve/b.json:1:12 superserve/e.json:1:12", shown)
	b.do(chromedp.Click(`.group:not([hidden]) .of a`))
	b.says("status", `document.querySelector(":target th code")?.textContent.replace("/", "")`)

	// The keyboard.
	b.do(chromedp.Evaluate("document.activeElement.blur()", nil), chromedp.KeyEvent(kb.Escape))
	b.says("15 findings", status)
	b.do(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"))
	b.says("true", `document.activeElement === document.querySelectorAll(".group")[1]`)
	b.do(chromedp.KeyEvent("k"))
	b.says("true", `document.activeElement === document.querySelectorAll(".group")[0]`)
	b.do(input.DispatchKeyEvent(input.KeyDown).WithKey("/").WithText("/"))
	b.says("search", `document.activeElement.name`)
	b.says("", `document.activeElement.value`)
	b.quiet()
}

func choose(name, value string) chromedp.Action {
	return chromedp.Evaluate(fmt.Sprintf(`(() => {
		const select = document.querySelector("select[name=%s]");
		select.value = %q;
		select.dispatchEvent(new Event("input", {bubbles: true}));
	})()`, name, value), nil)
}

// htmlTree looks at what the recordings showed.
func htmlTree(t *testing.T, chromium context.Context) {
	b := browse(t, chromium, checkHTML(t, planted))
	row := func(pointer, part string) string {
		return fmt.Sprintf(`[...document.querySelectorAll("tbody tr")].filter(r => r.cells[0].textContent === %q && r.closest("details").querySelector("h3").textContent.startsWith("superserve"))[0].%s`, pointer, part)
	}
	b.says("superserve getSandbox 200,tensorlake getSandbox 200", `[...document.querySelectorAll(".contract h3")].map(h => h.textContent)`)
	b.says("broken", row("/status", "className"))
	b.says("live", row("/status", `querySelector("td:nth-child(2) + td .chip").classList[1]`))
	b.says("active shown by 1,paused never,resuming never", `[...`+row("/status", `querySelectorAll(".chips .chip")].map(c => c.textContent.trim().replaceAll(/\s+/g, " "))`))
	b.says("2 errors, 1 known", row("/status", `querySelector(".found").textContent`))
	b.says("seen: 2 … 7", row("/vcpu_count", `querySelector(".range").textContent`))
	b.says("string uuid", row("/id", `cells[1].innerText.trim()`))
	b.says("object required", row("/metadata", `cells[1].innerText.trim()`))
	b.says("left", row("/network", "className"))
	b.says("complete", row("/metadata", "className"))
	b.says("1 error", row("/access_token", `querySelector(".found").textContent`))

	b.do(chromedp.Click(".only input"))
	b.says("false", row("/metadata", "checkVisibility()"))
	b.says("true", row("/network/allow_out/*", "checkVisibility()"))
	b.says("true", row("/network", "checkVisibility()"))
	b.quiet()
}

// htmlForAll holds the page to what people need who read it in the dark, or not with their eyes.
func htmlForAll(t *testing.T, chromium context.Context) {
	b := browse(t, chromium, checkHTML(t, planted))
	b.do(chromedp.EmulateViewport(1400, 10_000)) // what is out of sight isn't laid out
	b.says("15 findings", status)
	var background string
	for _, scheme := range []string{"light", "dark"} {
		b.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
		now := b.text("getComputedStyle(document.body).backgroundColor")
		assert.NotEqual(t, background, now)
		background = now
		b.says("", contrast)
	}
	b.says("", `[...document.querySelectorAll("[id]")].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)`)
	b.says("", `[...document.querySelectorAll("a[href^='#']")].map(a => a.hash.slice(1)).filter(id => !document.getElementById(id))`)
	b.says("article,banner,columnheader,main,meter,navigation,rowheader,search,status,table",
		`[...new Set(["header", "main", "nav", "form", "article", "table", "thead th", "tbody th", "output", "meter"].map(name => document.querySelector(name).computedRole))].sort()`)
	b.says("", `[...document.querySelectorAll("input, select, button, a, meter, article, nav, section, [role], [tabindex='0'], h1, h2, h3")].filter(e => !e.computedName).map(e => e.outerHTML)`)
}

// contrast names the elements whose text is too much like what is behind it: less than 4.5 to 1.
const contrast = `(() => {
	const rgb = color => color.match(/[0-9.]+/g).map(Number);
	const light = color => {
		const [r, g, b] = rgb(color).map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * b;
	};
	const behind = e => {
		for (; e; e = e.parentElement) {
			const color = getComputedStyle(e).backgroundColor;
			if ((rgb(color)[3] ?? 1) > 0) return color;
		}
		return "rgb(255, 255, 255)";
	};
	const low = new Set();
	for (const e of document.querySelectorAll("body *")) {
		if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
		const [a, b] = [light(getComputedStyle(e).color), light(behind(e))];
		if ((Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5) low.add(e.tagName + "." + e.className);
	}
	return [...low];
})()`

// htmlOfMany has more findings than the page shows: it counts the others, and hides no kind.
func htmlOfMany(t *testing.T, chromium context.Context) {
	var lines strings.Builder
	for i := range 10_100 {
		fmt.Fprintf(&lines, "{\"status\":\"napping\",\"name\":\"n%d\",\"metadata\":{}}\n", i)
	}
	b := browse(t, chromium, checkHTML(t, map[string]string{"superserve/many.ndjson": lines.String(), "superserve/other.json": `{"metadata":{"a":1,"b":2}}`}))
	b.says("10,001 findings", status)
	b.says("101 more findings aren't shown here; --format ndjson has them all.", `document.querySelector("p.more").textContent`)
	b.says("10,100 times,2 times", `[...document.querySelectorAll(".times")].map(t => t.textContent)`)
	b.says("auto", `getComputedStyle(document.querySelector(".place")).contentVisibility`)
	b.do(chromedp.SendKeys("[name=search]", `many.ndjson:9876:`))
	b.says("1 of 10,001 findings", status)
	b.says("superserve/many.ndjson:9876:11", shown)
	b.quiet()
}

// htmlOfCoverage looks at the page of the other command.
func htmlOfCoverage(t *testing.T, chromium context.Context) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run([]string{"coverage", "--format", "html", "../../conformance/recordings"}, &stdout, &stderr), &stderr)
	file := filepath.Join(t.TempDir(), "coverage.html")
	require.NoError(t, os.WriteFile(file, stdout.Bytes(), 0o644))
	b := browse(t, chromium, file)
	b.says("5", `document.querySelectorAll(".contract").length`)
	b.says("100 %,100 %,100 %,100 %,100 %", `[...document.querySelectorAll(".percent")].map(p => p.textContent)`)
	b.says("0", `document.querySelectorAll(".never").length - 1`) // the legend has one
	b.says("0", `document.querySelectorAll("#findings, .found").length`)
	b.do(chromedp.Click(".only input"))
	b.says("0", `[...document.querySelectorAll("tbody tr")].filter(r => r.checkVisibility()).length`)
	b.quiet()
}

// htmlOfMutants looks at the page of mutate specs, where a recording shows little.
func htmlOfMutants(t *testing.T, chromium context.Context) {
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitFindings, run([]string{"mutate", "specs", "--format", "html", "../../conformance/recordings/superserve/active.http"}, &stdout, &stderr), &stderr)
	file := filepath.Join(t.TempDir(), "mutants.html")
	require.NoError(t, os.WriteFile(file, stdout.Bytes(), 0o644))
	b := browse(t, chromium, file)
	b.says("1", `document.querySelectorAll(".contract").length`)
	b.says(`enum "paused" removed: record "paused" at /status`, `[...document.querySelectorAll("tr")].find(r => r.cells[0].textContent == "/status").querySelector(".survivors li:nth-child(2)").textContent`)
	b.says("null at /network/allow_out/*", `[...document.querySelectorAll(".survivors li")].map(l => l.textContent).find(l => l.includes("allow_out/*")).replace(/.*record /, "")`)
	b.quiet()
}
