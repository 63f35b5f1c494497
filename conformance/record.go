package conformance

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/renameio/v2"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// Recorder writes exchanges as recordings, redacted and each in a file of its own:
// Folder/<slug>/<name>.http.
type Recorder struct {
	// Judge says whose exchanges they are, and what is secret in them. Nil skips all of them.
	Judge *Judge
	// Folder is where the recordings go.
	Folder string
	// Force lets them go over what stands there already.
	Force bool
	// Keep are the rules of redaction that are turned off, each with the reason.
	Keep map[recording.Rule]string
	// Guard is held while a file is put where it belongs; nil where nobody asks. Whoever ends the
	// process takes it first, so that no part of a file is left behind.
	Guard sync.Locker
	// Wrote is told the path of each file that was written, Failed what wasn't and why. Each
	// may be nil.
	Wrote  func(file string)
	Failed func(x recording.Exchange, err error)

	names map[string]int // how often each file was asked for, in small letters, among those that were written
}

// Recorded counts what became of exchanges.
type Recorded struct {
	Written int
	Skipped int // exchanges of other endpoints: nobody knows what is secret in them
	Failed  int
}

// Record writes one exchange. Source says in words where it is from, and date when it was. The
// file is called what the request asks for, and response where there is no request.
func (r *Recorder) Record(x recording.Exchange, source string, date time.Time) Recorded {
	return r.record(recording.Record{Exchange: x, Source: source, Date: date}, "", nil)
}

// Convert writes the exchanges of all recordings that a path names, as Run reads them.
// Where a file beside a recording lists its findings and they are the ones it gives, the
// new one gets such a file, too. It returns an error where there is no such path, ErrNothing
// where there was nothing to write, and the cause of ctx when that ends.
func (r *Recorder) Convert(ctx context.Context, from string) (Recorded, error) {
	var all Recorded
	files, err := recording.Files(from)
	if err != nil {
		return all, err
	}
	for _, file := range files {
		expected, err := readExpectation(file)
		if err != nil {
			all.Failed += r.failed(recording.Exchange{File: file}, err).Failed
			continue
		}
		read := recording.Read
		if listed(from, file) {
			read = recording.ReadListed
		}
		for x := range read(file) {
			if ctx.Err() != nil {
				return all, context.Cause(ctx)
			}
			source := "converted from " + path.Base(file)
			if file == "-" {
				source = "converted from standard input"
			}
			name := stem(from, file)
			if x.Many {
				source += fmt.Sprintf(", entry %d", x.Entry)
				name += fmt.Sprintf("-%06d", x.Entry)
			}
			one := r.record(recording.Record{Exchange: x, Source: source}, name, expected)
			all.Written += one.Written
			all.Skipped += one.Skipped
			all.Failed += one.Failed
		}
	}
	if all == (Recorded{Skipped: all.Skipped}) {
		return all, fmt.Errorf("%w: nothing to write", ErrNothing)
	}
	return all, nil
}

// stem returns what the recordings from a file are called: its path below from, without
// its extension.
func stem(from, file string) string {
	if file == "-" {
		return "stdin"
	}
	name := path.Base(file)
	if below, err := filepath.Rel(from, file); err == nil && below != "." {
		name = filepath.ToSlash(below)
	}
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	return strings.ReplaceAll(strings.TrimSuffix(name, path.Ext(name)), "/", "-")
}

func (r *Recorder) record(one recording.Record, name string, expected *expectation) Recorded {
	if r.Judge == nil {
		return Recorded{Skipped: 1}
	}
	result := r.Judge.Judge(one.Exchange)
	if expected != nil {
		expected.compare(&result)
	}
	switch result.Outcome {
	case Skipped:
		return Recorded{Skipped: 1}
	case Unreadable:
		return r.failed(one.Exchange, result.Err)
	}
	one, file, err := r.redacted(one, result, name)
	if err == nil {
		expects := expected != nil && !slices.ContainsFunc(result.Findings, func(f Finding) bool { return !f.Known })
		err = r.write(one, file, expects)
	}
	if err != nil {
		return r.failed(one.Exchange, err)
	}
	if r.Wrote != nil {
		r.Wrote(file)
	}
	return Recorded{Written: 1}
}

func (r *Recorder) failed(x recording.Exchange, err error) Recorded {
	if r.Failed != nil {
		r.Failed(x, err)
	}
	return Recorded{Failed: 1}
}

// redacted returns what is written of one, and where.
func (r *Recorder) redacted(one recording.Record, result Result, name string) (_ recording.Record, file string, err error) {
	t, err := r.Judge.of(result.File).target(&result.Exchange)
	if err != nil {
		return one, "", err
	}
	var c *contract.Contract
	status := cmp.Or(result.Status, r.Judge.options.Status)
	if response, ok := t.operation().Response(status); ok && !slices.ContainsFunc(result.Findings, unjudged) {
		if c, err = t.contract(response, t.mask(result.URL), r.Judge.options.Warn); err != nil {
			return one, "", err
		}
	}
	one.Exchange, one.Redactions = t.redactor(c).Redact(result.Exchange, r.Keep)
	one.Kept = r.Keep
	switch {
	case name != "":
	case one.URL == nil:
		name = "response"
	default:
		name = path.Base(one.URL.Path) // once it is redacted
	}
	return one, r.name(t.provider, name), nil
}

// write writes the file, and the one beside it that lists its findings where expects says so.
func (r *Recorder) write(one recording.Record, file string, expects bool) error {
	if r.Guard != nil {
		r.Guard.Lock()
		defer r.Guard.Unlock()
	}
	err := one.WriteFile(file, r.Force)
	if err == nil && expects {
		err = r.expect(file)
	}
	return err
}

// name returns the path of a file that this run has not written yet, on a file system
// that doesn't tell capitals either.
func (r *Recorder) name(slug, name string) string {
	name = fileName(strings.TrimPrefix(name, slug+"-"))
	file := path.Join(filepath.ToSlash(r.Folder), slug, name+".http")
	if r.names == nil {
		r.names = map[string]int{}
	}
	first := strings.ToLower(file)
	for r.names[strings.ToLower(file)] > 0 {
		r.names[first]++
		file = path.Join(filepath.ToSlash(r.Folder), slug, fmt.Sprintf("%s-%d.http", name, r.names[first]))
	}
	r.names[strings.ToLower(file)] = 1
	return file
}

// unjudged says whether the finding means that nothing judges the body.
func unjudged(f Finding) bool {
	return f.Rule == contract.UndocumentedStatus || f.Rule == contract.ContentType
}

// expect writes the file beside a recording that lists its findings.
func (r *Recorder) expect(file string) error {
	var lines strings.Builder
	for x := range recording.Read(file) {
		for _, line := range Lines(r.Judge.Judge(x)) {
			lines.WriteString(line + "\n")
		}
	}
	return renameio.WriteFile(ExpectationFile(file), []byte(lines.String()), 0o644)
}
