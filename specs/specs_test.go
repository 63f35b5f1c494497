package specs_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/specs"
)

// promises pins what a page says of presence and of null, field by field. A field inside another follows a dot, one in
// each item of a list follows "[]."; "*" stands for the values of a map.
var promises = map[string]struct{ required, nullable, optional []string }{
	"tensorlake": {
		required: []string{
			"id", "namespace", "image", "status", "created_at", "resources", "timeout_secs", "allow_unauthenticated_access",
		},
		nullable: []string{
			"pending_reason", "outcome", "container_id", "executor_id", "sandbox_url", "pool_id", "exposed_ports",
			"template_id",
		},
		optional: []string{
			"resources.cpus", "resources.memory_mb", "resources.ephemeral_disk_mb",
			"pending_reason", "outcome", "container_id", "executor_id", "sandbox_url", "pool_id",
			"network_policy", "network_policy.allow_internet_access", "network_policy.allow_out", "network_policy.deny_out",
			"exposed_ports", "template_id",
		},
	},
	"nullspace": {
		required: []string{"id", "status", "config", "template", "created_at"},
		optional: []string{
			"config.vcpus", "config.memory_mb", "config.disk_mb", "metadata", "started_at", "timeout_ms", "timeout_at",
			"expires_at", "timeout_action", "cwd", "snapshot_id", "warm_pool_checkout", "warm_pool_checkout.hit",
			"warm_pool_checkout.id",
		},
	},
	"superserve": {
		required: []string{"metadata"},
		optional: []string{
			"id", "name", "status", "vcpu_count", "memory_mib", "snapshot_id", "created_at", "timeout_seconds", "network",
			"network.allow_out", "network.deny_out", "access_token",
		},
	},
	"blaxel": {
		required: []string{"metadata", "metadata.name", "spec", "spec.runtime.ports[].target"},
		optional: []string{
			"metadata.createdAt", "metadata.updatedAt", "metadata.createdBy", "metadata.updatedBy", "metadata.displayName",
			"metadata.labels", "metadata.plan", "metadata.url", "metadata.workspace",
			"spec.enabled", "spec.lifecycle", "spec.lifecycle.expirationPolicies",
			"spec.lifecycle.expirationPolicies[].action", "spec.lifecycle.expirationPolicies[].type",
			"spec.lifecycle.expirationPolicies[].value", "spec.region",
			"spec.runtime", "spec.runtime.envs", "spec.runtime.envs[].name", "spec.runtime.envs[].secret",
			"spec.runtime.envs[].value", "spec.runtime.expires", "spec.runtime.image", "spec.runtime.memory",
			"spec.runtime.ports", "spec.runtime.ports[].name", "spec.runtime.ports[].protocol", "spec.runtime.ttl",
			"spec.volumes", "spec.volumes[].mountPath", "spec.volumes[].name", "spec.volumes[].readOnly",
			"events", "events[].canaryRevision", "events[].message", "events[].revision", "events[].status",
			"events[].time", "events[].type", "lastUsedAt", "status",
		},
	},
	"primeintellect": {
		required: []string{
			"id", "name", "dockerImage", "startCommand", "cpuCores", "memoryGB", "diskSizeGB", "diskMountPath", "gpuCount",
			"networkAccess", "status", "timeoutMinutes", "environmentVars", "advancedConfigs", "createdAt", "updatedAt",
			"startedAt", "terminatedAt", "userId", "teamId", "kubernetesJobId",
		},
		nullable: []string{
			"startCommand", "startedAt", "terminatedAt", "userId", "teamId", "kubernetesJobId", "gpuType", "exitCode",
			"errorType", "errorMessage", "registryCredentialsId",
		},
		optional: []string{
			"gpuType", "vm", "labels", "exitCode", "errorType", "errorMessage", "region", "registryCredentialsId",
		},
	},
}

// values pins how many values each enum has.
var values = map[string]map[string]int{
	"tensorlake":     {"status": 6},
	"nullspace":      {"status": 5, "timeout_action": 2},
	"superserve":     {"status": 3},
	"blaxel":         {"status": 9},
	"primeintellect": {"status": 6, "gpuType": 47},
}

func TestRegistry(t *testing.T) {
	var slugs []string
	for _, p := range specs.Providers() {
		slugs = append(slugs, p.Slug)
		assert.Equal(t, "specs/"+p.Slug+".yaml", p.File)
		assert.NotEmpty(t, p.Title)
		assert.Regexp(t, `^[A-Z_]+_API_KEY$`, p.KeyVariable)
		assert.Regexp(t, `^[A-Z_]+_URL$`, p.AddressVariable)
		found, ok := specs.Lookup(p.Slug)
		assert.True(t, ok)
		assert.Equal(t, p, found)
	}
	assert.Equal(t, []string{"tensorlake", "nullspace", "superserve", "blaxel", "primeintellect"}, slugs)

	files, err := filepath.Glob("*.yaml")
	require.NoError(t, err)
	assert.Len(t, files, len(slugs), "a document that no provider has, or a provider without one")

	_, ok := specs.Lookup("nobody")
	assert.False(t, ok)
	assert.Panics(t, func() { specs.Provider{}.Document() })
}

