//go:build unix

package main

import (
	"bytes"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestInterrupt sends a Ctrl-C while standard input is read and more is to come.
func TestInterrupt(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stdin := os.Stdin
	os.Stdin = r
	defer func() { os.Stdin = stdin }()
	var stdout, stderr bytes.Buffer
	exited := make(chan int)
	go func() {
		exited <- run([]string{"check", "--provider", "superserve", "-"}, &stdout, &stderr)
	}()
	// A pipe holds less than this: when it is written, it is being read.
	_, err = w.WriteString(strings.Repeat("{\"metadata\":{}}\n", 100_000))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGINT))
	assert.Equal(t, exitCouldNot, <-exited)
	assert.Regexp(t, `^sandboxspec: stopped( in -)?: \d+ recordings judged, 0 errors, 0 warnings, 0 unreadable: `, stderr.String())
	assert.NotContains(t, stdout.String(), "conforming")
	require.NoError(t, w.Close())
}
