package main

import (
	"syscall"
	"time"
)

// cpuTime returns what the process has used so far, in user mode and in the kernel, on
// all threads.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic("peers: " + err.Error())
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
