package api

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

// ErrFinal is the error of waiting for a status that the sandbox can't get to any more.
var ErrFinal = errors.New("no sandbox leaves this status")

// How often Poll asks: first after firstPoll, then less and less often, down to each lastPoll.
const (
	firstPoll, lastPoll = time.Second, 15 * time.Second
	pollFactor          = 1.5
	pollJitter          = 0.1
)

// Poll calls get until done says so of what it returned, get fails, or the context ends: at once, and then less and less
// often. It returns what get returned last, and the error of get or of the context.
func Poll[S any](ctx context.Context, get func(context.Context) (S, error), done func(S) bool) (S, error) {
	policy := retrypolicy.NewBuilder[S]().
		HandleIf(func(s S, err error) bool { return err == nil && !done(s) }).
		WithMaxRetries(-1).
		WithBackoffFactor(firstPoll, lastPoll, pollFactor).
		WithJitterFactor(pollJitter).
		Build()
	var last S
	_, err := failsafe.With(policy).WithContext(ctx).Get(func() (S, error) {
		s, err := get(ctx)
		if err == nil || !reflect.ValueOf(&s).Elem().IsZero() {
			last = s
		}
		return s, err
	})
	return last, err
}

// WaitUntil gets what has the id until its status is one of until, or one that is final. It returns what it got last,
// with an error that is ErrFinal where the status is final and was not asked for, or says what failed or ended before.
func WaitUntil[M any, S ~string](
	ctx context.Context, id string, get func(context.Context) (M, error), status func(M) S, final func(S) bool, until []S,
) (M, error) {
	var seen S
	model, err := Poll(ctx, get, func(model M) bool {
		seen = status(model)
		return slices.Contains(until, seen) || final(seen)
	})
	switch {
	case err != nil && seen != "":
		err = fmt.Errorf("%w (the status of sandbox %q was %q then)", err, id, line(string(seen)))
	case err == nil && len(until) > 0 && !slices.Contains(until, seen):
		var words []string
		for _, word := range until {
			words = append(words, string(word))
		}
		err = fmt.Errorf("sandbox %q is %s, not %s: %w", id, seen, strings.Join(words, " or "), ErrFinal)
	}
	return model, err
}