// A caller that changes what it got must not change it for the next one.
func TestCopies(t *testing.T) {
	specs.Providers()[0].Slug = "changed"
	p := specs.Providers()[0]
	assert.Equal(t, "tensorlake", p.Slug)
	p.Document()[0] = 0
	assert.NotZero(t, p.Document()[0])
}

func TestDocuments(t *testing.T) {
	for _, p := range specs.Providers() {
		t.Run(p.Slug, func(t *testing.T) {
			document := load(t, p)
			assert.Equal(t, "3.0.3", document.OpenAPI)
			url, operation := only(t, document)
			assert.Equal(t, p.Endpoint, url)
			assert.Equal(t, "getSandbox", operation.OperationID)

			assert.Equal(t, []string{"200"}, slices.Collect(maps.Keys(operation.Responses.Map())))
			content := operation.Responses.Value("200").Value.Content
			require.Equal(t, []string{"application/json"}, slices.Collect(maps.Keys(content)))
			assert.Equal(t, "#/components/schemas/Sandbox", content["application/json"].Schema.Ref)
		})
	}
}

func TestParametersAndSecurity(t *testing.T) {
	type parameter struct {
		name, in, kind, format string
		required               bool
	}
	want := map[string]struct {
		parameters []parameter
		security   string
	}{
		"tensorlake": {[]parameter{{"sandbox_id", "path", "string", "", true}}, "http bearer"},
		"nullspace": {[]parameter{
			{"id", "path", "string", "", true}, {"fields", "query", "string", "", false},
		}, "http bearer"},
		"superserve": {[]parameter{{"sandbox_id", "path", "string", "uuid", true}}, "apiKey header X-API-Key"},
		"blaxel": {[]parameter{
			{"sandboxName", "path", "string", "", true}, {"show_secrets", "query", "boolean", "", false},
		}, "http bearer JWT"},
		"primeintellect": {[]parameter{{"sandbox_id", "path", "string", "", true}}, "http bearer"},
	}
	for _, p := range specs.Providers() {
		t.Run(p.Slug, func(t *testing.T) {
			document := load(t, p)
			_, operation := only(t, document)
			var got []parameter
			for _, ref := range operation.Parameters {
				q := ref.Value
				got = append(got, parameter{q.Name, q.In, q.Schema.Value.Type.Slice()[0], q.Schema.Value.Format, q.Required})
			}
			assert.Equal(t, want[p.Slug].parameters, got)

			require.Len(t, document.Security, 1)
			require.Len(t, document.Security[0], 1)
			for name := range document.Security[0] {
				s := document.Components.SecuritySchemes[name].Value
				assert.Equal(t, want[p.Slug].security, strings.Join(strings.Fields(
					strings.Join([]string{s.Type, s.Scheme, s.BearerFormat, s.In, s.Name}, " ")), " "))
			}
		})
	}
}

func TestPromises(t *testing.T) {
	for _, p := range specs.Providers() {
		t.Run(p.Slug, func(t *testing.T) {
			want := promises[p.Slug]
			var required, nullable, optional []string
			enums := map[string]int{}
			walk(t, root(t, p), "", func(path string, schema *openapi3.Schema, present bool) {
				if schema.Nullable {
					nullable = append(nullable, path)
				}
				if len(schema.Enum) > 0 {
					enums[path] = len(schema.Enum)
				}
				switch {
				case strings.HasSuffix(path, "]") || strings.HasSuffix(path, "*"): // an item or a value is no field
				case present:
					required = append(required, path)
				default:
					optional = append(optional, path)
				}
			})
			assert.ElementsMatch(t, want.required, required, "required")
			assert.ElementsMatch(t, want.nullable, nullable, "nullable")
			assert.ElementsMatch(t, want.optional, optional, "optional")
			assert.Equal(t, values[p.Slug], enums, "values of enums")
		})
	}
}

