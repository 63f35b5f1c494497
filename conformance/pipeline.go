package conformance

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sync/semaphore"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// One goroutine cuts the files into chunks, a worker on each core judges whole chunks,
// and the caller's goroutine tells the reporter, in the order of the chunks.

// inFlight bounds the memory of the chunks that are cut off and not yet reported, in
// bytes. A larger chunk travels alone.
const inFlight = 64 << 20

// task is a chunk on its way.
type task struct {
	file   *fileTask
	chunk  *recording.Chunk // nil: no more of the file follows
	weight int64
	told   chan batch // what the worker says of the chunk, closed at its end
	err    error      // ends the run
}

// fileTask is a file on its way.
type fileTask struct {
	name     string
	judge    *fileJudge
	expected *expectation
	before   int64 // how many bytes the files before it have
	summary  Summary
}

// batch is part of what came of a chunk.
type batch struct {
	summary Summary  // of what isn't among results
	results []Result // what the reporter or the expectation is told of
}

// A batch is told when it has so many results or findings: a worker that is ahead waits,
// so a file with nothing but findings doesn't fill the memory.
const (
	batchResults  = 256
	batchFindings = 1024
)

func run(ctx context.Context, j *Judge, files []source, s *Summary, reporter Reporter, progress Progress) error {
	interrupted := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	order := make(chan *task, 2*workers)
	work := make(chan *task)
	held := semaphore.NewWeighted(inFlight)
	go func() {
		defer close(order)
		defer close(work)
		p := producer{ctx: ctx, judge: j, order: order, work: work, held: held}
		p.files(files)
	}()
	for range workers {
		go func() {
			for t := range work {
				t.judge(ctx)
			}
		}()
	}
	var all int64
	if progress != nil {
		all = size(files)
	}
	var at string // the file that is being reported
	done := int64(0)
	stopped := func() error {
		where := ""
		if at != "" {
			where = " in " + Printable(at)
		}
		if all > 0 {
			where += fmt.Sprintf(", after %d %% of the bytes", done*100/all)
		}
		return fmt.Errorf("stopped%s: %d recordings judged, %d errors, %d warnings, %d unreadable: %w", where, s.Recordings, s.Errors, s.Warnings, s.Unreadable, context.Cause(interrupted))
	}
	for {
		var t *task
		select {
		case <-ctx.Done():
			return stopped()
		case next, ok := <-order:
			switch {
			case ctx.Err() != nil:
				return stopped()
			case !ok:
				return nil
			case next.err != nil:
				return next.err
			}
			t = next
		}
		at = t.file.name
		if t.chunk == nil {
			if t.file.expected != nil {
				if d, differs := t.file.expected.difference(at); differs {
					reporter.Difference(d)
				}
			}
			if files, ok := reporter.(FileReporter); ok {
				files.File(at, t.file.summary)
			}
			continue
		}
		for open := true; open; {
			var b batch
			select {
			case <-ctx.Done():
				return stopped()
			case b, open = <-t.told:
			}
			for i := range b.results {
				r := &b.results[i]
				if t.file.expected != nil {
					t.file.expected.compare(r)
				}
				b.summary.count(r)
				if r.Outcome == Unreadable || len(r.Findings) > 0 {
					reporter.Result(*r)
				}
			}
			s.add(b.summary)
			t.file.summary.add(b.summary)
		}
		t.chunk.Release()
		held.Release(t.weight)
		if done = t.file.before + t.chunk.Read; progress != nil {
			progress(done, all)
		}
	}
}

// size returns how long the files are together; 0 where one is standard input.
func size(files []source) (all int64) {
	for _, file := range files {
		if file.name == "-" {
			return 0
		}
		if info, err := os.Stat(file.name); err == nil {
			all += info.Size()
		}
	}
	return all
}

// producer cuts files into chunks and sends them off.
type producer struct {
	ctx         context.Context
	judge       *Judge
	order, work chan<- *task
	held        *semaphore.Weighted
}

func (p *producer) files(files []source) {
	before := int64(0)
	for _, f := range files {
		name := f.name
		expected, err := readExpectation(name)
		if err != nil {
			p.send(&task{err: err})
			return
		}
		file := &fileTask{name: name, judge: p.judge.of(name), expected: expected, before: before}
		if expected != nil {
			file.judge.deviations = nil // it says what each finding is
		}
		var read int64
		for chunk := range recording.Chunks(name, f.listed) {
			t := &task{file: file, chunk: chunk, weight: min(int64(chunk.Size), inFlight), told: make(chan batch, 1)}
			if p.held.Acquire(p.ctx, t.weight) != nil || !p.send(t) {
				return
			}
			select {
			case p.work <- t:
			case <-p.ctx.Done():
				return
			}
			read = chunk.Read
		}
		if read == 0 {
			read = size([]source{f})
		}
		before += read
		if !p.send(&task{file: file}) {
			return
		}
	}
}

func (p *producer) send(t *task) bool {
	select {
	case p.order <- t:
		return true
	case <-p.ctx.Done():
		return false
	}
}

// judge judges the chunk and tells what came of it.
func (t *task) judge(ctx context.Context) {
	defer close(t.told)
	var b batch
	findings := 0
	tell := func() bool {
		select {
		case t.told <- b:
			b, findings = batch{}, 0
			return true
		case <-ctx.Done():
			return false
		}
	}
	for x := range t.chunk.Exchanges {
		if t.file.judge.conforms(x) && t.file.expected == nil {
			b.summary.conforms()
			continue
		}
		r := t.file.judge.judge(x)
		if t.file.expected == nil && len(r.Findings) == 0 && r.Outcome != Unreadable {
			b.summary.count(&r)
			continue
		}
		b.results = append(b.results, r)
		if findings += len(r.Findings); len(b.results) == batchResults || findings >= batchFindings {
			if !tell() {
				return
			}
		}
	}
	tell()
}
