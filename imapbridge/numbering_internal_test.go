package imapbridge

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// numbering behaves as a list of messages does.
func TestNumbering(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := numbering{exists: random.IntN(20)}
		// server has the caller's number of each message of the server.
		var server []int
		for i := range n.exists {
			server = append(server, i+1)
		}
		all := n.exists
		for range random.IntN(25) {
			switch random.IntN(4) {
			case 0:
				n.exists++
				all++
				server = append(server, all)
			case 1:
				n.gone = nil
				all = len(server)
				for i := range server {
					server[i] = i + 1
				}
			default:
				num := random.IntN(22)
				if err := n.expunged(num); err != nil {
					t.Fatal(err)
				}
				if num >= 1 && num <= len(server) {
					server = slices.Delete(server, num-1, num)
				}
			}
			if n.messages() != all {
				t.Fatalf("%d messages, want %d", n.messages(), all)
			}
			for i, v := range server {
				if got := n.toCaller(i + 1); got != v {
					t.Fatalf("%+v: message %d of the server is %d, want %d", n, i+1, got, v)
				}
			}
			first := random.IntN(25)
			r := backend.Range{First: first, Last: first + random.IntN(5)}
			var want, got []int
			for i, v := range server {
				if r.First <= v && v <= r.Last {
					want = append(want, i+1)
				}
			}
			for _, s := range n.serverRanges([]backend.Range{r}) {
				for num := s.First; num <= s.Last; num++ {
					got = append(got, num)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%+v: %v is %v, want %v", n, r, got, want)
			}
		}
	}
}