func TestSchemas(t *testing.T) {
	for _, p := range specs.Providers() {
		t.Run(p.Slug, func(t *testing.T) {
			walk(t, root(t, p), "", func(path string, schema *openapi3.Schema, _ bool) {
				seen := map[any]bool{}
				for _, value := range schema.Enum {
					assert.NotNil(t, value, "%s: nullable says null, not enum", path)
					assert.False(t, seen[value], "%s: %v stands twice in enum", path, value)
					seen[value] = true
				}
				if names, ok := schema.Extensions["x-enum-varnames"].([]any); ok {
					require.Len(t, names, len(schema.Enum), path)
					for i, name := range names {
						want := strings.ToLower(strings.ReplaceAll(fmt.Sprint(schema.Enum[i]), "_", ""))
						got := strings.ToLower(strings.ReplaceAll(fmt.Sprint(name), "With", ""))
						assert.Equal(t, want, got, "%s: the name of %v", path, schema.Enum[i])
					}
				}
				if has := schema.AdditionalProperties.Has; has != nil {
					assert.True(t, *has, "%s: a response stays open to unknown fields", path)
				}
				if !strings.HasSuffix(path, "]") && !strings.HasSuffix(path, "*") {
					assert.NotEmpty(t, schema.Description, path)
				}
			})
		})
	}
}

// The keys that carry the prose: a mistyped one would mean nothing and pass unseen.
func TestExtensions(t *testing.T) {
	want := map[string]map[string]string{
		"tensorlake": {
			"created_at":     "x-unix-time: ms",
			"pending_reason": "x-present-when: map[in:[pending] property:status]",
		},
		"nullspace": {
			"expires_at":  "x-alias-of: timeout_at",
			"snapshot_id": "x-present-only-when: map[in:[paused] property:status]",
		},
		"superserve": {
			"snapshot_id":  "x-present-when: map[in:[paused resuming] property:status]",
			"access_token": "x-secret: true",
		},
		"blaxel":         {"spec.runtime.envs[].value": "x-secret: true"},
		"primeintellect": {"environmentVars.*": "x-secret: true"},
	}
	for _, p := range specs.Providers() {
		t.Run(p.Slug, func(t *testing.T) {
			got := map[string]string{}
			walk(t, root(t, p), "", func(path string, schema *openapi3.Schema, _ bool) {
				for key, value := range schema.Extensions {
					if key != "x-enum-varnames" {
						got[path] += fmt.Sprintf("%s: %v", key, value)
					}
				}
			})
			assert.Equal(t, want[p.Slug], got)

			_, operation := only(t, load(t, p))
			if p.Slug == "nullspace" {
				assert.Equal(t, map[string]any{"x-field-mask": "fields"}, operation.Extensions)
			} else {
				assert.Empty(t, operation.Extensions)
			}
		})
	}
}

// TestReadOnly pins which fields a page calls read-only.
func TestReadOnly(t *testing.T) {
	want := map[string][]string{"blaxel": {"lastUsedAt"}}
	for _, p := range specs.Providers() {
		var got []string
		walk(t, root(t, p), "", func(path string, schema *openapi3.Schema, _ bool) {
			if schema.ReadOnly {
				got = append(got, path)
			}
		})
		assert.Equal(t, want[p.Slug], got, p.Slug)
	}
}

func TestExtensionsAreDocumented(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	key := regexp.MustCompile(`(?m)^\s*(x-[a-z-]+):`)
	used := map[string]bool{}
	for _, p := range specs.Providers() {
		for _, match := range key.FindAllStringSubmatch(string(p.Document()), -1) {
			used[match[1]] = true
		}
	}
	require.NotEmpty(t, used)
	for name := range used {
		assert.Contains(t, string(readme), "### `"+name+"`")
	}
}

func load(t *testing.T, p specs.Provider) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(p.Document())
	require.NoError(t, err)
	require.NoError(t, document.Validate(t.Context()))
	return document
}

// only returns the endpoint and the operation of a document that has a single one.
func only(t *testing.T, document *openapi3.T) (string, *openapi3.Operation) {
	t.Helper()
	require.Len(t, document.Paths.Map(), 1)
	for path, item := range document.Paths.Map() {
		require.Len(t, item.Operations(), 1)
		for method, operation := range item.Operations() {
			return method + " " + document.Servers[0].URL + path, operation
		}
	}
	panic("unreachable")
}

func root(t *testing.T, p specs.Provider) *openapi3.Schema {
	t.Helper()
	return load(t, p).Components.Schemas["Sandbox"].Value
}

// walk calls visit for each schema below one, and tells whether it is that of a required field.
func walk(t *testing.T, schema *openapi3.Schema, path string, visit func(string, *openapi3.Schema, bool)) {
	t.Helper()
	for _, name := range schema.Required {
		assert.Contains(t, schema.Properties, name, "%s requires a field that it doesn't have", path)
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		child := schema.Properties[name].Value
		visit(path+name, child, slices.Contains(schema.Required, name))
		walk(t, child, path+name+".", visit)
	}
	parent := strings.TrimSuffix(path, ".")
	if schema.Items != nil {
		visit(parent+"[]", schema.Items.Value, false)
		walk(t, schema.Items.Value, parent+"[].", visit)
	}
	if each := schema.AdditionalProperties.Schema; each != nil {
		visit(path+"*", each.Value, false)
		walk(t, each.Value, path+"*.", visit)
	}
}
