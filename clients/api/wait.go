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

// A Word is a status: a string that reports whether its spec documents it.
type Word interface {
	~string
	Valid() bool
}

// WaitUntil gets what has the id until its status is one of until, or one that is final. It returns what it got last,
// with an error that is ErrFinal where the status is final and was not asked for, or says what failed or ended before.
// Nothing is sent, and there is an error at once, where until is empty, or has a word that isn't documented and c isn't
// set up WithUndocumentedStatuses. c may be nil where the words aren't a provider's own.
func WaitUntil[M any, S Word](
	ctx context.Context, c *Client, id string, get func(context.Context) (M, error), status func(M) S, final func(S) bool, until []S,
) (M, error) {
	if err := checkWords(c, id, until); err != nil {
		var nothing M
		return nothing, err
	}
	var seen S
	model, err := Poll(ctx, get, func(model M) bool {
		seen = status(model)
		return slices.Contains(until, seen) || final(seen)
	})
	shown := string(seen)
	if c != nil {
		shown = c.mask.text(shown)
	}
	shown = line(shown, longestText)
	switch {
	case err != nil && seen != "":
		err = fmt.Errorf("%w (the status of sandbox %q was %q then)", err, id, shown)
	case err == nil && !slices.Contains(until, seen):
		err = fmt.Errorf("sandbox %q is %s, not %s: %w", id, shown, join(until), ErrFinal)
	}
	return model, err
}

// checkWords returns an error where there is nothing to wait for, or something that can't be meant.
func checkWords[S Word](c *Client, id string, until []S) error {
	provider, advice := "", ""
	if c != nil {
		provider, advice = c.service.Slug+": ", ", or pass api.WithUndocumentedStatuses"
	}
	if len(until) == 0 {
		return fmt.Errorf("%ssandbox %q: no status to wait for: name at least one", provider, id)
	}
	for _, word := range until {
		if !word.Valid() && (c == nil || !c.anyStatus) {
			return fmt.Errorf("%ssandbox %q: the status %q to wait for is not documented: choose one that is%s", provider, id, string(word), advice)
		}
	}
	return nil
}

// join lists statuses for people.
func join[S Word](statuses []S) string {
	var words []string
	for _, word := range statuses {
		words = append(words, string(word))
	}
	return strings.Join(words, " or ")
}
