package clients_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// run runs the go command in the module of a user, and returns its output.
func run(t *testing.T, arguments ...string) string {
	command := exec.Command("go", arguments...)
	command.Dir = filepath.Join("testdata", "user")
	var out, diagnostics strings.Builder
	command.Stdout, command.Stderr = &out, &diagnostics
	require.NoError(t, command.Run(), "go %s\n%s", strings.Join(arguments, " "), &diagnostics)
	return out.String()
}

// TestUser builds a program that imports one client, as a module of its own, and holds what the client brings along
// against its bounds.
func TestUser(t *testing.T) {
	var module struct {
		Require []struct{ Path string }
	}
	require.NoError(t, json.Unmarshal([]byte(run(t, "mod", "edit", "-json")), &module))
	assert.LessOrEqual(t, len(module.Require), 1+7, "modules in go.mod, sandboxspec among them")
	packages := run(t, "list", "-mod=readonly", "-deps", ".")
	assert.Contains(t, packages, "clients/tensorlake")
	assert.NotContains(t, packages, "kin-openapi")
	assert.NotContains(t, packages, "clients/blaxel")

	size := func(name, pkg string) int64 {
		binary := filepath.Join(t.TempDir(), name)
		run(t, "build", "-mod=readonly", "-o", binary, pkg)
		info, err := os.Stat(binary)
		require.NoError(t, err)
		return info.Size()
	}
	plain, user := size("plain", "./plain"), size("user", ".")
	assert.Less(t, user-plain, int64(2_000_000), "what the client adds to a program that uses net/http")
	assert.Greater(t, user, plain)
}
