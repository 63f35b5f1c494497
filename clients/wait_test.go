package clients_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/blaxel"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
)

// statuses answer as a sandbox does that goes through them.
func statuses(words ...string) (handlers []http.Handler) {
	for _, word := range words {
		handlers = append(handlers, sandboxtest.JSON(200, fmt.Sprintf(`{"status": %q}`, word)))
	}
	return handlers
}

func TestWaitUntil(t *testing.T) {
	for name, test := range map[string]struct {
		answers []http.Handler
		until   []string
		is      string
		times   int
		err     error
		says    string
	}{
		"at once":       {statuses("running"), []string{"running"}, "running", 1, nil, ""},
		"after a while": {statuses("pending", "pending", "running"), []string{"suspended", "running"}, "running", 3, nil, ""},
		"new words":     {statuses("pending", "dreaming", "awake"), []string{"awake"}, "awake", 3, nil, ""},
		"final":         {statuses("pending", "terminated"), []string{"running", "suspended"}, "terminated", 2, api.ErrFinal, `sandbox "sbx_1" is terminated, not running or suspended: no sandbox leaves this status`},
		"asked for":     {statuses("running", "terminated"), []string{"terminated"}, "terminated", 2, nil, ""},
		"gone":          {append(statuses("running"), sandboxtest.JSON(404, "{}")), []string{"suspended"}, "running", 2, api.ErrNotFound, `404 Not Found (the status of sandbox "sbx_1" was "running" then)`},
		"too long":      {statuses("pending"), []string{"running"}, "pending", 10, context.DeadlineExceeded, `was "pending" then`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wire, times := answering(test.answers...)
				client, err := tensorlake.New(api.WithAPIKey(key), wire, api.WithUndocumentedStatuses())
				require.NoError(t, err)
				var until []tensorlake.Status
				for _, word := range test.until {
					until = append(until, tensorlake.Status(word))
				}
				ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
				defer cancel()
				sandbox, err := client.WaitUntil(ctx, "sbx_1", until...)
				if test.err == nil {
					require.NoError(t, err)
				} else {
					assert.ErrorIs(t, err, test.err)
					assert.ErrorContains(t, err, test.says)
				}
				require.NotNil(t, sandbox)
				assert.EqualValues(t, test.is, sandbox.Status)
				assert.InDelta(t, test.times, len(*times), float64(test.times/4))
				for i := 1; i < len(*times); i++ {
					wait := (*times)[i] - (*times)[i-1]
					assert.GreaterOrEqual(t, wait, 900*time.Millisecond)
					assert.LessOrEqual(t, wait, 17*time.Second)
				}
			})
		})
	}
}

// Waiting for nothing, or for what can't come, is an error before anything is sent.
func TestWaitUntilWhatCannotCome(t *testing.T) {
	wire, times := answering(statuses("running")...)
	for says, until := range map[string][]tensorlake.Status{
		`tensorlake: sandbox "sbx_1": no status to wait for: name at least one`:                                                                     nil,
		`tensorlake: sandbox "sbx_1": the status "RUNNING" to wait for is not documented: choose one that is, or pass api.WithUndocumentedStatuses`: {"running", "RUNNING"},
		`tensorlake: sandbox "sbx_1": the status "" to wait for is not documented: choose one that is, or pass api.WithUndocumentedStatuses`:        {""},
	} {
		client, err := tensorlake.New(api.WithAPIKey(key), wire)
		require.NoError(t, err)
		sandbox, err := client.WaitUntil(t.Context(), "sbx_1", until...)
		assert.Nil(t, sandbox)
		assert.EqualError(t, err, says)
	}
	client, err := tensorlake.New(api.WithAPIKey(key), wire, api.WithUndocumentedStatuses())
	require.NoError(t, err)
	_, err = client.WaitUntil(t.Context(), "sbx_1")
	assert.ErrorContains(t, err, "no status to wait for")
	assert.Empty(t, *times, "nothing is sent")
}

func TestWaitUntilWithoutStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire, times := answering(append([]http.Handler{sandboxtest.JSON(200, `{"metadata": {}}`)}, statuses("DEPLOYED")...)...)
		client, err := blaxel.New(api.WithAPIKey(key), wire)
		require.NoError(t, err)
		sandbox, err := client.WaitUntil(t.Context(), "notebook-7", "DEPLOYED")
		require.NoError(t, err)
		assert.EqualValues(t, "DEPLOYED", *sandbox.Status)
		assert.Len(t, *times, 2)
	})
}
