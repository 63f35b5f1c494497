package conformance

import (
	"context"
	"sync"
)

// inFlight bounds what the chunks that are cut off and not yet reported hold, in bytes:
// their text, what it expands to, and the results that wait to be reported.
const inFlight = 64 << 20

// memory shares out what may be in flight. The oldest entry of all gets whatever it asks
// for, so a run goes on with entries that are larger: one at a time.
type memory struct {
	mutex  sync.Mutex
	held   int64
	oldest *task         // the task that is being reported
	freed  chan struct{} // closed, and replaced, when there may be room again
}

func newMemory() *memory { return &memory{freed: make(chan struct{})} }

// take gives t bytes if there is room for them.
func (m *memory) take(t *task, bytes int64) bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	// What t waits to have reported is older than what it asks for now.
	alone := t.untold == 0 && (m.oldest == t || m.held == t.held)
	if m.held+bytes > inFlight && !alone {
		return false
	}
	m.held += bytes
	t.held += bytes
	return true
}

// wait is take, once there is room. It returns the cause where ctx ends before.
func (m *memory) wait(ctx context.Context, t *task, bytes int64) error {
	for {
		m.mutex.Lock()
		freed := m.freed
		m.mutex.Unlock()
		if m.take(t, bytes) {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-freed:
		}
	}
}

// give gives back bytes of t, of which so many were untold.
func (m *memory) give(t *task, bytes, untold int64) {
	if bytes == 0 && untold == 0 {
		return
	}
	m.change(func() {
		m.held -= bytes
		t.held -= bytes
		t.untold -= untold
	})
}

// hold notes that bytes of t wait to be reported.
func (m *memory) hold(t *task, bytes int64) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	t.untold += bytes
}

// report makes t the oldest task.
func (m *memory) report(t *task) { m.change(func() { m.oldest = t }) }

// change changes m and wakes who waits.
func (m *memory) change(f func()) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	f()
	close(m.freed)
	m.freed = make(chan struct{})
}
