// Package sandbox is one view over the sandboxes of all providers.
package sandbox

import (
	"log/slog"
	"time"

	"github.com/sandboxspec/sandboxspec/clients/api"
)

// A Sandbox is what a provider says of a sandbox, by the same names and in the same units for all. What the provider
// doesn't say is nil, and so is what it says against its own contract, except a text in another format: see Response.
type Sandbox struct {
	// Provider is the provider's slug, such as "tensorlake".
	Provider string `json:"provider" yaml:"provider"`
	// ID is what the sandbox is fetched by: at Blaxel its name.
	ID    *string `json:"id,omitempty" yaml:"id,omitempty"`
	Name  *string `json:"name,omitempty" yaml:"name,omitempty"`
	Image *string `json:"image,omitempty" yaml:"image,omitempty"`
	// State is how this package reads the status: Unknown without a status, and for one that isn't documented.
	State State `json:"state" yaml:"state"`
	// Status is the provider's own word for the state.
	Status *string `json:"status,omitempty" yaml:"status,omitempty"`
	// CPUs may be a fraction.
	CPUs *float64 `json:"cpus,omitempty" yaml:"cpus,omitempty"`
	// MemoryMiB and DiskMiB are in MiB. What a provider calls an MB is taken for one, and a GB for 1,024 of them.
	MemoryMiB *float64   `json:"memory_mib,omitempty" yaml:"memory_mib,omitempty"`
	DiskMiB   *float64   `json:"disk_mib,omitempty" yaml:"disk_mib,omitempty"`
	Created   *time.Time `json:"created,omitempty" yaml:"created,omitempty"`
	// Expires is the time of expiry that the provider states. It is never computed from a timeout. A sandbox of Nullspace
	// may be hibernated then.
	Expires *time.Time `json:"expires,omitempty" yaml:"expires,omitempty"`
	URL     *string    `json:"url,omitempty" yaml:"url,omitempty"`
	// Labels are the user's own words for the sandbox. A value that is no string is its JSON, and empty where the
	// provider has labels without values.
	Labels map[string]string `json:"labels,omitzero" yaml:"labels,omitempty"`
	// Response is what this was read from.
	Response *api.Response `json:"-" yaml:"-"`
}

// LogValue gives a log the response without its body, which may hold secrets.
func (s Sandbox) LogValue() slog.Value { return api.LogValue(s.Response) }

// A State is what a sandbox is up to.
type State string

// The states.
const (
	Starting State = "starting" // on its way to running
	Running  State = "running"
	Stopping State = "stopping" // on its way to paused or ended
	Paused   State = "paused"   // doesn't run, and can run again
	Ended    State = "ended"    // for good
	Failed   State = "failed"   // for good
	Unknown  State = "unknown"  // the provider doesn't say, or in a word that isn't documented
)

// Valid reports whether the state is one of those above.
func (s State) Valid() bool {
	switch s {
	case Starting, Running, Stopping, Paused, Ended, Failed, Unknown:
		return true
	}
	return false
}

// Final reports whether no sandbox leaves the state: Ended or Failed.
func (s State) Final() bool { return s == Ended || s == Failed }
