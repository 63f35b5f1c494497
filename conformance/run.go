package conformance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
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
	Known         int // findings that are expected, or known deviations
}

// Difference is where a recording gives other findings than the file beside it says.
type Difference struct {
	Recording string
	// Missing are the lines that the file has and the recording doesn't give,
	// Unexpected those that the recording gives and the file doesn't have.
	Missing, Unexpected []string
}

// Reporter is told what a run meets, in the order of the files and their entries, one
// thing at a time.
type Reporter interface {
	// Result is told of an entry that gives findings or can't be read. What conforms
	// without a finding, or is skipped, is in the Summary alone. The result is good until
	// Result returns.
	Result(Result)
	Difference(Difference)
	// Stale is told, at the end, of each of the user's own deviations that matched nothing.
	Stale(deviation.Deviation)
}

// FileReporter is a Reporter that is told of each file, too.
type FileReporter interface {
	Reporter
	// File is told, after all else of a file, what its entries came to.
	File(file string, s Summary)
}

// Progress is told how many bytes of the recordings have been judged, and how many there
// are; 0 where that isn't known.
type Progress func(done, all int64)

// ErrNothing is the error of a run that judged nothing: that is never a success.
var ErrNothing = errors.New("no recording found")

// Run judges all recordings that the paths name, on all cores, and tells the reporter;
// and progress, where it isn't nil. It returns an error where a path can't be walked,
// where an expectation can't be read, ErrNothing where there was nothing to judge, and
// at once when ctx ends: a read of standard input that waits is left waiting. Unreadable
// recordings are counted.
func Run(ctx context.Context, j *Judge, paths []string, reporter Reporter, progress Progress) (Summary, error) {
	var s Summary
	var all []source
	for _, path := range paths {
		files, err := recording.Files(path)
		if err != nil {
			return s, err
		}
		if err := haveRecordings(path); err != nil {
			return s, err
		}
		for _, file := range files {
			all = append(all, source{file, listed(path, file)})
		}
	}
	err := run(ctx, j, all, &s, reporter, progress)
	switch {
	case err != nil:
		return s, err
	case s.Recordings+s.Unreadable == 0 && s.Skipped > 0:
		return s, fmt.Errorf("%w: none of the %d recorded exchanges is of an endpoint that was asked for", ErrNothing, s.Skipped)
	case s.Recordings+s.Unreadable == 0:
		return s, fmt.Errorf("%w: name a file or a folder with .json, .http, .ndjson, .har or .yaml files", ErrNothing)
	}
	for _, d := range j.options.Deviations.Stale() {
		reporter.Stale(d)
	}
	return s, nil
}

// source is a file of a run.
type source struct {
	name   string
	listed bool // it was found in a folder
}

// listed reports whether a file that the path names was found in a folder.
func listed(path, file string) bool { return filepath.ToSlash(path) != file }

// haveRecordings returns an error where an expectation in the folder stands beside no
// recording: what it was about would go unchecked.
func haveRecordings(folder string) error {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil
	}
	return filepath.WalkDir(folder+string(filepath.Separator), func(name string, entry fs.DirEntry, err error) error {
		file, ok := strings.CutSuffix(name, ExpectationFile(""))
		if err != nil || !ok || entry.IsDir() {
			return err
		}
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: the recording that it stands beside is gone", filepath.ToSlash(name))
		}
		return nil
	})
}

// add adds the counts of t.
func (s *Summary) add(t Summary) {
	s.Recordings += t.Recordings
	s.Conforming += t.Conforming
	s.Nonconforming += t.Nonconforming
	s.Unreadable += t.Unreadable
	s.Skipped += t.Skipped
	s.Errors += t.Errors
	s.Warnings += t.Warnings
	s.Known += t.Known
}

// conforms counts an entry without a finding.
func (s *Summary) conforms() {
	s.Recordings++
	s.Conforming++
}

// count counts an entry.
func (s *Summary) count(r *Result) {
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
