package sandboxspec_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGeneratedFilesAreFresh runs every go:generate line with another output, and holds
// what it writes against the file in the repository.
func TestGeneratedFilesAreFresh(t *testing.T) {
	source, err := os.ReadFile("generate.go")
	require.NoError(t, err)
	lines := regexp.MustCompile(`(?m)^//go:generate (.*)$`).FindAllStringSubmatch(string(source), -1)
	require.NotEmpty(t, lines)
	written := map[string]bool{}
	for _, line := range lines {
		words := strings.Fields(line[1])
		for i := range words {
			if words[i] != "-o" {
				continue
			}
			committed := words[i+1]
			written[committed] = true
			// The folder keeps its name: a package is named after it.
			words[i+1] = filepath.Join(t.TempDir(), committed)
			require.NoError(t, os.MkdirAll(filepath.Dir(words[i+1]), 0o755))
			out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
			require.NoError(t, err, "%s\n%s", line[1], out)
			fresh, err := os.ReadFile(words[i+1])
			require.NoError(t, err)
			found, err := os.ReadFile(committed)
			require.NoError(t, err)
			assert.True(t, string(fresh) == string(found), "%s is stale: run go generate ./...", committed)
		}
	}
	generated, err := filepath.Glob("gen/*/*")
	require.NoError(t, err)
	for _, file := range generated {
		assert.True(t, written[filepath.ToSlash(file)], "%s comes from no go:generate line", file)
	}
}
