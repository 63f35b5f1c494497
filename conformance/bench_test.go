package conformance_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

// silent is a reporter that nobody reads.
type silent struct{}

func (silent) Result(conformance.Result)         {}
func (silent) Difference(conformance.Difference) {}

// cpu returns how many seconds the process has run since, on all cores together: on a
// machine that others use, too, it says more than the clock.
func cpu(since float64) float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano()+u.Stime.Nano())/1e9 - since
}

// BenchmarkRun judges an archive of the file SANDBOXSPEC_BENCH names, NDJSON of
// tensorlake bodies, beside contract.Check on the same bodies in memory.
func BenchmarkRun(b *testing.B) {
	archive := os.Getenv("SANDBOXSPEC_BENCH")
	if archive == "" {
		b.Skip("SANDBOXSPEC_BENCH names no archive")
	}
	data, err := os.ReadFile(archive)
	require.NoError(b, err)
	p, _ := specs.Lookup("tensorlake")
	document, err := compile.Parse(p.File, p.Document())
	require.NoError(b, err)
	operation, err := document.Operation("")
	require.NoError(b, err)
	response, _ := operation.Response(200)
	program, _, err := response.Program()
	require.NoError(b, err)
	c := contract.New(program)
	bodies := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	b.Run("memory", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		start := cpu(0)
		for b.Loop() {
			for _, body := range bodies {
				c.Check(body)
			}
		}
		b.ReportMetric(float64(len(data))*float64(b.N)/1e6/cpu(start), "MB/cpu-s")
	})
	files, err := filepath.Glob(archive + "*")
	require.NoError(b, err)
	for _, file := range files {
		b.Run(filepath.Base(file), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			judge, err := conformance.NewJudge(conformance.Options{Provider: "tensorlake"})
			require.NoError(b, err)
			start := cpu(0)
			for b.Loop() {
				s, err := conformance.Run(context.Background(), judge, []string{file}, silent{}, nil)
				require.NoError(b, err)
				require.Equal(b, len(bodies), s.Conforming)
			}
			b.ReportMetric(float64(len(data))*float64(b.N)/1e6/cpu(start), "MB/cpu-s")
		})
	}
}
