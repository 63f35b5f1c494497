package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// group is what findings that are alike have in common: where a body has a thousand items
// with the same flaw, one finding shows it.
type group struct {
	rule      contract.Rule
	family    string
	expected  string
	value     string // where each value that nobody documents is news
	spec      contract.Position
	known     bool
	deviation *deviation.Deviation // all that it explains are alike
}

func groupOf(f conformance.Finding) group {
	if f.Deviation != nil {
		g := group{deviation: f.Deviation}
		if f.Rule == contract.UndocumentedStatus {
			g.value = f.Actual
		}
		return g
	}
	g := group{rule: f.Rule, family: familyOf(f), expected: f.Expected, spec: f.Spec, known: f.Known}
	switch f.Rule {
	case contract.Enum, contract.Const, contract.UndocumentedStatus, contract.ContentType:
		g.value = f.Actual
	}
	return g
}

// name is what a finding is counted by.
func name(f conformance.Finding) string {
	name := string(f.Rule) + " " + familyOf(f)
	if f.Rule == contract.UndocumentedStatus {
		name = string(f.Rule) + " " + f.Actual
	}
	if f.Known {
		name = "known " + name
	}
	return name
}

// familyOf is the family of the value, or of the member that is missing.
func familyOf(f conformance.Finding) string {
	if f.Actual == contract.Absent {
		return family(f.Pointer + "/" + f.Property)
	}
	return family(f.Pointer)
}

// maxNames bounds how many names are told apart: a body can name its members as it likes.
const maxNames = 100

// maxFamily is how much of a pointer counts, in bytes: a key can be of any length.
const maxFamily = 200

// tally counts the findings that aren't shown, by name.
type tally struct {
	count     map[string]int
	all       int
	elsewhere int // those with none of the first maxNames
}

func (t *tally) add(name string) {
	if t.count == nil {
		t.count = map[string]int{}
	}
	t.all++
	if _, ok := t.count[name]; ok || len(t.count) < maxNames {
		t.count[name]++
	} else {
		t.elsewhere++
	}
}

// print says how many there are, the most frequent name first.
func (t *tally) print(w io.Writer) {
	if t.all == 0 {
		return
	}
	fmt.Fprintf(w, "and %s more:\n", thousands(t.all))
	names := slices.SortedFunc(maps.Keys(t.count), func(a, b string) int {
		return cmp.Or(t.count[b]-t.count[a], strings.Compare(a, b))
	})
	for _, name := range names {
		fmt.Fprintf(w, "%9s %s\n", thousands(t.count[name]), conformance.Printable(name))
	}
	if t.elsewhere > 0 {
		fmt.Fprintf(w, "%9s elsewhere\n", thousands(t.elsewhere))
	}
	fmt.Fprintln(w)
}

// family is the pointer with * for each number in it, and so the same for all items of
// an array; the body's own is /.
func family(pointer string) string {
	if pointer == "" {
		return "/"
	}
	parts := strings.Split(pointer, "/")
	for i, part := range parts {
		if part != "" && strings.Trim(part, "0123456789") == "" {
			parts[i] = "*"
		}
	}
	family := strings.Join(parts, "/")
	if len(family) > maxFamily {
		family = strings.ToValidUTF8(family[:maxFamily], "") + "…"
	}
	return family
}
