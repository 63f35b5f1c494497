package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// printSpeed prints what judging a corpus took, the fastest first.
func printSpeed(w io.Writer, c corpus, results []result) {
	total, least, most := c.size()
	n := float64(len(c.bodies))
	fmt.Fprintf(w, "\n### %s\n\n%s bodies of %.1f to %.1f KB, %.1f on average, %s MB in all.\n\n", c.title,
		figure(n), kilo(least), kilo(most), kilo(total)/n, figure(float64(total)/1e6))
	fmt.Fprintf(w, "| contender | MB/s | µs a body | allocations a body | times as fast as %s |\n|---|---|---|---|---|\n",
		results[baseline].contender.name())
	base := results[baseline].cpu
	for _, r := range slices.SortedFunc(slices.Values(results), func(a, b result) int { return cmp.Compare(a.median(), b.median()) }) {
		var speed, each, ratio []float64
		for round, cpu := range r.cpu {
			speed = append(speed, float64(total)/1e6/cpu.Seconds())
			each = append(each, float64(cpu)/float64(time.Microsecond)/n)
			ratio = append(ratio, float64(base[round])/float64(cpu))
		}
		allocs := "–"
		if r.allocs != notCounted {
			allocs = figure(r.allocs)
		}
		fmt.Fprintf(w, "| %s | %v | %v | %s | %v |\n", label(r.contender), spreadOf(speed), spreadOf(each), allocs, spreadOf(ratio))
	}
}

// label is the name with the version behind its first word.
func label(c contender) string {
	if c.version() == "" {
		return c.name()
	}
	first, rest, _ := strings.Cut(c.name(), " ")
	return strings.TrimSpace(first + " " + c.version() + " " + rest)
}

func kilo(bytes int) float64 { return float64(bytes) / 1024 }

// String returns "12 (11–14)".
func (s spread) String() string {
	return fmt.Sprintf("%s (%s–%s)", figure(s.median), figure(s.least), figure(s.most))
}

// figure writes a number with the digits that count, two of them at least.
func figure(x float64) string {
	switch {
	case x < 0.005 || x >= 10 && x < 1000:
		return fmt.Sprint(math.Round(x))
	case x < 1:
		return fmt.Sprintf("%.2f", x)
	case x < 10:
		return fmt.Sprintf("%.1f", x)
	}
	whole := fmt.Sprint(int(math.Round(x)))
	return whole[:len(whole)-3] + "," + whole[len(whole)-3:]
}

// printVerdicts prints who is right about what, and what nobody is wrong about.
func printVerdicts(w io.Writer, contenders []contender, rows []row) {
	fmt.Fprintf(w, "\n### Verdicts\n\nIt is right to pass a body that conforms and to refuse any other. %s must also give the one right finding, "+
		"with rule, pointer and member.\n\n| body | right |", contenders[0].name())
	for _, c := range contenders {
		fmt.Fprintf(w, " %s |", c.name())
	}
	fmt.Fprintf(w, "\n|---|---|%s\n", strings.Repeat("---|", len(contenders)))
	var agreed []string
	for _, r := range rows {
		title := r.title
		if r.of > 1 {
			title += fmt.Sprintf(" (%d)", r.of)
		}
		fmt.Fprintf(w, "| %s | %v |", title, r.right)
		for _, s := range r.scores {
			fmt.Fprintf(w, " %s |", s.word(r.of))
		}
		fmt.Fprintln(w)
		if !slices.ContainsFunc(r.scores, func(s score) bool { return s.wrong > 0 }) {
			agreed = append(agreed, r.title)
		}
	}
	fmt.Fprintf(w, "\nVerdicts differ on %d of these %d; on the others all are right", len(rows)-len(agreed), len(rows))
	if len(agreed) > 0 {
		fmt.Fprint(w, ": ", strings.Join(agreed, "; "))
	}
	fmt.Fprintln(w, ".")
}

// word says how right a contender is about a row.
func (s score) word(of int) string {
	switch s.wrong {
	case 0:
		if s.unseen {
			return "–"
		}
		return "right"
	case of:
		return "wrong"
	}
	return fmt.Sprintf("wrong %d times", s.wrong)
}

// String says what is right.
func (a answer) String() string {
	text := "conforms"
	if a.rule != "" {
		text = "`" + string(a.rule) + "`"
	}
	if a.pointer != "" {
		text += " at `" + a.pointer + "`"
	}
	if a.property != "" {
		text += ", `" + a.property + "`"
	}
	return text
}
