package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance"
)

// maxGroups bounds how many groups are told apart: a body can name its members as it
// likes.
const maxGroups = 100

// maxFamily is how much of a pointer counts, in bytes: a key can be of any length.
const maxFamily = 200

// groups counts the findings that aren't shown.
type groups struct {
	count     map[string]int
	all       int
	elsewhere int // those in none of the first maxGroups
}

func (g *groups) add(group string) {
	g.all++
	if _, ok := g.count[group]; ok || len(g.count) < maxGroups {
		g.count[group]++
	} else {
		g.elsewhere++
	}
}

// print says how many there are, the largest group first.
func (g *groups) print(w io.Writer) {
	if g.all == 0 {
		return
	}
	fmt.Fprintf(w, "and %d more:\n", g.all)
	names := slices.SortedFunc(maps.Keys(g.count), func(a, b string) int {
		return cmp.Or(g.count[b]-g.count[a], strings.Compare(a, b))
	})
	for _, name := range names {
		fmt.Fprintf(w, "%9d %s\n", g.count[name], conformance.Printable(name))
	}
	if g.elsewhere > 0 {
		fmt.Fprintf(w, "%9d elsewhere\n", g.elsewhere)
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
