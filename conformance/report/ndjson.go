package report

import (
	"bufio"
	"io"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// ndjson writes a line for each finding as it comes, in the words of jsonReport, and for
// each entry that can't be read, each difference and each stale deviation.
type ndjson struct {
	w       *bufio.Writer
	verbose bool
	err     error
}

func newNDJSON(w io.Writer, verbose bool) *ndjson {
	return &ndjson{w: bufio.NewWriterSize(w, 1<<16), verbose: verbose}
}

func (n *ndjson) Result(r conformance.Result) {
	if r.Outcome == conformance.Unreadable {
		n.line(unreadableJSON(r))
	}
	for _, f := range r.Findings {
		n.line(findingJSON(&r, f, n.verbose))
	}
}

func (n *ndjson) Difference(d conformance.Difference) { n.line(differenceJSON(d)) }

func (n *ndjson) Stale(d deviation.Deviation) {
	n.line(struct {
		Stale jsonStale `json:"stale"`
	}{staleJSON(d)})
}

func (n *ndjson) line(v any) {
	if n.err != nil {
		return
	}
	var text []byte
	if text, n.err = encode(v, "", ""); n.err == nil {
		_, n.err = n.w.Write(append(text, '\n'))
	}
}

func (n *ndjson) Close(conformance.Summary) error {
	if n.err != nil {
		return n.err
	}
	return n.w.Flush()
}
