package conformance

import (
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// Draft drafts an entry for each kind of finding in r that isn't known. Where a file
// beside the recording says what it gives, that is no matter for a list.
func Draft(d *deviation.Draft, r Result) {
	if r.expected {
		return
	}
	for _, f := range r.Findings {
		if f.Known {
			continue
		}
		found, text, pointer := f.Finding, []byte(f.Actual), "" // the status or the Content-Type
		found.Offset = f.at
		if r.Contract != nil {
			text, pointer = r.Body, deviation.General(r.Contract.Program(), f.Pointer)
		}
		value := ""
		switch f.Rule {
		case contract.Enum, contract.Const, contract.UndocumentedStatus:
			if !r.Hidden(f, f.Offset) {
				value = deviation.ValueAt(text, found.Offset)
			}
		}
		d.Add(r.Provider, found, text, pointer, value)
	}
}
