//go:build !unix

package main

import "time"

// cpuTime is unknown here. bench/run needs Linux, but the package builds everywhere.
func cpuTime() time.Duration { return 0 }
