package mutate

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Equivalent is a mutant that no body can tell from the contract as it is.
type Equivalent struct {
	// Mutant is what Mutant.String returns.
	Mutant string
	// Reason says why no body can.
	Reason string

	file string
	line int
}

// Stale is an Equivalent that is none.
type Stale struct {
	Equivalent
	// Why says what became of the mutant.
	Why string
}

// String names the place of the entry, its mutant, and what became of that.
func (s Stale) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", s.file, s.line, s.Mutant, s.Why)
}

//go:embed equivalent.yaml
var equivalents []byte

// Equivalents returns the equivalent mutants of the providers' specs.
func Equivalents() []Equivalent {
	all, err := parseEquivalents("conformance/mutate/equivalent.yaml", equivalents)
	if err != nil {
		panic(err)
	}
	return all
}

// ReadEquivalents reads a file such as equivalent.yaml beside this one. It returns an error
// where the file can't be read, or has an entry without a mutant or a reason.
func ReadEquivalents(file string) ([]Equivalent, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseEquivalents(file, data)
}

func parseEquivalents(file string, data []byte) (all []Equivalent, err error) {
	var entries []struct {
		Mutant yaml.Node
		Reason string
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	err = d.Decode(&entries)
	var wrong *yaml.TypeError
	switch {
	case errors.As(err, &wrong):
		line, _, _ := strings.Cut(wrong.Errors[0], ":")
		return nil, fmt.Errorf("%s: %s: a list of {mutant, reason} is due", file, line)
	case err != nil && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, e := range entries {
		if e.Mutant.Value == "" || strings.TrimSpace(e.Reason) == "" {
			return nil, fmt.Errorf("%s:%d: each entry has a mutant and a reason", file, max(e.Mutant.Line, 1))
		}
		all = append(all, Equivalent{e.Mutant.Value, e.Reason, file, e.Mutant.Line})
	}
	return all, nil
}

// known are equivalents, and what has become of each.
type known struct {
	equivalents []Equivalent
	files       map[string]bool // that mutants were made of
	became      map[string]string
	names       map[string]bool // of the equivalents
}

func newKnown(equivalents []Equivalent) *known {
	k := &known{equivalents, map[string]bool{}, map[string]string{}, map[string]bool{}}
	for _, e := range equivalents {
		k.names[e.Mutant] = true
	}
	return k
}

// about notes that mutants are made of a document.
func (k *known) about(file string) { k.files[file] = true }

const survived = "survived"

// has says whether the mutant is listed, and notes whether it was killed.
func (k *known) has(m Mutant, killed bool) bool {
	name := m.String()
	switch {
	case !k.names[name]:
		return false
	case !killed:
		k.became[name] = survived
	case k.became[name] == "":
		k.became[name] = "a recording notices it"
	}
	return true
}

// stale are the entries about a document that mutants were made of that are no equivalents.
func (k *known) stale() (stale []Stale) {
	for _, e := range k.equivalents {
		file, _, _ := strings.Cut(e.Mutant, "#")
		switch why := k.became[e.Mutant]; {
		case !k.files[file] || why == survived:
		case why == "":
			stale = append(stale, Stale{e, "there is no such mutant"})
		default:
			stale = append(stale, Stale{e, why})
		}
	}
	return stale
}
