package sandbox

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/blaxel"
	"github.com/sandboxspec/sandboxspec/clients/nullspace"
	"github.com/sandboxspec/sandboxspec/clients/primeintellect"
	"github.com/sandboxspec/sandboxspec/clients/superserve"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// A mapping says where the body of a provider's response has what a Sandbox has: by RFC 6901 pointers, empty for what the
// provider doesn't say. A value is the provider's own. Only units and the words for states are converted, and nothing is
// computed that the provider doesn't promise: a timeout in seconds says nothing about when a sandbox ends, since most
// providers pause it, or start the timeout again.
type mapping struct {
	open func(...api.Option) (getter, error)

	id, name, image, status, url string
	cpus                         string
	memory, disk                 amount
	created                      string   // a date-time, or milliseconds since 1970
	expires                      []string // date-times: the first that is there
	labels                       string   // an object, or an array of strings
	states                       map[string]State
}

// An amount is where a number stands, and how many MiB one of its unit is.
type amount struct {
	pointer string
	mib     float64
}

var mappings = map[string]mapping{
	"tensorlake": {
		open:    opener(tensorlake.New, (*tensorlake.Client).GetSandbox, func(s *tensorlake.Sandbox) *api.Response { return s.Response }),
		id:      "/id",
		image:   "/image",
		status:  "/status",
		cpus:    "/resources/cpus",
		memory:  amount{"/resources/memory_mb", 1},
		disk:    amount{"/resources/ephemeral_disk_mb", 1},
		created: "/created_at",
		url:     "/sandbox_url",
		states: map[string]State{
			"pending":      Starting,
			"running":      Running,
			"snapshotting": Running,
			"suspending":   Stopping,
			"suspended":    Paused,
			"terminated":   Ended,
		},
	},
	"nullspace": {
		open: opener(nullspace.New, func(c *nullspace.Client, ctx context.Context, id string) (*nullspace.Sandbox, error) {
			return c.GetSandbox(ctx, id)
		}, func(s *nullspace.Sandbox) *api.Response { return s.Response }),
		id:      "/id",
		image:   "/template",
		status:  "/status",
		cpus:    "/config/vcpus",
		memory:  amount{"/config/memory_mb", 1},
		disk:    amount{"/config/disk_mb", 1},
		created: "/created_at",
		// The one is an alias of the other. What happens then is in timeout_action: the sandbox may be hibernated.
		expires: []string{"/expires_at", "/timeout_at"},
		labels:  "/metadata",
		states: map[string]State{
			"creating":  Starting,
			"running":   Running,
			"paused":    Paused,
			"destroyed": Ended,
			"error":     Failed,
		},
	},
	"superserve": {
		open:    opener(superserve.New, (*superserve.Client).GetSandbox, func(s *superserve.Sandbox) *api.Response { return s.Response }),
		id:      "/id",
		name:    "/name",
		status:  "/status",
		cpus:    "/vcpu_count",
		memory:  amount{"/memory_mib", 1},
		created: "/created_at",
		labels:  "/metadata",
		states: map[string]State{
			"active":   Running,
			"paused":   Paused,
			"resuming": Starting,
		},
	},
	"blaxel": {
		open: opener(blaxel.New, func(c *blaxel.Client, ctx context.Context, id string) (*blaxel.Sandbox, error) {
			return c.GetSandbox(ctx, id)
		}, func(s *blaxel.Sandbox) *api.Response { return s.Response }),
		id:      "/metadata/name",
		name:    "/metadata/name",
		image:   "/spec/runtime/image",
		status:  "/status",
		memory:  amount{"/spec/runtime/memory", 1},
		created: "/metadata/createdAt",
		expires: []string{"/spec/runtime/expires"},
		url:     "/metadata/url",
		labels:  "/metadata/labels",
		states: map[string]State{
			"UPLOADING":    Starting,
			"BUILDING":     Starting,
			"DEPLOYING":    Starting,
			"DEPLOYED":     Running, // or on standby, from which the next call resumes it
			"DEACTIVATING": Stopping,
			"DEACTIVATED":  Paused,
			"DELETING":     Stopping,
			"TERMINATED":   Ended,
			"FAILED":       Failed,
		},
	},
	"primeintellect": {
		open:    opener(primeintellect.New, (*primeintellect.Client).GetSandbox, func(s *primeintellect.Sandbox) *api.Response { return s.Response }),
		id:      "/id",
		name:    "/name",
		image:   "/dockerImage",
		status:  "/status",
		cpus:    "/cpuCores",
		memory:  amount{"/memoryGB", 1024},
		disk:    amount{"/diskSizeGB", 1024},
		created: "/createdAt",
		labels:  "/labels",
		states: map[string]State{
			"PENDING":      Starting,
			"PROVISIONING": Starting,
			"RUNNING":      Running,
			"PAUSED":       Paused,
			"ERROR":        Failed,
			"TERMINATED":   Ended,
		},
	},
}

