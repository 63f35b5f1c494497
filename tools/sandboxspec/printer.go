package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/clients/sandbox"
	"github.com/sandboxspec/sandboxspec/conformance"
)

// A printer prints sandboxes in one of the formats.
type printer struct {
	print func(name string, s *sandbox.Sandbox) error
	flush func() error
}

func newPrinter(format string, w io.Writer) printer {
	nothing := func() error { return nil }
	switch format {
	case "json":
		return printer{func(_ string, s *sandbox.Sandbox) error { return printJSON(w, s) }, nothing}
	case "yaml":
		separator := ""
		return printer{func(_ string, s *sandbox.Sandbox) error {
			var document yaml.Node
			if err := document.Encode(s); err != nil {
				return err
			}
			onOneLine(&document)
			encoded, err := yaml.Marshal(&document)
			if err != nil {
				return err
			}
			lines := strings.Split(strings.TrimSuffix(string(encoded), "\n"), "\n")
			for i := range lines {
				lines[i] = conformance.Printable(lines[i])
			}
			_, err = fmt.Fprint(w, separator, strings.Join(lines, "\n"), "\n")
			separator = "---\n"
			return err
		}, nothing}
	}
	t := &table{w: w}
	t.add(strings.Fields("SANDBOX STATE STATUS NAME IMAGE CPUS MEMORY DISK CREATED EXPIRES URL LABELS"))
	return printer{func(name string, s *sandbox.Sandbox) error {
		t.add([]string{
			name, string(s.State), text(s.Status), text(s.Name), text(s.Image), number(s.CPUs, ""), number(s.MemoryMiB, " MiB"),
			number(s.DiskMiB, " MiB"), moment(s.Created), moment(s.Expires), text(s.URL), labels(s.Labels),
		})
		return nil
	}, t.flush}
}

// onOneLine has strings of several lines written with escapes: what a server says starts no line.
func onOneLine(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && strings.ContainsAny(n.Value, "\n\r\u0085\u2028\u2029") {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, inner := range n.Content {
		onOneLine(inner)
	}
}

// A table prints rows with their columns below each other, as far as it knows how wide they are.
type table struct {
	w      io.Writer
	rows   [][]string
	widths []int
}

func (t *table) add(row []string) {
	t.widths = append(t.widths, make([]int, len(row)-len(t.widths))...)
	for i := range row {
		row[i] = conformance.Printable(row[i])
		t.widths[i] = max(t.widths[i], utf8.RuneCountInString(row[i]))
	}
	t.rows = append(t.rows, row)
}

// flush prints the rows that were added since the last time.
func (t *table) flush() error {
	var text strings.Builder
	for _, row := range t.rows {
		for i, cell := range row[:len(row)-1] {
			fmt.Fprintf(&text, "%-*s  ", t.widths[i], cell)
		}
		fmt.Fprintln(&text, row[len(row)-1])
	}
	t.rows = nil
	_, err := io.WriteString(t.w, text.String())
	return err
}

// printJSON writes an object on a line. What a terminal wouldn't show as it is, is escaped, and so
// is what a CI server would obey.
func printJSON(w io.Writer, s *sandbox.Sandbox) error {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return err
	}
	var line strings.Builder
	for _, r := range strings.ReplaceAll(strings.TrimSuffix(encoded.String(), "\n"), "##[", `#\u0023[`) {
		if unicode.IsGraphic(r) {
			line.WriteRune(r)
		} else {
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&line, `\u%04x`, unit)
			}
		}
	}
	_, err := fmt.Fprintln(w, line.String())
	return err
}

// absent is what a table has for what a provider doesn't say.
const absent = "-"

func text(s *string) string {
	if s == nil {
		return absent
	}
	return *s
}

func number(n *float64, unit string) string {
	if n == nil {
		return absent
	}
	return strconv.FormatFloat(*n, 'f', -1, 64) + unit
}

func moment(t *time.Time) string {
	if t == nil {
		return absent
	}
	return t.UTC().Format(time.RFC3339)
}

func labels(l map[string]string) string {
	if l == nil {
		return absent
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(l)) {
		all = append(all, strings.TrimSuffix(name+"="+l[name], "="))
	}
	return strings.Join(all, ",")
}
