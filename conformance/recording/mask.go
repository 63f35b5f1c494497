package recording

import (
	"bytes"
	"slices"
	"sync"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Hidden stands where something must not be shown.
const Hidden = "•••"

// Mask knows what of one exchange must not be shown to people. It looks through the exchange
// when it is first asked, and once. It is safe for concurrent use.
type Mask struct {
	mutex     sync.Mutex
	redaction redaction
	exchange  Exchange
	collected bool
	names     map[string]bool // those that were asked for: whether they are hidden
	secrets   []contract.Span
	walked    bool
}

// Mask returns what must not be shown of x.
func (r *Redactor) Mask(x Exchange) *Mask {
	return &Mask{redaction: redaction{Redactor: r}, exchange: x, names: map[string]bool{}}
}

// collect returns the redaction with the secrets of the exchange.
func (m *Mask) collect() *redaction {
	if !m.collected {
		m.redaction.collect(m.exchange)
		m.collected = true
	}
	return &m.redaction
}

// Name returns the name of a member as people may see it: Hidden where it holds a secret of the
// exchange, is one in a value that must not be shown, or is where the body breaks.
func (m *Mask) Name(name string) string {
	if len(name) < contract.ShortestSecret || m.redaction.public[name] {
		return name
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	hidden, known := m.names[name]
	if !known {
		d := m.collect()
		hidden = d.telling(name) != "" || d.inner[name] || name == d.broken
		m.names[name] = hidden
	}
	if hidden {
		return Hidden
	}
	return name
}

// Secrets returns the ranges of the body that must not be shown, in order: those that the
// contract names, what Redact replaces beyond them, and all from where the body can't be read
// any further.
func (m *Mask) Secrets() []contract.Span {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.walked {
		return m.secrets
	}
	d, body := m.collect(), m.exchange.Body
	spans := slices.Clone(d.spansOf(body).secret)
	stop := d.walk(body, func(v value) {
		if d.replaces(v) {
			spans = append(spans, contract.Span{Start: v.at, End: v.at + len(v.raw)})
		}
	})
	if rest := bytes.TrimLeft(body[stop:], betweenValues); len(rest) > 0 {
		spans = append(spans, contract.Span{Start: len(body) - len(rest), End: len(body)})
	}
	m.secrets, m.walked = contract.Union(spans), true
	return m.secrets
}