// view reads a response.
func (m mapping) view(r *api.Response) *Sandbox {
	b := newBody(r)
	s := &Sandbox{
		Provider: r.Provider, Response: r, State: Unknown,
		ID: b.text(m.id), Name: b.text(m.name), Image: b.text(m.image), Status: b.text(m.status), URL: b.text(m.url),
		CPUs: b.number(m.cpus), MemoryMiB: b.amount(m.memory), DiskMiB: b.amount(m.disk),
		Created: b.time(m.created), Labels: b.labels(m.labels),
	}
	if s.Status != nil {
		if state, documented := m.states[*s.Status]; documented {
			s.State = state
		}
	}
	for _, pointer := range m.expires {
		if s.Expires == nil {
			s.Expires = b.time(pointer)
		}
	}
	return s
}

// A body is that of a response, without the values that findings are about.
type body struct {
	root    any
	against map[string]bool // by pointer
}

func newBody(r *api.Response) body {
	root, _ := r.Value("")
	b := body{root, map[string]bool{}}
	for _, f := range r.Findings {
		switch f.Rule {
		case contract.Enum, contract.Format, contract.Required, contract.UndocumentedField, contract.Condition, contract.IntegerNotation:
			// The value is what it is. An ID in a new format is still the ID, and a text that is no time gives none.
		default:
			b.against[f.Pointer] = true
		}
	}
	return b
}

// value returns what stands at a pointer, and nil where nothing does.
func (b body) value(pointer string) any {
	if pointer == "" || b.against[pointer] {
		return nil
	}
	value, _ := api.Lookup(b.root, pointer)
	return value
}

func (b body) text(pointer string) *string {
	if text, ok := b.value(pointer).(string); ok {
		return &text
	}
	return nil
}

func (b body) number(pointer string) *float64 {
	if number, ok := b.value(pointer).(json.Number); ok {
		if n, ok := api.ParseNumber(number); ok {
			return &n
		}
	}
	return nil
}

func (b body) amount(a amount) *float64 {
	n := b.number(a.pointer)
	if n == nil || math.IsInf(*n*a.mib, 0) {
		return nil
	}
	*n *= a.mib
	return n
}

// time returns the time at a pointer: a date-time, or a number of milliseconds since 1970 that x-unix-time accepts.
func (b body) time(pointer string) *time.Time {
	switch value := b.value(pointer).(type) {
	case string:
		if t, ok := api.ParseTime(value); ok {
			return &t
		}
	case json.Number:
		if ms := b.number(pointer); ms != nil && *ms >= float64(contract.MinUnixMilli) && *ms < float64(contract.LimitUnixMilli) {
			t := time.UnixMilli(int64(*ms)).UTC()
			return &t
		}
	}
	return nil
}

func (b body) labels(pointer string) map[string]string {
	labels := map[string]string{}
	switch value := b.value(pointer).(type) {
	case map[string]any:
		for name := range value {
			at := pointer + "/" + contract.EscapeToken(name)
			if b.against[at] {
				continue
			}
			if text, ok := value[name].(string); ok {
				labels[name] = text
				continue
			}
			encoded, err := json.Marshal(value[name])
			if err == nil {
				labels[name] = string(encoded)
			}
		}
	case []any:
		for _, item := range value {
			if label, ok := item.(string); ok {
				labels[label] = ""
			}
		}
	default:
		return nil
	}
	return labels
}
