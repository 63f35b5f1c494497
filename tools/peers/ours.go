package main

import (
	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

func ours() (contender, error) {
	return &library{
		title:  "sandboxspec",
		status: true,
		passes: func(b *body) bool {
			if b.status != 0 {
				return findings(b) == nil
			}
			return providers[b.provider].contract.Check(b.text) == nil
		},
		absent: func(b *body) string {
			for _, f := range findings(b) {
				if f.Rule == contract.Required {
					return f.Pointer + "/" + f.Property
				}
			}
			return ""
		},
	}, nil
}

// findings returns what the contract has against a body. A status is judged one level
// up, in package conformance.
func findings(b *body) []contract.Finding {
	p := providers[b.provider]
	if b.status == 0 {
		return p.contract.Check(b.text)
	}
	judge, err := conformance.NewJudge(conformance.Options{Provider: p.slug})
	if err != nil {
		panic("peers: " + err.Error())
	}
	var found []contract.Finding
	for _, f := range judge.Judge(recording.Exchange{File: "-", Status: b.status, Body: b.text}).Findings {
		found = append(found, f.Finding)
	}
	return found
}
