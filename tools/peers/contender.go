package main

import (
	"errors"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// contender is a way to judge bodies.
type contender interface {
	name() string
	version() string // "" where it is part of Go or of this repository
	// seesStatus says whether the contender judges the HTTP status too.
	seesStatus() bool
	judge([]body) ([]verdict, error)
	// cost judges all bodies n times.
	cost(bodies []body, n int) (cost, error)
	close()
}

// verdict is what a contender makes of a body.
type verdict struct {
	// Passes says that the contender has nothing against the body.
	Passes bool `json:"passes"`
	// Absent is the pointer that a missing member would have; empty where the contender
	// finds none, or says it in words only.
	Absent string `json:"absent"`
}

// cost is what judging took.
type cost struct {
	cpu    time.Duration
	allocs float64 // notCounted where nobody knows
}

const notCounted = -1

// library is a contender that runs in this process.
type library struct {
	title  string
	module string // where it has a version
	status bool
	passes func(*body) bool
	// absent is the Absent of a verdict; nil for a contender that looks for no member.
	absent func(*body) string
}

func (l *library) name() string     { return l.title }
func (l *library) seesStatus() bool { return l.status }
func (l *library) close()           {}

// version is that of the module as it is built in.
func (l *library) version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == l.module {
				return strings.TrimPrefix(m.Version, "v")
			}
		}
	}
	return ""
}

func (l *library) judge(bodies []body) ([]verdict, error) {
	verdicts := make([]verdict, len(bodies))
	for i := range bodies {
		v := &verdicts[i]
		v.Passes = l.passes(&bodies[i])
		if !v.Passes && l.absent != nil {
			v.Absent = l.absent(&bodies[i])
		}
	}
	return verdicts, nil
}

func (l *library) cost(bodies []body, n int) (cost, error) {
	// What another contender left behind is not this one's to clear away.
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime()
	for range n {
		for i := range bodies {
			l.passes(&bodies[i])
		}
	}
	cpu := cpuTime() - start
	runtime.ReadMemStats(&after)
	return cost{cpu, float64(after.Mallocs - before.Mallocs)}, nil
}

// notHere is the error of a contender that can't run on this machine.
type notHere struct{ name, why string }

func (e *notHere) Error() string { return e.name + " is left out: " + e.why + "." }

// baseline is the place of the contender that the others are compared with.
const baseline = 1

// contenders returns those that can run here, the contract first, and a sentence for
// each that can't.
func contenders() (here []contender, absent []string, err error) {
	for _, start := range []func() (contender, error){
		ours, kinVisit, kinResponse, libopenapiValidator, santhosh, jsonTyped, jsonAny, sonicTyped, ajv,
	} {
		c, err := start()
		if reason := (*notHere)(nil); errors.As(err, &reason) {
			absent = append(absent, reason.Error())
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		here = append(here, c)
	}
	return here, absent, nil
}
