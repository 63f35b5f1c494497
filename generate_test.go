package sandboxspec_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGeneratedFilesAreFresh runs the tool of every go:generate line with another output, and
// compares what it writes with the file in the repository.
func TestGeneratedFilesAreFresh(t *testing.T) {
	source, err := os.ReadFile("generate.go")
	require.NoError(t, err)
	lines := regexp.MustCompile(`(?m)^//go:generate (.*)$`).FindAllStringSubmatch(string(source), -1)
	require.NotEmpty(t, lines)
	programs := map[string]string{}
	written := map[string]bool{}
	for _, line := range lines {
		words := strings.Fields(line[1])
		require.Equal(t, []string{"go", "tool"}, words[:2], line[1])
		tool, arguments := words[2], words[3:]
		if programs[tool] == "" {
			built, err := exec.Command("go", "tool", "-n", tool).Output() // it builds the tool and prints its path
			require.NoError(t, err, tool)
			programs[tool] = strings.TrimSpace(string(built))
		}
		out := slices.Index(arguments, "-o") + 1
		require.Positive(t, out, line[1])
		committed := arguments[out]
		written[committed] = true
		t.Run(committed, func(t *testing.T) {
			t.Parallel()
			// The folder keeps its name: a package is named after it.
			arguments[out] = filepath.Join(t.TempDir(), committed)
			require.NoError(t, os.MkdirAll(filepath.Dir(arguments[out]), 0o755))
			message, err := exec.Command(programs[tool], arguments...).CombinedOutput()
			require.NoError(t, err, "%s\n%s", line[1], message)
			fresh, err := os.ReadFile(arguments[out])
			require.NoError(t, err)
			found, err := os.ReadFile(committed)
			require.NoError(t, err)
			assert.True(t, string(fresh) == string(found), "%s is stale: run go generate ./...", committed)
		})
	}
	generated, err := filepath.Glob("gen/*/*")
	require.NoError(t, err)
	for _, file := range generated {
		assert.True(t, written[filepath.ToSlash(file)], "%s comes from no go:generate line", file)
	}
}
