package conformance

import (
	"errors"
	"fmt"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// Summary counts what a run met. Conforming, Nonconforming, Unreadable and Skipped add
// up to the entries that were seen.
type Summary struct {
	Recordings    int // the entries that were judged: Conforming and Nonconforming
	Conforming    int // those without a finding of severity error
	Nonconforming int
	Unreadable    int
	Skipped       int // entries of other endpoints
	Errors        int // findings that aren't known
	Warnings      int // findings that aren't known
	Known         int // findings that are expected
}

// Difference is where a recording gives other findings than the file beside it says.
type Difference struct {
	Recording string
	// Missing are the lines that the file has and the recording doesn't give,
	// Unexpected those that the recording gives and the file doesn't have.
	Missing, Unexpected []string
}

// Reporter is told what a run meets, in the order of the files and their entries.
type Reporter interface {
	Result(Result)
	Difference(Difference)
}

// ErrNothing is the error of a run that judged nothing: that is never a success.
var ErrNothing = errors.New("no recording found")

// Run judges all recordings that the paths name and tells the reporter. It returns an
// error where a path can't be walked, where an expectation can't be read, and
// ErrNothing where there was nothing to judge; unreadable recordings are counted.
func Run(j *Judge, paths []string, reporter Reporter) (Summary, error) {
	var s Summary
	for _, path := range paths {
		files, err := recording.Files(path)
		if err != nil {
			return s, err
		}
		for _, file := range files {
			if err := s.file(j, file, reporter); err != nil {
				return s, err
			}
		}
	}
	if s.Recordings+s.Unreadable == 0 {
		if s.Skipped > 0 {
			return s, fmt.Errorf("%w: none of the %d recorded exchanges is of an endpoint that was asked for", ErrNothing, s.Skipped)
		}
		return s, fmt.Errorf("%w: name a file or a folder with .json, .http or .ndjson files", ErrNothing)
	}
	return s, nil
}

func (s *Summary) file(j *Judge, file string, reporter Reporter) error {
	expected, err := readExpectation(file)
	if err != nil {
		return err
	}
	for x := range recording.Read(file) {
		r := j.Judge(x)
		if expected != nil {
			expected.compare(&r)
		}
		s.count(r)
		reporter.Result(r)
	}
	if expected != nil {
		if d, differs := expected.difference(file); differs {
			reporter.Difference(d)
		}
	}
	return nil
}

func (s *Summary) count(r Result) {
	switch r.Outcome {
	case Unreadable:
		s.Unreadable++
		return
	case Skipped:
		s.Skipped++
		return
	}
	s.Recordings++
	conforms := true
	for _, f := range r.Findings {
		isError := f.Severity == contract.Error
		conforms = conforms && !isError
		switch {
		case f.Known:
			s.Known++
		case isError:
			s.Errors++
		default:
			s.Warnings++
		}
	}
	if conforms {
		s.Conforming++
	} else {
		s.Nonconforming++
	}
}
