package main

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/sandboxspec/sandboxspec/conformance"
)

// bar shows how far a run is, with its rate and the time that is left. A nil bar shows
// nothing.
type bar struct {
	bar   *progressbar.ProgressBar
	shown bool
}

// newBar returns a bar on w, nil where w is no terminal.
func newBar(w io.Writer) *bar {
	if !isTerminal(w) {
		return nil
	}
	b := &bar{bar: progressbar.NewOptions64(-1,
		progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true), progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetDescription("checking"), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth(),
	)}
	b.bar.StartWithoutRender()
	return b
}

// progress returns what tells the bar.
func (b *bar) progress() conformance.Progress {
	if b == nil {
		return nil
	}
	return func(done, all int64) {
		if !b.shown && all > 0 {
			b.bar.ChangeMax64(all)
		}
		b.shown = true
		_ = b.bar.Set64(done)
	}
}

// clear takes the bar off the terminal, until there is news.
func (b *bar) clear() {
	if b != nil && b.shown {
		_ = b.bar.Clear()
	}
}

// beside returns w, which may be the same terminal: what goes there replaces the bar.
func (b *bar) beside(w io.Writer) io.Writer {
	if b == nil {
		return w
	}
	return clearing{b, w}
}

type clearing struct {
	bar *bar
	io.Writer
}

func (c clearing) Write(p []byte) (int, error) {
	c.bar.clear()
	return c.Writer.Write(p)
}
