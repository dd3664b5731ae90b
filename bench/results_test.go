package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/bench/job"
	"github.com/imapcompat/imapcompat/bench/proxy"
)

func millis(wall ...int) (list []*sample) {
	for _, ms := range wall {
		list = append(list, &sample{
			Measurement: job.Measurement{
				Wall: time.Duration(ms) * time.Millisecond, CPU: time.Duration(ms) * time.Millisecond / 2,
				Memory: ms << 20, Messages: 5, Octets: 7,
			},
			Traffic: &proxy.Traffic{Sent: int64(ms) * 10, Received: int64(ms) * 1000, RoundTrips: ms},
		})
	}
	return list
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		wall []int
		want spread
	}{
		{[]int{5}, spread{5, 5, 5}},
		{[]int{9, 1, 4}, spread{4, 1, 9}},
		{[]int{8, 1, 4, 2}, spread{3, 1, 8}},
	} {
		if got, ok := spreadOf(millis(c.wall...), wall); !ok || got != c.want {
			t.Errorf("%v: %v, %v, want %v", c.wall, got, ok, c.want)
		}
	}
	if _, ok := spreadOf(nil, wall); ok {
		t.Error("nothing has a median")
	}
}

// network is a run with two round trip times.
func network() *results {
	r := &results{Machine: machine{CPU: "Example", Cores: 2}, Rounds: 3}
	for i, rtt := range []time.Duration{0, 20 * time.Millisecond} {
		s := overNetwork("imap", 500, 100, rtt)
		s.workloads = []string{"body", "sort"}
		measured := r.add(s)
		for c, ms := range map[string]int{extension: 400, library: 100, plain: 500, wire: 80} {
			measured.Workloads[0].Samples[c] = millis(ms*(i+1), ms*(i+1)+2, ms*(i+1)+1)
		}
	}
	return r
}

func TestMarkdown(t *testing.T) {
	var out bytes.Buffer
	if err := network().markdown(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"### IMAP, 20ms, 500 messages\n",
		"| workload | ext-imap | imapcompat | go-imap | wire | imapcompat / ext-imap | imapcompat / wire |\n|---|---:|---:|---:|---:|---:|---:|\n",
		"| body | 401 (400–402) | 101 (100–102) | 501 (500–502) | 81.0 (80.0–82.0) | 0.25 | 1.25 |\n",
		"| sort | – | – | – | – | – | – |\n",
		"| body | 400 | 100 | 500 | 80.5 | 801 | 201 | 1001 | 161 |\n",                             // CPU, memory of the second
		"| body | 401 | 101 | 501 | 81.0 | 4.01 + 401 | 1.01 + 101 | 5.01 + 501 | 0.81 + 81.0 |\n", // traffic
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no %q in\n%s", want, out.String())
		}
	}
}

func TestPublish(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, sizeFile), []byte("of another run"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := network()
	if err := r.publish(dir); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, pageFile))
	if err != nil {
		t.Fatal(err)
	}
	if text := string(page); !strings.Contains(text, rttFile) || strings.Contains(text, sizeFile) || !strings.Contains(text, "Example, 2 cores") {
		t.Errorf("the page is\n%s", text)
	}
	if figure, err := os.ReadFile(filepath.Join(dir, rttFile)); err != nil || !bytes.Contains(figure, []byte("body, imap")) {
		t.Errorf("the figure is %q, %v", figure, err)
	}
	if _, err := os.Stat(filepath.Join(dir, sizeFile)); !os.IsNotExist(err) {
		t.Errorf("the figure of another run is still there: %v", err)
	}
}

// Contestants that read different data are an error.
func TestCompare(t *testing.T) {
	verified := func(digests map[string]string) map[string]*sample {
		list := make(map[string]*sample)
		for c, d := range digests {
			list[c] = &sample{Measurement: job.Measurement{Digest: d}}
		}
		return list
	}
	other := millis(3)
	other[0].Messages++
	uncounted := millis(3)
	uncounted[0].Octets = 0
	nothing := millis(3)
	nothing[0].Messages, nothing[0].Octets = 0, 0
	for _, c := range []struct {
		name    string
		results workloadResults
		want    string
	}{
		{"equal", workloadResults{verified: verified(map[string]string{extension: "a", library: "a", plain: ""})}, ""},
		{"digest", workloadResults{verified: verified(map[string]string{extension: "a", library: "b"})}, "imapcompat has other results than ext-imap"},
		{"same", workloadResults{Samples: map[string][]*sample{extension: millis(1, 2), library: millis(3)}}, ""},
		{"other", workloadResults{Samples: map[string][]*sample{extension: millis(1), library: other}}, "imapcompat read 6 messages"},
		{"uncounted", workloadResults{Samples: map[string][]*sample{extension: millis(1), plain: uncounted, wire: nothing}}, ""},
		{"library uncounted", workloadResults{Samples: map[string][]*sample{extension: millis(1), library: uncounted}}, "with 0 octets"},
		{"alone", workloadResults{Samples: map[string][]*sample{library: millis(1)}}, ""},
	} {
		err := c.results.compare()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestPlan(t *testing.T) {
	o, err := parse([]string{"--binaries", "x", "--only", "^pop3 80ms body/found 500$"})
	if err != nil {
		t.Fatal(err)
	}
	list := plan(o)
	if len(list) != 1 || list[0].Messages != 500 || len(list[0].workloads) != 1 || list[0].rtt != 80*time.Millisecond {
		t.Errorf("the plan is %v", list)
	}
	for _, args := range [][]string{nil, {"--binaries", "x", "--rounds", "-1"}, {"--binaries", "x", "--only", "("}, {"--binaries", "x", "y"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%q is no error", args)
		}
	}
}

func TestRandom(t *testing.T) {
	list := random(500, 100)
	seen := make(map[int]bool)
	for _, n := range list {
		if n < 1 || n > 500 || seen[n] {
			t.Fatalf("message %d is in %v", n, list)
		}
		seen[n] = true
	}
	if len(list) != 100 || len(random(3, 9)) != 3 {
		t.Errorf("%d numbers", len(list))
	}
}
