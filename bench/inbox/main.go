// Command inbox measures package inbox: what a job costs beside a plain loop, how several
// processes share a ledger, and how time and memory grow with the messages that a ledger knows.
//
//	go run ./bench/inbox
//	go run ./bench/inbox -postgres postgres://user@host/empty
//
// The server is a process of its own, which is this program with -server. It generates the
// messages while it sends them. Each measurement is a process of its own too, and begins when
// its mailbox and its ledger are open. -rounds measurements are made of each, one after the
// other in turns, and the median is printed with the smallest and the largest.
package main

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/imapcompat/imapcompat/bench/self"
)

func main() {
	var b bench
	flag.IntVar(&b.messages, "n", 10000, "how many `messages` the loop and the jobs read")
	flag.IntVar(&b.slow, "slow", 1000, "how many `messages` the handler that takes a while gets")
	flag.DurationVar(&b.takes, "takes", 20*time.Millisecond, "how long that handler takes")
	flag.IntVar(&b.rounds, "rounds", 5, "how many `rounds` of the loop and the jobs, or 0")
	known := flag.String("known", "10000,1000000", "how many messages a ledger knows, `sizes`, or \"\"")
	flag.StringVar(&b.postgres, "postgres", "", "`URL` of an empty PostgreSQL database, whose tables inbox_* are dropped")
	server := flag.Int("server", 0, "be the server of a mailbox of so many `messages`")
	worker := flag.String("work", "", "do the `work` of one process, which is JSON")
	flag.Parse()
	var err error
	switch {
	case *server > 0:
		err = serve(os.Stdout, *server)
	case *worker != "":
		err = work(os.Stdin, os.Stdout, *worker)
	default:
		err = b.run(os.Stdout, *known)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "inbox:", err)
		os.Exit(1)
	}
}

// bench has the settings.
type bench struct {
	messages, slow, rounds int
	takes                  time.Duration
	postgres               string
	dir                    string
}

func (b *bench) run(out io.Writer, known string) error {
	dir, err := os.MkdirTemp("", "bench-inbox-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b.dir = dir
	if err := b.compare(out); err != nil {
		return err
	}
	for size := range strings.SplitSeq(known, ",") {
		if size == "" {
			continue
		}
		n, err := strconv.Atoi(size)
		if err != nil || n < 1 {
			return fmt.Errorf("-known %s: not a number of messages", size)
		}
		if err := b.known(out, n); err != nil {
			return err
		}
	}
	return nil
}

// contest is something that is measured.
type contest struct {
	name      string
	task      task
	messages  int
	processes int
	results   []result
}

// compare measures the loop and the jobs.
func (b *bench) compare(out io.Writer) error {
	takes := fmt.Sprintf(", handler of %v", b.takes)
	list := []*contest{
		{name: "plain loop", task: task{Kind: "loop"}, messages: b.messages, processes: 1},
		{name: "job, SQLite", task: task{Kind: "job"}, messages: b.messages, processes: 1},
		{name: "job, SQLite, 4 processes" + takes, task: task{Kind: "job", Takes: b.takes}, messages: b.slow, processes: 4},
	}
	if b.postgres != "" {
		for _, processes := range []int{1, 4} {
			name := fmt.Sprintf("job, PostgreSQL, %d processes", processes)
			list = append(list,
				&contest{name: name, task: task{Kind: "job", Ledger: b.postgres}, messages: b.messages, processes: processes},
				&contest{name: name + takes, task: task{Kind: "job", Ledger: b.postgres, Takes: b.takes}, messages: b.slow, processes: processes})
		}
	}
	for round := range b.rounds {
		for i := range list {
			c := list[(i+round)%len(list)]
			r, err := b.measure(c, round)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			c.results = append(c.results, r)
		}
	}
	for _, c := range list {
		if len(c.results) > 0 {
			c.print(out)
		}
	}
	return nil
}

func (c *contest) print(out io.Writer) {
	slices.SortFunc(c.results, func(a, b result) int { return cmp.Compare(a.Wall, b.Wall) })
	median := c.results[len(c.results)/2]
	fmt.Fprintf(out, "%-52s %6d messages %8d ms (%d to %d) %6.0f µs a message %5.0f MiB\n", c.name, c.messages,
		median.Wall.Milliseconds(), c.results[0].Wall.Milliseconds(), c.results[len(c.results)-1].Wall.Milliseconds(),
		float64(median.Wall.Microseconds())/float64(c.messages), mebi(median.Memory))
}

func mebi(octets int) float64 { return float64(octets) / (1 << 20) }

// measure runs the processes of a contest once, on a new mailbox and a new ledger.
func (b *bench) measure(c *contest, round int) (result, error) {
	t := c.task
	if t.Ledger == "" {
		t.Ledger = filepath.Join(b.dir, fmt.Sprintf("%d-%d-%d.db", c.processes, c.messages, round))
	} else if err := dropTables(t.Ledger); err != nil {
		return result{}, err
	}
	address, stop, err := self.Start("-server", strconv.Itoa(c.messages))
	if err != nil {
		return result{}, err
	}
	defer stop()
	t.Server = address
	total, err := runAll(t, c.processes)
	if err == nil && total.Messages != c.messages {
		err = fmt.Errorf("%d messages were handled, not %d", total.Messages, c.messages)
	}
	return total, err
}

// dropTables empties a database of an earlier ledger.
func dropTables(url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'inbox\_%'`)
	if err != nil {
		return err
	}
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, name := range names {
		if _, err := db.ExecContext(context.Background(), `DROP TABLE `+name); err != nil {
			return err
		}
	}
	return nil
}

// known measures a job over a mailbox of which the ledger knows all but ten messages.
func (b *bench) known(out io.Writer, n int) error {
	const fresh = 10
	address, stop, err := self.Start("-server", strconv.Itoa(n+fresh))
	if err != nil {
		return err
	}
	defer stop()
	file := filepath.Join(b.dir, fmt.Sprintf("known-%d.db", n))
	defer os.Remove(file)
	fill := task{Kind: "fill", Server: address, Ledger: file, Known: n}
	filled, err := runAll(fill, 1)
	if err != nil {
		return err
	}
	r, err := runAll(task{Kind: "job", Server: address, Ledger: file}, 1)
	if err != nil {
		return err
	}
	if r.Messages != fresh {
		return fmt.Errorf("of %d messages %d were new, not %d", n+fresh, r.Messages, fresh)
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d known messages, %d new ones: %d ms, %.0f MiB; recording the known ones took %d ms, and their ledger has %d octets a message\n",
		n, fresh, r.Wall.Milliseconds(), mebi(r.Memory), filled.Wall.Milliseconds(), info.Size()/int64(n))
	return nil
}

func (t task) String() string {
	text, err := json.Marshal(t)
	if err != nil {
		panic(err) // of plain fields
	}
	return string(text)
}
