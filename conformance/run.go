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

// Run judges all recordings that the paths name, each file once, on all cores, and tells the
// reporter; and progress, where it isn't nil. It returns an error where there is no such path,
// ErrNothing where there was nothing to judge, and at once when ctx ends: a read of standard
// input that waits is left waiting. What can't be read is counted: recordings, folders, and
// recordings whose expectation can't be read or is all that is left of them.
func Run(ctx context.Context, j *Judge, paths []string, reporter Reporter, progress Progress) (Summary, error) {
	var s Summary
	all, err := sources(paths)
	if err != nil {
		return s, err
	}
	err = run(ctx, j, all, &s, reporter, progress)
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
	gone   bool // only its expectation is there
}

// sources returns the files that the paths name, each once.
func sources(paths []string) (all []source, err error) {
	seen := map[string]bool{}
	for _, path := range paths {
		if path == "" {
			return nil, errors.New("an empty path names no recordings")
		}
		files, err := recording.Files(path)
		if err != nil {
			return nil, err
		}
		var found []source
		for _, file := range files {
			found = append(found, source{name: file, listed: listed(path, file)})
		}
		for _, file := range gone(path) {
			found = append(found, source{name: file, listed: true, gone: true})
		}
		for _, f := range found {
			if name := filepath.Clean(f.name); !seen[name] {
				seen[name] = true
				all = append(all, f)
			}
		}
	}
	return all, nil
}

// listed reports whether a file that the path names was found in a folder.
func listed(path, file string) bool { return filepath.ToSlash(path) != file }

// gone returns the recordings that aren't beside an expectation in the folder: what those are
// about would go unchecked.
func gone(folder string) (files []string) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil
	}
	_ = filepath.WalkDir(folder+string(filepath.Separator), func(name string, entry fs.DirEntry, err error) error {
		file, ok := strings.CutSuffix(name, ExpectationFile(""))
		if err != nil || !ok || entry.IsDir() {
			return nil // recording.Files has the folders that can't be read
		}
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			files = append(files, filepath.ToSlash(file))
		}
		return nil
	})
	return files
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
