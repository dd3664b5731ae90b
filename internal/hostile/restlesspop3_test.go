package hostile_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// restlessMaildrop is a POP3 server with a large maildrop. LIST is wrong about some messages,
// TOP cuts some, and both agree on a wrong size of some. RETR, TOP and DELE are sometimes
// refused, and the connection may end in the middle of a text.
type restlessMaildrop struct {
	mu    sync.Mutex
	r     *rand.Rand
	count int

	listed  map[int]int  // wrong sizes
	most    map[int]int  // lines that TOP brings at most
	lies    map[int]bool // LIST and TOP leave out the last line
	refused map[string]int
	refuses bool // DELE now and then
	texts   int  // until the connection ends, 0 for ever

	marked, removed map[int]bool
}

func (m *item) text() string { return m.header() + m.body() }

func (m *item) withoutLastLine() string {
	text := m.text()
	return text[:strings.LastIndex(text[:len(text)-2], "\r\n")+2]
}

func newRestlessMaildrop(seed uint64, r *rand.Rand) *restlessMaildrop {
	d := &restlessMaildrop{
		r: rand.New(rand.NewPCG(seed, 1)), count: 1 + r.IntN(900), refuses: r.IntN(2) == 0,
		listed: map[int]int{}, most: map[int]int{}, lies: map[int]bool{}, refused: map[string]int{},
		marked: map[int]bool{}, removed: map[int]bool{},
	}
	odd := []int{0, 0, 5, 100}[r.IntN(4)] // of 1,000 messages
	for id := 1; id <= d.count; id++ {
		m := &item{id: id}
		size := len(m.text())
		if r.IntN(1000) < odd {
			wrong := []int{0, 1, size - 2, size + 2, size / 2, 2 * size, strings.Count(m.body(), "\n"), len(m.header()) + r.IntN(len(m.body()))}
			d.listed[id] = wrong[r.IntN(len(wrong))]
		}
		if r.IntN(1000) < odd {
			d.most[id] = r.IntN(60)
		}
		if r.IntN(1000) < odd {
			d.lies[id] = true
			d.listed[id] = len(m.withoutLastLine())
		}
		for _, command := range []string{"RETR", "TOP"} {
			if r.IntN(1000) < odd {
				d.refused[fmt.Sprint(command, id)] = 1 + r.IntN(3)
			}
		}
	}
	if r.IntN(3) == 0 {
		d.texts = 1 + r.IntN(2*d.count+10)
	}
	return d
}

func (d *restlessMaildrop) serve(t *testing.T) *server {
	with := func(f func(net.Conn, command) error) answer {
		return func(conn net.Conn, cmd command) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			return f(conn, cmd)
		}
	}
	return serve(t, pop3Command, pop3Server.with(answers{
		"STAT": with(d.stat), "LIST": with(d.list), "TOP": with(d.sendText), "RETR": with(d.sendText), "DELE": with(d.dele), "QUIT": with(d.quit),
	}))
}

func (d *restlessMaildrop) stat(conn net.Conn, cmd command) error {
	return lines(fmt.Sprintf("+OK %d 1000", d.count))(conn, cmd)
}

func (d *restlessMaildrop) list(conn net.Conn, cmd command) error {
	said := []string{"+OK"}
	for id := 1; id <= d.count; id++ {
		size := len((&item{id: id}).text())
		if wrong, ok := d.listed[id]; ok {
			size = wrong
		}
		said = append(said, fmt.Sprintf("%d %d", id, size))
	}
	return lines(strings.Join(append(said, "."), "\r\n"))(conn, cmd)
}

func (d *restlessMaildrop) sendText(conn net.Conn, cmd command) error {
	var id, most int
	fmt.Sscanf(cmd.line, cmd.name+" %d %d", &id, &most)
	m := &item{id: id}
	text := m.text()
	if d.texts--; d.texts == 0 {
		io.WriteString(conn, "+OK\r\n"+text[:d.r.IntN(len(text))])
		return io.EOF
	}
	if key := fmt.Sprint(cmd.name, id); d.marked[id] || d.refused[key] > 0 {
		d.refused[key]--
		return lines("-ERR not now")(conn, cmd)
	}
	switch limit, ok := d.most[id]; {
	case cmd.name == "TOP" && most > 0 && d.lies[id]:
		text = m.withoutLastLine()
	case cmd.name == "TOP" && ok:
		text = m.header() + firstLines(m.body(), min(most, limit))
	case cmd.name == "TOP":
		text = m.header() + firstLines(m.body(), most)
	}
	return lines("+OK\r\n"+text+".")(conn, cmd)
}

func (d *restlessMaildrop) dele(conn net.Conn, cmd command) error {
	if d.refuses && d.r.IntN(40) == 0 {
		return lines("-ERR no")(conn, cmd)
	}
	var id int
	fmt.Sscanf(cmd.line, "DELE %d", &id)
	d.marked[id] = true
	return lines("+OK")(conn, cmd)
}

