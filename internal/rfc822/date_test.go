package rfc822_test

import (
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

type dateCase struct {
	Date, Zone, MailDate octets
	Udate                int64
}

// zones are those of the golden file. The last two have no summer time.
var zones = map[octets]*time.Location{
	"UTC":             time.UTC,
	"Asia/Kolkata":    time.FixedZone("IST", 5*3600+1800),
	"America/Caracas": time.FixedZone("VET", -4*3600),
}

func setLocal(tb testing.TB, zone *time.Location) {
	before := time.Local
	time.Local = zone
	tb.Cleanup(func() { time.Local = before })
}

func TestMessageDate(t *testing.T) {
	for _, c := range golden[dateCase](t, "dates.json") {
		zone, ok := zones[c.Zone]
		if !ok {
			t.Fatalf("zone %s is not known", c.Zone)
		}
		setLocal(t, zone)
		date := rfc822.MessageDate(backend.String(string(c.Date)))
		if got := octets(date.String()); got != c.MailDate {
			t.Errorf("%q in %s: MailDate %q, want %q", c.Date, c.Zone, got, c.MailDate)
		}
		if got := date.Unix(); got != c.Udate {
			t.Errorf("%q in %s: udate %d, want %d", c.Date, c.Zone, got, c.Udate)
		}
	}
}

func TestParseDate(t *testing.T) {
	setLocal(t, time.UTC)
	day := rfc822.Date{Year: 2020, Month: 2, Day: 17}
	tests := []struct {
		in   string
		want rfc822.Date
		ok   bool
	}{
		{"17-Feb-2020", day, true},
		{"17 Feb 2020 25:00:00 -0500", day, false},
		{"17 Feb 2020\x00 25:00:00", day, true},
		{"20200200", rfc822.Date{Year: 2020, Month: 2}, true},
		{"garbage", rfc822.Date{}, false},
		{"", rfc822.Date{}, false},
	}
	for _, tt := range tests {
		if got, ok := rfc822.ParseDate(tt.in); got != tt.want || ok != tt.ok {
			t.Errorf("ParseDate(%q) = %+v, %v, want %+v, %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

func TestMessageDateWithoutField(t *testing.T) {
	date := rfc822.MessageDate(backend.NString{})
	if got, want := date.String(), " 1-Jan-1970 00:00:00 +0000"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := date.Unix(); got != 0 {
		t.Errorf("got %d, want 0", got)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, c := range golden[dateCase](f, "dates.json") {
		f.Add(string(c.Date))
	}
	f.Fuzz(func(t *testing.T, s string) {
		date, _ := rfc822.ParseDate(s)
		message := rfc822.MessageDate(backend.String(s))
		again, ok := rfc822.ParseDate(message.String())
		if !ok || again.String() != message.String() || again.Unix() != message.Unix() {
			t.Errorf("%q: %s reads as %s", s, message, again)
		}
		if unix := date.Unix(); unix < 0 || unix > 1<<32 {
			t.Errorf("%q: %s is %d", s, date, unix)
		}
	})
}

func BenchmarkParseDate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := rfc822.ParseDate("Mon, 17 Feb 2020 12:34:56 +0100"); !ok {
			b.Fatal("not a date")
		}
	}
}

func BenchmarkMessageDate(b *testing.B) {
	field := backend.String("Mon, 17 Feb 2020 12:34:56 +0100 (CET)")
	b.ReportAllocs()
	for b.Loop() {
		if rfc822.MessageDate(field).String() == "" {
			b.Fatal("not a date")
		}
	}
}
