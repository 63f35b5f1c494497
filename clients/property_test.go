package clients_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
)

// exact reads JSON with its numbers as they are written.
func exact(t require.TestingT, body []byte) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&value))
	return value
}

// value draws any JSON value.
func value(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		rapid.String().AsAny(),
		rapid.SampledFrom([]any{
			json.Number("0"), json.Number("-1"), json.Number("1.5"), json.Number("1.0"), json.Number("1e2"), json.Number("1e400"),
			json.Number("2147483648"), json.Number("9223372036854775807"), json.Number("9223372036854775808"), json.Number("70000"),
			"2026-11-20t09:15:00.10z", "2026-02-30T00:00:00Z", "2016-12-31T23:59:60Z", "running", "0B6C9A52-61F4-4D0E-9F7A-2C1DE0A8B3F7",
		}),
	}
	if depth > 0 {
		kinds = append(kinds,
			rapid.SliceOfN(value(depth-1), 0, 3).AsAny(),
			rapid.MapOfN(rapid.SampledFrom([]string{"name", "value", "a/b", "~", "", "memory_mb", "envs"}), value(depth-1), 0, 3).AsAny())
	}
	return rapid.OneOf(kinds...)
}

// spoil draws changes to a value: parts of it go, become another value, or get a member that nothing documents.
func spoil(t *rapid.T, v any) any {
	switch rapid.IntRange(0, 12).Draw(t, "change") {
	case 0:
		return value(2).Draw(t, "value")
	case 1:
		if object, ok := v.(map[string]any); ok {
			object[rapid.String().Draw(t, "name")] = value(1).Draw(t, "member")
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if rapid.IntRange(0, 12).Draw(t, "drop") == 0 {
				delete(v, name)
			} else {
				v[name] = spoil(t, v[name])
			}
		}
	case []any:
		for i := range v {
			v[i] = spoil(t, v[i])
		}
	}
	return v
}

// Whatever members a body has, it decodes, and encoding the sandbox gives the same JSON value.
func TestNothingIsLost(t *testing.T) {
	var body []byte
	answer := api.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
		return respond(sandboxtest.JSON(http.StatusOK, string(body)), r), nil
	})})
	each(t, func(t *testing.T, p provider) {
		get, err := p.new(api.WithAPIKey(key), api.WithRateLimit(0, 0), answer)
		require.NoError(t, err)
		rapid.Check(t, func(t *rapid.T) {
			object := exact(t, []byte(sandboxtest.Body(p.slug, p.id))).(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(object)) {
				object[name] = spoil(t, object[name])
			}
			body, err = json.Marshal(object)
			require.NoError(t, err)
			got, err := get(t.Context(), p.id)
			require.NoError(t, err)
			encoded, err := json.Marshal(got.any)
			require.NoError(t, err)
			require.Equal(t, exact(t, body), exact(t, encoded))
		})
	})
}

// Whatever bytes a body is, there is a sandbox or an error that has them.
func TestAnyBytes(t *testing.T) {
	var body []byte
	answer := api.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
		return respond(sandboxtest.JSON(http.StatusOK, string(body)), r), nil
	})})
	each(t, func(t *testing.T, p provider) {
		get, err := p.new(api.WithAPIKey(key), api.WithRateLimit(0, 0), answer)
		require.NoError(t, err)
		whole := []byte(sandboxtest.Body(p.slug, p.id))
		rapid.Check(t, func(t *rapid.T) {
			body = bytes.Clone(whole)
			at := rapid.IntRange(0, len(body)).Draw(t, "at")
			to := rapid.IntRange(at, min(at+20, len(body))).Draw(t, "to")
			body = append(append(body[:at:at], rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "bytes")...), whole[to:]...)
			if rapid.Bool().Draw(t, "cut") {
				body = body[:rapid.IntRange(0, len(body)).Draw(t, "length")]
			}
			got, err := get(t.Context(), p.id)
			if err != nil {
				var failure *api.Error
				require.ErrorAs(t, err, &failure)
				require.Equal(t, string(body), string(failure.Body))
				return
			}
			require.Equal(t, string(body), string(got.Body))
			_, err = json.Marshal(got.any)
			require.NoError(t, err)
		})
	})
}
