//go:build unix

package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/specs"
)

// silent is a reporter that nobody reads.
type silent struct{}

func (silent) Result(conformance.Result)         {}
func (silent) Difference(conformance.Difference) {}
func (silent) Stale(deviation.Deviation)         {}

// cpu returns how many seconds the process has run since, on all cores together: on a
// machine that others use, too, it says more than the clock.
func cpu(since float64) float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano()+u.Stime.Nano())/1e9 - since
}

// bodies composes conforming tensorlake bodies, all different, an NDJSON archive of that
// many bytes at least.
func bodies(size int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	text := func() string { return strings.Repeat("nightly run of ", r.IntN(5)) + strconv.Itoa(r.Int()) }
	var all bytes.Buffer
	for all.Len() < size {
		fmt.Fprintf(&all, `{"id":%q,"namespace":%q,"image":%q,"status":%q,"created_at":%d,"resources":{"cpus":%s,"memory_mb":%d}`,
			text(), text(), text(), pick("running", "suspended", "terminated", "snapshotting"), 1_700_000_000_000+r.IntN(1e9), pick("0.5", "1", "16"), 512+r.IntN(4096))
		fmt.Fprintf(&all, `,"timeout_secs":%d,"allow_unauthenticated_access":%s`, r.IntN(3600), pick("true", "false"))
		if r.IntN(2) == 0 {
			fmt.Fprintf(&all, `,"container_id":%q,"executor_id":%q`, text(), text())
		}
		if r.IntN(2) == 0 {
			fmt.Fprintf(&all, `,"network_policy":{"allow_internet_access":%s,"allow_out":[%q,%q],"deny_out":[]}`, pick("true", "false"), text(), text())
		}
		if r.IntN(2) == 0 {
			fmt.Fprintf(&all, `,"exposed_ports":[%d,%d]`, 1+r.IntN(1000), 2000+r.IntN(60000))
		}
		all.WriteString("}\n")
	}
	return all.Bytes()
}

// BenchmarkRun judges an archive of 100 MB, plain and compressed, beside what bounds it:
// contract.Check on the same bodies in memory, and reading the archive without a look at it.
func BenchmarkRun(b *testing.B) {
	data := bodies(100_000_000)
	measure := func(name string, f func(b *testing.B)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			start := cpu(0)
			n := 0
			for b.Loop() {
				f(b)
				n++
			}
			b.ReportMetric(float64(len(data))*float64(n)/1e6/cpu(start), "MB/cpu-s")
		})
	}
	p, _ := specs.Lookup("tensorlake")
	document, err := compile.Parse(p.File, p.Document())
	require.NoError(b, err)
	operation, err := document.Operation("")
	require.NoError(b, err)
	response, _ := operation.Response(http.StatusOK)
	program, _, err := response.Program()
	require.NoError(b, err)
	c := contract.New(program)
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	measure("memory", func(b *testing.B) {
		for _, body := range lines {
			if c.Check(body) != nil {
				b.Fatal("a conforming body is refused")
			}
		}
	})
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err = z.Write(data)
	require.NoError(b, errors.Join(err, z.Close()))
	e, err := zstd.NewWriter(nil)
	require.NoError(b, err)
	dir := b.TempDir()
	for _, file := range []struct {
		name string
		data []byte
		open func(io.Reader) (io.Reader, error)
	}{
		{"x.ndjson", data, func(r io.Reader) (io.Reader, error) { return r, nil }},
		{"x.ndjson.gz", zipped.Bytes(), func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{"x.ndjson.zst", e.EncodeAll(data, nil), func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) }},
	} {
		name := filepath.Join(dir, file.name)
		require.NoError(b, os.WriteFile(name, file.data, 0o644))
		judge, err := conformance.NewJudge(conformance.Options{Provider: "tensorlake"})
		require.NoError(b, err)
		measure(file.name+"/read", func(b *testing.B) {
			f, err := os.Open(name)
			require.NoError(b, err)
			defer f.Close()
			r, err := file.open(f)
			require.NoError(b, err)
			// Without WriteTo and ReadFrom, which skip the buffer.
			n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r}, make([]byte, 128<<10))
			require.NoError(b, err)
			require.EqualValues(b, len(data), n)
		})
		measure(file.name+"/judge", func(b *testing.B) {
			s, err := conformance.Run(context.Background(), judge, []string{name}, silent{}, nil)
			require.NoError(b, err)
			require.Equal(b, len(lines), s.Conforming)
		})
	}
}