func (d *restlessMaildrop) quit(conn net.Conn, cmd command) error {
	d.removed = d.marked
	lines("+OK")(conn, cmd)
	return io.EOF
}

// saver is a caller that saves messages, and deletes those that it has saved.
type saver struct {
	t *testing.T
	r *rand.Rand
	d *restlessMaildrop
	m *imapcompat.Connection

	messages []*item // by number
	kept     map[int]string
	named    map[int]bool // in a call of Delete
	failures int
}

func (s *saver) check(err error) bool {
	if err != nil {
		s.failures++
	}
	return err == nil
}

var waysToSave = []func(m *imapcompat.Connection, n int) (string, error){
	func(m *imapcompat.Connection, n int) (string, error) { return m.FetchBody(n, "") },
	func(m *imapcompat.Connection, n int) (string, error) { return saved(m, n, "") },
	func(m *imapcompat.Connection, n int) (string, error) {
		header, err := m.FetchHeader(n)
		if err != nil {
			return "", err
		}
		text, err := m.Body(n)
		return header + text, err
	},
	func(m *imapcompat.Connection, n int) (string, error) {
		header, err := m.FetchHeader(n)
		if err != nil {
			return "", err
		}
		text, err := m.FetchBody(n, "1", imapcompat.FT_PEEK)
		return header + text, err
	},
}

func (s *saver) save(way, n int) {
	m := s.messages[n-1]
	if text, err := waysToSave[way](s.m, n); s.check(err) {
		s.keep(m, text)
	}
}

func (s *saver) keep(m *item, text string) {
	if text != m.text() && !s.d.lies[m.id] {
		s.t.Errorf("message %d: %d octets, want %d", m.id, len(text), len(m.text()))
	}
	s.kept[m.id] = text
}

func (s *saver) delete(n int) {
	if m := s.messages[n-1]; s.kept[m.id] != "" {
		s.named[m.id] = true
		s.check(s.m.Delete(imapcompat.SequenceOf(n)))
	}
}

// loop reads some messages one after the other, in one of several orders.
func (s *saver) loop() {
	count, way, deletes := len(s.messages), s.r.IntN(len(waysToSave)), s.r.IntN(2) == 0
	var list []int
	start := 1 + s.r.IntN(count)
	for n := start; n <= count; n++ {
		list = append(list, n)
	}
	switch s.r.IntN(4) {
	case 0:
		slices.Reverse(list)
	case 1:
		s.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	case 2:
		for msg, err := range s.m.Messages(imapcompat.SequenceRange(start, count)) {
			if s.check(err) {
				s.keep(s.messages[msg.Msgno-1], string(msg.Raw))
			}
		}
		list = nil
	}
	for _, n := range list {
		if s.save(way, n); !s.m.IsOpen() {
			return
		}
		if deletes && s.r.IntN(3) == 0 {
			s.delete(n)
		}
		if s.r.IntN(30) == 0 {
			s.save(s.r.IntN(len(waysToSave)), 1+s.r.IntN(count))
		}
	}
}

func (s *saver) expunge() {
	s.check(s.m.Expunge())
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	s.messages = slices.DeleteFunc(s.messages, func(m *item) bool { return s.d.marked[m.id] })
	if n, err := s.m.NumMsg(); err == nil && n != len(s.messages) {
		s.t.Errorf("%d messages are left, want %d", n, len(s.messages))
	}
}

// What is saved from a restless maildrop is RETR's text, and the caller has all of each removed
// message.
func TestRestlessPOP3(t *testing.T) {
	for _, seed := range restlessSeeds(t) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			watch(t, func() { playRestlessPOP3(t, seed) })
		})
	}
}

func playRestlessPOP3(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	d := newRestlessMaildrop(seed, r)
	srv := d.serve(t)
	defer srv.close()
	m, err := open(srv.name("/pop3"))
	if err != nil {
		t.Fatal(err)
	}
	s := &saver{t: t, r: r, d: d, m: m, kept: map[int]string{}, named: map[int]bool{}}
	for id := 1; id <= d.count; id++ {
		s.messages = append(s.messages, &item{id: id})
	}
	for i := 0; i < 6 && m.IsOpen() && len(s.messages) > 0 && !t.Failed(); i++ {
		s.loop()
		if r.IntN(2) == 0 && m.IsOpen() {
			s.expunge()
		}
	}
	s.check(m.Close(imapcompat.CL_EXPUNGE))
	t.Logf("%d kept, %d removed, %d failures", len(s.kept), len(d.removed), s.failures)
	for id := range d.removed {
		if want := (&item{id: id}).text(); !s.named[id] || s.kept[id] != want {
			t.Errorf("message %d is removed, of which %d of %d octets are kept", id, len(s.kept[id]), len(want))
		}
	}
	for id, text := range s.kept {
		if text != (&item{id: id}).text() && s.failures == 0 {
			t.Errorf("message %d is not whole, and nobody has said so", id)
		}
	}
}
