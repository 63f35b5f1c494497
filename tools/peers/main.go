// Peers holds the contract of this repository against other ways to judge a response:
// how fast they are on the same bodies, and how often they are right.
//
//	go run .
//
// It prints Markdown. It exits with 1 where the contract isn't right, and with 2 where
// it could not run. It needs a Unix, and for ajv Node.js and one npm ci in the folder
// ajv. After a change of this repository's requirements it needs a go mod tidy.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
)

func main() {
	rounds := flag.Int("rounds", 7, "how many `times` each contender is timed on each corpus")
	bodies := flag.Int("bodies", 5000, "the `number` of bodies of each provider in each corpus")
	provider := flag.String("provider", "", "the `slug` of the only provider to take bodies of")
	flag.Parse()
	only := all
	if *provider != "" {
		only = slices.IndexFunc(providers, func(p source) bool { return p.slug == *provider })
	}
	if flag.NArg() > 0 || *rounds < 1 || *bodies < 1 || *provider != "" && only < 0 {
		flag.Usage()
		os.Exit(2)
	}
	right, err := run(*rounds, *bodies, only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(2)
	}
	if !right {
		fmt.Fprintln(os.Stderr, "peers: the contract is not right everywhere")
		os.Exit(1)
	}
}

// run times, judges and prints, and says whether the contract was right everywhere.
func run(rounds, bodies, only int) (right bool, err error) {
	runtime.GOMAXPROCS(1)
	contenders, absent, err := contenders()
	if err != nil {
		return false, err
	}
	defer func() {
		for _, c := range contenders {
			c.close()
		}
	}()
	fmt.Printf("CPU time of the process, decoding and garbage collection included, Go on one thread: the median of %d interleaved rounds, "+
		"and in brackets the least and the most. %s on %s/%s.\n", rounds, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, reason := range absent {
		fmt.Println("\n" + reason)
	}
	rows, err := judgeExamples(contenders)
	if err != nil {
		return false, err
	}
	for _, corpusOf := range []func() corpus{
		func() corpus { return conforming(only, bodies, false) },
		func() corpus { return conforming(only, bodies, true) },
		func() corpus { return breaking(only, bodies) },
	} {
		c := corpusOf()
		results, err := measure(contenders, c, rounds)
		if err != nil {
			return false, err
		}
		printSpeed(os.Stdout, c, results)
		judged, err := judgeCorpus(contenders, c)
		if err != nil {
			return false, err
		}
		rows = append(rows, judged...)
	}
	printVerdicts(os.Stdout, contenders, rows)
	right = true
	for _, r := range rows {
		if ours := r.scores[0]; ours.wrong > 0 {
			right = false
			fmt.Fprintf(os.Stderr, "\n%s: wrong about %d of %d, first about\n%q\nright: %v\nsaid:  %v\n",
				r.title, ours.wrong, r.of, ours.first.text, ours.first.right, answers(ours.first))
		}
	}
	return right, nil
}
