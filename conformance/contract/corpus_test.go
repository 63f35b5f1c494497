package contract_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

// program compiles the 200 response of a provider's spec.
func program(t testing.TB, p specs.Provider) contract.Program {
	document, err := compile.Parse(p.File, p.Document())
	require.NoError(t, err)
	operation, err := document.Operation("")
	require.NoError(t, err)
	response, ok := operation.Response(200)
	require.True(t, ok)
	program, _, err := response.Program()
	require.NoError(t, err)
	return program
}

// corpus makes n compact bodies that conform to p, the same ones each time: optional
// members come and go, strings differ in length, members keep the schema's order
// unless shuffled.
func corpus(p contract.Program, n int, shuffled bool) [][]byte {
	g := generator{Program: p, Rand: rand.New(rand.NewPCG(1, 2)), shuffled: shuffled}
	bodies := make([][]byte, n)
	for i := range bodies {
		var b strings.Builder
		g.value(&b, 0, "")
		bodies[i] = []byte(b.String())
	}
	return bodies
}

type generator struct {
	contract.Program
	*rand.Rand
	shuffled bool
}

func (g generator) values(schema int, name contract.Rule) []string {
	for _, kw := range g.Schemas[schema].Keywords {
		if kw.Name == name {
			return kw.Values
		}
	}
	return nil
}

func (g generator) schemas(schema int, name contract.Rule) []int {
	for _, kw := range g.Schemas[schema].Keywords {
		if kw.Name == name {
			return kw.Schemas
		}
	}
	return nil
}

func (g generator) value(b *strings.Builder, schema int, name string) {
	if v := g.values(schema, contract.Nullable); v != nil && v[0] == "true" && g.IntN(4) == 0 {
		b.WriteString("null")
		return
	}
	kind := "object"
	if v := g.values(schema, contract.Type); v != nil {
		kind = v[0]
	}
	switch kind {
	case "object":
		g.object(b, schema)
	case "array":
		b.WriteByte('[')
		for i := range g.IntN(5) {
			if i > 0 {
				b.WriteByte(',')
			}
			g.value(b, g.schemas(schema, contract.Items)[0], name)
		}
		b.WriteByte(']')
	case "integer":
		g.integer(b, schema)
	case "number":
		b.WriteString([]string{"0.5", "1", "2", "4.0", "8", "16", "123.25"}[g.IntN(7)])
	case "boolean":
		b.WriteString(strconv.FormatBool(g.IntN(2) == 0))
	case "string":
		b.WriteString(g.text(schema))
	}
}

func (g generator) object(b *strings.Builder, schema int) {
	names, members := g.values(schema, contract.Properties), g.schemas(schema, contract.Properties)
	if names == nil {
		g.mapping(b, schema)
		return
	}
	b.WriteByte('{')
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	if g.shuffled {
		g.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	first := true
	for _, i := range order {
		if !g.required(schema, names[i]) && g.IntN(10) == 0 {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		fmt.Fprintf(b, "%q:", names[i])
		g.value(b, members[i], names[i])
	}
	b.WriteByte('}')
}

func (g generator) required(schema int, name string) bool {
	for _, required := range g.values(schema, contract.Required) {
		if required == name {
			return true
		}
	}
	return false
}

func (g generator) mapping(b *strings.Builder, schema int) {
	b.WriteByte('{')
	for i := range g.IntN(4) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "%q:%s", "key_"+strconv.Itoa(i*7), g.word())
	}
	b.WriteByte('}')
}

func (g generator) integer(b *strings.Builder, schema int) {
	switch {
	case g.values(schema, contract.Maximum) != nil:
		fmt.Fprint(b, 1+g.IntN(65535))
	case g.values(schema, "x-unix-time") != nil:
		fmt.Fprint(b, 1700000000000+g.Int64N(90000000000))
	default:
		fmt.Fprint(b, []int{1, 2, 10, 60, 512, 1024, 3600, 86400, 1048576}[g.IntN(9)])
	}
}

func (g generator) text(schema int) string {
	if enum := g.values(schema, contract.Enum); enum != nil {
		return enum[g.IntN(len(enum))]
	}
	if format := g.values(schema, contract.Format); format != nil {
		switch format[0] {
		case "uuid":
			return fmt.Sprintf(`"%08x-%04x-4%03x-8%03x-%012x"`, g.Uint32(), g.IntN(1<<16), g.IntN(1<<12), g.IntN(1<<12), g.Int64N(1<<48))
		case "date-time":
			fraction := []string{"", ".123", ".123456", ".123456789"}[g.IntN(4)]
			return fmt.Sprintf(`"2026-%02d-%02dT%02d:%02d:%02d%sZ"`, 1+g.IntN(12), 1+g.IntN(28), g.IntN(24), g.IntN(60), g.IntN(60), fraction)
		}
	}
	return g.word()
}

func (g generator) word() string {
	return []string{
		`"python:3.11-slim"`, `"sb_a1b2c3d4"`, `"default"`, `"registry.example.com/team/image:latest"`, `"ctr_` + strconv.Itoa(g.IntN(1e9)) + `"`,
		`"https://sb-` + strconv.Itoa(g.IntN(1e9)) + `.sandbox.example.com"`, `"/home/user/workspace"`, `"us"`, `"2026-11-20T10:30:00Z"`,
		`"10.0.0.0/8"`, `"*.github.com"`, `"a sandbox for the nightly evaluation run of model ` + strconv.Itoa(g.IntN(1e6)) + `"`,
	}[g.IntN(12)]
}

func recordings(t testing.TB, provider string) []string {
	files, err := filepath.Glob(filepath.Join("..", "recordings", provider, "*.http"))
	require.NoError(t, err)
	return files
}
