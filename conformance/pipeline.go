package conformance

import (
	"context"
	"fmt"
	"iter"
	"os"
	"runtime"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// One goroutine cuts the files into chunks, a worker on each core judges whole chunks,
// and the caller's goroutine tells the reporter, in the order of the chunks.

// task is a chunk on its way.
type task struct {
	file  *fileTask
	chunk *recording.Chunk // nil: no more of the file follows
	told  chan batch       // what the worker says of the chunk, closed at its end

	memory *memory
	held   int64 // how much of memory the chunk has, and its exchanges
	untold int64 // how much of that results have that are not yet reported
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
	held    int64    // how much of memory they have
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
	memory := newMemory()
	go func() {
		defer close(order)
		defer close(work)
		p := producer{ctx: ctx, judge: j, order: order, work: work, memory: memory}
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
			}
			t = next
		}
		at = t.file.name
		memory.report(t)
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
			memory.give(t, b.held, b.held)
		}
		t.chunk.Release()
		memory.give(t, t.held, 0)
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
	memory      *memory
}

func (p *producer) files(files []source) {
	before := int64(0)
	for _, f := range files {
		name := f.name
		expected, err := readExpectation(name)
		reading := &task{} // has what the next chunk takes before it is cut off
		claim := func(bytes int) error { return p.memory.wait(p.ctx, reading, int64(bytes)) }
		chunks := recording.Chunks(name, f.listed, claim)
		switch {
		case err != nil:
			chunks = unreadable(name, err)
		case f.gone:
			chunks = unreadable(name, fmt.Errorf("the recording that %s is beside is gone", ExpectationFile(name)))
		}
		file := &fileTask{name: name, judge: p.judge.of(name), expected: expected, before: before}
		if expected != nil {
			file.judge.deviations = nil // it says what each finding is
		}
		var read int64
		for chunk := range chunks {
			p.memory.give(reading, reading.held, 0)
			t := &task{file: file, chunk: chunk, told: make(chan batch, 1), memory: p.memory}
			if p.memory.wait(p.ctx, t, int64(chunk.Size)) != nil || !p.send(t) {
				return
			}
			select {
			case p.work <- t:
			case <-p.ctx.Done():
				return
			}
			read = chunk.Read
		}
		p.memory.give(reading, reading.held, 0)
		if read == 0 {
			read = size([]source{f})
		}
		before += read
		if !p.send(&task{file: file}) {
			return
		}
	}
}

// unreadable returns the one chunk of a file that can't be read.
func unreadable(file string, err error) iter.Seq[*recording.Chunk] {
	return func(yield func(*recording.Chunk) bool) { yield(recording.Failed(file, err)) }
}

func (p *producer) send(t *task) bool {
	select {
	case p.order <- t:
		return true
	case <-p.ctx.Done():
		return false
	}
}

// judging is a chunk that is being judged.
type judging struct {
	*task
	ctx      context.Context
	batch    batch
	findings int // in the batch
}

// judge judges the chunk and tells what came of it.
func (t *task) judge(ctx context.Context) {
	defer close(t.told)
	j := judging{task: t, ctx: ctx}
	for x := range t.chunk.Exchanges(j.claim) {
		if !j.one(x) {
			return
		}
	}
	j.tell()
}

// claim is a recording.Claim. Before it waits it tells what there is: that would be waited
// for.
func (j *judging) claim(bytes int) error {
	if j.memory.take(j.task, int64(bytes)) {
		return nil
	}
	if !j.tell() {
		return context.Cause(j.ctx)
	}
	return j.memory.wait(j.ctx, j.task, int64(bytes))
}

// tell hands the batch on; it returns false where the run ends.
func (j *judging) tell() bool {
	select {
	case j.told <- j.batch:
		j.batch, j.findings = batch{}, 0
		return true
	case <-j.ctx.Done():
		return false
	}
}

// largeBody is how long a body is, in bytes, whose copies count: the checker reads from one,
// and another one has no secrets.
const largeBody = 256 << 10

// findingSize is about how much memory a finding takes, in bytes.
const findingSize = 1 << 10

// one judges an exchange; it returns false where the run ends.
func (j *judging) one(x *recording.Exchange) bool {
	if !j.file.judge.closed {
		x.Open()
	}
	copies := 0
	if n := len(x.Body); n > largeBody {
		copies = 2 * n
		if j.claim(copies) != nil {
			return false
		}
	}
	conforms := j.file.judge.conforms(x) && j.file.expected == nil
	var r Result
	if !conforms {
		r = j.file.judge.judge(x)
	}
	j.memory.give(j.task, int64(copies), 0)
	if conforms {
		j.batch.summary.conforms()
		j.memory.give(j.task, int64(x.Expanded()), 0)
		return true
	}
	if j.file.expected == nil && len(r.Findings) == 0 && r.Outcome != Unreadable {
		j.batch.summary.count(&r)
		j.memory.give(j.task, int64(x.Expanded()), 0)
		return true
	}
	findings := len(r.Findings) * findingSize
	if j.claim(findings) != nil {
		return false
	}
	j.batch.results = append(j.batch.results, r)
	held := int64(r.Expanded() + findings)
	j.batch.held += held
	j.memory.hold(j.task, held)
	if j.findings += len(r.Findings); len(j.batch.results) == batchResults || j.findings >= batchFindings {
		return j.tell()
	}
	return true
}
