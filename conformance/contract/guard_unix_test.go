//go:build unix

package contract

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// Guarded checks bodies in memory that lies between two pages without access: a read or a write
// outside of it is a fault.
type Guarded struct {
	check, secrets    *checker
	body, text, stops guarded
}

// guarded is memory between two pages without access.
type guarded []byte

// NewGuarded returns a Guarded that checks bodies of at most longest bytes by c.
func NewGuarded(t testing.TB, c *Contract, longest int) *Guarded {
	return &Guarded{
		check:   newChecker(c.plan),
		secrets: newChecker(newPlan(c.program, collecting, nil)),
		body:    newGuarded(t, longest),
		text:    newGuarded(t, zerosBefore+longest+zerosAfter),
		stops:   newGuarded(t, stopsOf(longest)),
	}
}

func newGuarded(t testing.TB, size int) guarded {
	page := os.Getpagesize()
	size = (size/page + 1) * page
	pages, err := syscall.Mmap(-1, 0, page+size+page, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(pages) })
	middle := pages[page : page+size]
	if err := syscall.Mprotect(middle, syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
		t.Fatal(err)
	}
	return middle
}

// take returns size bytes that hold fill, next to one of the two pages.
func (g guarded) take(size int, atEnd bool, fill byte) []byte {
	if atEnd {
		g = g[len(g)-size:]
	}
	taken := g[:size:size]
	for i := range taken {
		taken[i] = fill
	}
	return taken
}

// stopsOf returns how many bytes the stops of a body of n bytes take.
func stopsOf(n int) int { return n/64*8 + 16 }

var ways = markers()

// Markers returns how many ways to mark stops this machine has.
func Markers() int { return len(ways) }

// Check returns what Check and Secrets of the contract return for body. The stops are marked in
// that way. The memory touches the page after it where atEnd is set, otherwise the page before
// it, and holds fill wherever the checker must write before it reads. Check returns an error
// where the checker touches other memory, or writes to the body.
func (g *Guarded) Check(body []byte, way int, atEnd bool, fill byte) (findings []Finding, secrets []Span, err error) {
	defer func(before marker) { markStops = before }(markStops)
	markStops = ways[way]
	own := g.body.take(len(body), atEnd, fill)
	copy(own, body)
	err = errors.Join(
		g.run(g.check, own, atEnd, fill, func() {
			if len(g.check.found) > 0 {
				findings = g.check.findings(own)
			}
		}),
		g.run(g.secrets, own, atEnd, fill, func() { secrets, g.secrets.spans = Union(g.secrets.spans), nil }),
	)
	if err == nil && !bytes.Equal(own, body) {
		err = errors.New("the checker wrote to the body")
	}
	return findings, secrets, err
}

// run has k read body in guarded memory, and calls answer before k is released.
func (g *Guarded) run(k *checker, body []byte, atEnd bool, fill byte, answer func()) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%v", fault)
		}
	}()
	text := g.text.take(zerosBefore+len(body)+zerosAfter, atEnd, fill)
	clear(text[:zerosBefore])
	stops := g.stops.take(stopsOf(len(body)), atEnd, fill)
	k.in.text, k.stops.bits = text[:0], stops[:0]
	k.run(body)
	answer()
	if &k.in.text[0] != &text[0] || &k.stops.bits[0] != &stops[0] {
		return errors.New("the checker took other memory than it was given")
	}
	k.release()
	return nil
}

// TestGuards reads and writes guarded memory, and beyond it by one byte: that is a fault, also where
// stops are marked.
func TestGuards(t *testing.T) {
	g := newGuarded(t, 64)
	faults := func(touch func()) (faulted bool) {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		defer func() { faulted = recover() != nil }()
		touch()
		return false
	}
	in := input{p: unsafe.Pointer(&g[0])}
	last := len(g) - 1
	var read byte
	require.False(t, faults(func() { read = in.at(0) + in.at(last) }))
	require.True(t, faults(func() { read = in.at(-1) }))
	require.True(t, faults(func() { read = in.at(last + 1) }))
	require.Zero(t, read)
	var marks [8]byte
	var block [64]byte
	for way, mark := range ways {
		for at, outside := range map[int]bool{0: false, -1: true, last - 63: false, last - 62: true} {
			place := unsafe.Add(in.p, at)
			require.Equal(t, outside, faults(func() { mark(&marks[0], unsafe.Pointer(&block), place, 1) }), "way %d reads at %d", way, at)
			require.Equal(t, outside, faults(func() { mark(&marks[0], place, unsafe.Pointer(&block), 1) }), "way %d writes at %d", way, at)
		}
	}
}
