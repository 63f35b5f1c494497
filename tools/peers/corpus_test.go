package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const few = 300 // bodies of each provider

// TestConforming: nobody who validates refuses anything.
func TestConforming(t *testing.T) {
	contenders, absent, err := contenders()
	require.NoError(t, err)
	for _, reason := range absent {
		t.Log(reason)
	}
	for _, shuffled := range []bool{false, true} {
		c := conforming(all, few, shuffled)
		require.Len(t, c.bodies, few*len(providers))
		for i := range c.bodies {
			require.Empty(t, findings(&c.bodies[i]), "%s", c.bodies[i].text)
		}
		for _, contender := range contenders {
			verdicts, err := contender.judge(c.bodies)
			require.NoError(t, err)
			for i, v := range verdicts {
				require.True(t, v.Passes, "%s: %s", contender.name(), c.bodies[i].text)
			}
		}
	}
	for _, c := range contenders {
		c.close()
	}
}

// TestBodies: they are compact, of the right size, always the same, and in another order
// the same too.
func TestBodies(t *testing.T) {
	ordered, again, shuffled := conforming(all, few, false), conforming(all, few, false), conforming(all, few, true)
	moved := 0
	for i, b := range ordered.bodies {
		require.Equal(t, b, again.bodies[i])
		require.True(t, smallest <= len(b.text) && len(b.text) <= largest, "%s", b.text)
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, b.text))
		require.Equal(t, compact.String(), string(b.text))
		require.JSONEq(t, string(b.text), string(shuffled.bodies[i].text))
		if !bytes.Equal(b.text, shuffled.bodies[i].text) {
			moved++
		}
	}
	assert.Equal(t, len(ordered.bodies), moved)
	only := conforming(2, few, false)
	assert.Equal(t, ordered.bodies[2*few:3*few], only.bodies)
}

// TestBreaking: the contract finds what is broken and nothing else, by rule and place, and
// much is.
func TestBreaking(t *testing.T) {
	c := breaking(all, few)
	broken := map[string]bool{}
	for i := range c.bodies {
		b := &c.bodies[i]
		broken[b.broken] = true
		require.Equal(t, []answer{b.right}, answers(b), "%s: %q", b.broken, b.text)
	}
	assert.Greater(t, len(broken), 15)
	assert.NotContains(t, broken, "")
}
