//go:build unix

package contract_test

import (
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
)

// memory holds contracts to their memory: bodies are checked between pages without access.
type memory struct {
	*rand.Rand
	contracts []*contract.Contract
	guarded   []*contract.Guarded
	bodies    [][][]byte // conforming ones, per contract
}

// newMemory has the providers' contracts, one with names as long as are predicted, one of schemas
// that check one value together, and one of the shortest texts.
func newMemory(t testing.TB, longest int) *memory {
	m := &memory{Rand: rand.New(rand.NewPCG(1, 2)), contracts: contracts(t)[1:]}
	for _, c := range m.contracts {
		m.bodies = append(m.bodies, slices.Concat(corpus(c.Program(), 50, false), corpus(c.Program(), 50, true)))
	}
	var names, members, texts []string
	for n := 90; n < 140; n += 3 {
		name := strings.Repeat("n", n)
		names = append(names, name)
		members = append(members, name+`: {type: string, nullable: true}`)
		texts = append(texts, `"`+name+`":"`+strings.Repeat("x", n)+`"`)
	}
	m.contracts = append(m.contracts,
		compiled(t, `{type: object, required: [`+strings.Join(names, ", ")+`], properties: {`+strings.Join(members, ", ")+`}}`),
		compiled(t, `{anyOf: [{type: object, properties: {a: {$ref: '#/components/schemas/Root'}, b: {type: number}}}, {type: array, items: {type: string, format: date-time}}]}`),
		compiled(t, `{type: string, enum: ["", a]}`))
	var long [][]byte
	for first := range texts {
		long = append(long, []byte("{"+strings.Join(texts[first:], ",")+"}"))
	}
	m.bodies = append(m.bodies, long, [][]byte{
		[]byte(`{"a":{"a":[],"b":12345.678,"c":{"d":[true,null]}},"b":1e5}`),
		[]byte(`["2026-01-02T03:04:05Z","2026-01-02T03:04:05.123456789+01:00","\u0061é😀"]`),
	}, [][]byte{[]byte(`""`), []byte(`"a"`), []byte(`{"":1}`)})
	for _, c := range m.contracts {
		m.guarded = append(m.guarded, contract.NewGuarded(t, c, longest))
	}
	return m
}

// hold checks body by the contract at that index, in each way to mark stops and next to each
// guard: that changes nothing.
func (m *memory) hold(t *testing.T, index int, body []byte) {
	findings, secrets := m.contracts[index].Check(body), m.contracts[index].Secrets(body)
	if strict(body) != clean(findings) {
		t.Fatalf("contract %d: %q: jsontext says otherwise than %v", index, body, said(findings))
	}
	fill := []byte{'"', '9', 0, '\\', ' ', 0xff}[m.IntN(6)]
	for way := range contract.Markers() {
		for _, atEnd := range []bool{false, true} {
			found, hidden, err := m.guarded[index].Check(body, way, atEnd, fill)
			if err != nil || !reflect.DeepEqual(findings, found) || !slices.Equal(secrets, hidden) {
				t.Fatalf("contract %d, way %d, at the end %t, in %q: %q: error %v; expected %v %v, got %v %v",
					index, way, atEnd, fill, body, err, said(findings), secrets, said(found), hidden)
			}
		}
	}
}

// TestMemory checks conforming bodies, and bodies of every length to 600, most of which end where
// they shouldn't.
func TestMemory(t *testing.T) {
	property.SkipUnderRace(t)
	m := newMemory(t, 8192)
	for index, bodies := range m.bodies {
		for _, body := range bodies[:min(len(bodies), 20)] {
			m.hold(t, index, body)
		}
	}
	for n := range 601 {
		for index, bodies := range m.bodies {
			whole := bodies[n%len(bodies)]
			for _, cut := range []int{n, m.IntN(n + 1)} {
				cut = min(cut, len(whole))
				m.hold(t, index, append(slices.Repeat([]byte(" "), n-cut), whole[:cut]...))
			}
		}
	}
}

// TestMemoryLong checks a million damaged bodies of up to 70,000 bytes. It takes minutes, so it
// runs only where SANDBOXSPEC_LONG is set.
func TestMemoryLong(t *testing.T) {
	if os.Getenv("SANDBOXSPEC_LONG") == "" {
		t.Skip("SANDBOXSPEC_LONG is not set")
	}
	const longest = 70_000
	m := newMemory(t, longest)
	for range 1_000_000 {
		index := m.IntN(len(m.bodies))
		m.hold(t, index, m.damaged(index, longest))
	}
}

// damaged returns a body of at most longest bytes in which up to three pieces were put, taken
// away or replaced; one in a thousand is many bodies in an array.
func (m *memory) damaged(index, longest int) []byte {
	bodies := m.bodies[index]
	body := slices.Clone(bodies[m.IntN(len(bodies))])
	if m.IntN(1000) == 0 {
		for length := m.IntN(longest - 1000); len(body) < length; {
			body = append(append(body, ','), bodies[m.IntN(len(bodies))]...)
		}
		body = append(append([]byte("["), body...), ']')
	}
	pieces := []string{`"`, `\`, "{", "}", "[", "]", ",", ":", " ", "\n", "0", "-1.5e-7", "12345678901234567890", "\x00", "\xff", "é", "😀", `\u0061`, "null", `"a":`, `""`}
	for range m.IntN(4) {
		at := m.IntN(len(body) + 1)
		to := min(len(body), at+m.IntN(8)*m.IntN(2))
		body = slices.Concat(body[:at], []byte(pieces[m.IntN(len(pieces))]), body[to:])
	}
	if m.IntN(2) == 0 {
		body = body[:m.IntN(len(body)+1)]
	}
	body = append(slices.Repeat([]byte(" "), m.IntN(65)*m.IntN(2)), body...)
	return body[:min(len(body), longest)]
}
