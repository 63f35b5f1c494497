package main

import (
	"fmt"
	"os"
	"slices"
	"time"
)

// result is what one contender took for a corpus, a round each.
type result struct {
	contender contender
	cpu       []time.Duration // once over the corpus
	allocs    float64         // a body, the median; notCounted where nobody knows
}

// enough is how long a contender is timed in a round, at least: the fast ones judge the
// corpus more than once.
const enough = 300 * time.Millisecond

// measure times the contenders in turn, as many rounds as it is told, so that whatever
// else the machine does meets all of them. Each judges the corpus once before that.
func measure(contenders []contender, c corpus, rounds int) ([]result, error) {
	results := make([]result, len(contenders))
	times := make([]int, len(contenders))
	allocs := make([][]float64, len(contenders))
	for round := -1; round < rounds; round++ {
		fmt.Fprintf(os.Stderr, "%s: round %d of %d\n", c.title, round+1, rounds)
		for i := range contenders {
			// Nobody always comes after the same one.
			at := (i + max(round, 0)) % len(contenders)
			spent, err := contenders[at].cost(c.bodies, max(times[at], 1))
			if err != nil {
				return nil, err
			}
			if round < 0 {
				times[at] = 1 + int(enough/max(spent.cpu, time.Microsecond))
				continue
			}
			results[at].cpu = append(results[at].cpu, spent.cpu/time.Duration(times[at]))
			allocs[at] = append(allocs[at], spent.allocs/float64(times[at]*len(c.bodies)))
		}
	}
	for i := range results {
		results[i].contender = contenders[i]
		results[i].allocs = notCounted
		if allocs[i][0] >= 0 {
			results[i].allocs = spreadOf(allocs[i]).median
		}
	}
	return results, nil
}

// spread is the middle, the least and the most of what the rounds gave.
type spread struct{ median, least, most float64 }

func spreadOf(values []float64) spread {
	s := slices.Sorted(slices.Values(values))
	middle := len(s) / 2
	median := s[middle]
	if len(s)%2 == 0 {
		median = (s[middle-1] + s[middle]) / 2
	}
	return spread{median, s[0], s[len(s)-1]}
}

func (r result) median() time.Duration { return slices.Sorted(slices.Values(r.cpu))[len(r.cpu)/2] }
