package api

import (
	"cmp"
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Limit is how many requests a provider takes in any such time. With 0 requests there is none.
type Limit struct {
	Requests int
	Per      time.Duration
	// PerID counts the requests for each ID apart.
	PerID bool
}

// A limiter has requests wait for their turn.
type limiter struct {
	limit Limit
	mu    sync.Mutex
	turns map[string]*rate.Limiter // by ID, or all under "" where they count together
	sweep int                      // at this size, those that are idle are dropped
}

const firstSweep = 1000

func newLimiter(l Limit) *limiter {
	return &limiter{limit: l, turns: map[string]*rate.Limiter{}, sweep: firstSweep}
}

// wait returns when a request for the id may be sent, or at once with an error of package context where the context ends
// before.
func (l *limiter) wait(ctx context.Context, id string) error {
	if l.limit.Requests <= 0 || l.limit.Per <= 0 {
		return ctx.Err()
	}
	if !l.limit.PerID {
		id = ""
	}
	if l.turn(id).Wait(ctx) != nil {
		return cmp.Or(ctx.Err(), context.DeadlineExceeded) // rate has an error of its own for a turn after the deadline
	}
	return nil
}

func (l *limiter) turn(id string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if turn := l.turns[id]; turn != nil {
		return turn
	}
	// A tenth may go at once, and the others follow as they would be spread over the time that is left: whoever takes the
	// tenth, and then all that comes, has all of them in that time and no more. The microsecond is for rounding.
	burst := max(l.limit.Requests/10, 1)
	every := l.limit.Per/time.Duration(l.limit.Requests-burst+1) + time.Microsecond
	if len(l.turns) >= l.sweep {
		for other, turn := range l.turns {
			if turn.Tokens() >= float64(burst) {
				delete(l.turns, other)
			}
		}
		l.sweep = max(firstSweep, 2*len(l.turns))
	}
	turn := rate.NewLimiter(rate.Every(every), burst)
	l.turns[id] = turn
	return turn
}
