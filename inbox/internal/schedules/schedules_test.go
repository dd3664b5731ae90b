package schedules_test

import (
	"flag"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/inbox/internal/schedules"
)

var (
	number   = flag.Int("schedules", 0, "how many new schedules TestSchedules plays; 0 is 200 that are always the same")
	steps    = flag.Int("steps", 40, "how many steps a schedule has")
	onlySeed = flag.Uint64("seed", 0, "the seed of the one schedule that TestSchedules plays; 0 is new ones")
)

// Whatever workers, other clients and the mailbox do, each message is handled once. A failure
// prints the seed and the steps of the shortest schedule that fails, and
// -run TestSchedules -seed=N repeats it.
func TestSchedules(t *testing.T) {
	if *onlySeed != 0 {
		if err := (schedules.Schedule{Seed: *onlySeed, Steps: *steps}).Run(); err != nil {
			t.Error(schedules.Shrink(err))
		}
		return
	}
	last, seed := int64(200), func(n int64) uint64 { return uint64(n) }
	if *number > 0 {
		last, seed = int64(*number), func(int64) uint64 { return 1 + rand.Uint64N(1<<40) }
	}
	var played atomic.Int64
	begun := time.Now()
	t.Cleanup(func() { t.Logf("%d schedules in %v", played.Load(), time.Since(begun)) })
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for n := played.Add(1); n <= last; n = played.Add(1) {
				s := schedules.Schedule{Seed: seed(n), Steps: *steps}
				if err := s.Run(); err != nil {
					t.Fatal(schedules.Shrink(err))
				}
			}
			played.Add(-1)
		})
	}
}
