package recording

import (
	"bytes"
	"net/url"
	"sync"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// anything is the redactor of bodies that may hold anything.
var anything = sync.OnceValue(func() *Redactor {
	return NewRedactor(contract.New(contract.Program{Schemas: []contract.Schema{{}}}))
})

// maxSent bounds how deep texts in texts of what was sent are looked into: a HAR file has the
// JSON that was sent as a string in its own.
const maxSent = 3

// collectSent collects what a request sent that members named like tokens hold, or parameters
// of a form.
func (d *redaction) collectSent(sent []byte) {
	open := redaction{Redactor: anything()}
	open.collectTexts(sent, maxSent)
	for _, text := range open.secrets.texts {
		d.secret(text)
	}
}

func (d *redaction) collectTexts(text []byte, depth int) {
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0 || depth == 0:
	case bytes.IndexByte([]byte(`{["`), text[0]) >= 0:
		each := redaction{Redactor: d.Redactor}
		each.walk(text, func(v value) {
			switch {
			case v.isKey || v.raw[0] != '"':
			case v.rule != "" || holdsToken(v.text()):
				d.collectCredential("", v.text())
			default:
				d.collectTexts([]byte(v.text()), depth-1)
			}
		})
	case bytes.IndexByte(text, '=') > 0:
		form, _ := url.ParseQuery(string(text)) // as much as can be read
		for name, values := range form {
			if d.meaning(name).token {
				for _, value := range values {
					d.collectCredential("", value)
				}
			}
		}
	}
}
