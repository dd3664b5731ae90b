package functions

import (
	"math/rand/v2"
	"testing"
	"time"
)

// aDate makes times that a DateTime is made of.
func aDate(r *rand.Rand) any {
	zone := time.FixedZone("", 7200)
	return time.Unix(int64(timestamp(r).(int)), 0).In(zone).Format([]string{"2006-01-02 15:04:05", "2006-01-02", "Mon, 02 Jan 2006 15:04:05 -0700", "2006-01-02T15:04:05Z"}[r.IntN(4)])
}

func init() {
	plainDate := func(r *rand.Rand) any {
		return time.Unix(int64(timestamp(r).(int)), 0).UTC().Format([]string{"2006-01-02 15:04:05", "2006-01-02"}[r.IntN(2)])
	}
	durations := from("P", "1D", "2M", "3Y", "T", "4H", "5M", "6S", "2W", "P1D", "PT1H", "x")
	show := "Y-m-d H:i:s e T P"
	rows = append(rows, []row{
		{php: "date_default_timezone_set($a[1]); return (new DateTime($a[0]))->format('" + show + " U');", fn: func(s, zone string) string {
			return inZone(zone, func() string { return newDateTime(s).Format(show + " U") })
		}, args: []gen{aDate, zones}},
		{php: "return (new DateTime($a[0], new DateTimeZone($a[1])))->setTimezone(new DateTimeZone($a[2]))->format('" + show + "');", fn: func(s, a, b string) string {
			return newDateTimeZone(s, newDateTimeZoneOf(a)).SetTimezone(newDateTimeZoneOf(b)).Format(show)
		}, args: []gen{aDate, zones, either(zones, oneOf("+02:00", "CEST", "Z"))}},
		{php: "$d = new DateTimeImmutable($a[0]); $e = $d->modify($a[1]); $f = $d->setTime(1, 2, 3)->setDate(2024, $a[2], 31)->setTimestamp($a[3]); return [$d->format('c'), $e->format('c'), $f->getTimestamp(), $f->getOffset()];",
			fn: func(s, modifier string, n, ts int) []any {
				d := newDateTimeImmutable(s)
				e, _ := d.Modify(modifier)
				f := d.SetTime(1, 2, 3).SetDate(2024, n, 31).SetTimestamp(ts)
				return []any{d.Format("c"), e.Format("c"), f.GetTimestamp(), f.GetOffset()}
			}, args: []gen{aDate, oneOf("+1 day", "-2 weeks", "first day of next month", "tomorrow", "+3 hours", "monday"), small, timestamp}},
		{php: "$d = new DateTime($a[0]); $d->setTime(1, 2)->setDate(2024, $a[1], 31); return $d->format('c') . $d->getTimezone()->getName();", fn: func(s string, n int) string {
			d := newDateTime(s)
			d.SetTime(1, 2, 0).SetDate(2024, n, 31)
			return d.Format("c") + d.GetTimezone().GetName()
		}, args: []gen{aDate, small}},
		{php: "$i = new DateInterval($a[1]); $d = new DateTime($a[0]); return [$d->add($i)->format('c'), $d->sub($i)->sub($i)->format('c'), $i->format('%y %M %d %H %i %s %R%a %%')];", fn: func(s, duration string) []any {
			i := newDateInterval(duration)
			d := newDateTime(s)
			return []any{d.Add(i).Format("c"), d.Sub(i).Sub(i).Format("c"), i.Format("%y %M %d %H %i %s %R%a %%")}
		}, args: []gen{aDate, either(durations, oneOf("P1D", "P1M2D", "P1Y", "PT36H", "P2W", "P1Y2M3DT4H5M6S"))}, skip: oddDuration},
		{php: "return (new DateTime($a[0]))->diff(new DateTime($a[1]))->format('%R %y %m %d %h %i %s %a');", fn: func(a, b string) string {
			return newDateTime(a).Diff(newDateTime(b)).Format("%R %y %m %d %h %i %s %a")
		}, args: []gen{plainDate, plainDate}},
		{php: "$d = DateTime::createFromFormat('!' . $a[0], $a[1]); return $d ? $d->format('c') : false;", fn: func(format, s string) any {
			d, ok := dateCreateFromFormat("!"+format, s)
			if !ok {
				return false
			}
			return d.Format("c")
		}, args: []gen{oneOf("d/m/Y", "Y-m-d H:i:s", "j.n.y", "D, d M Y H:i:s O", "d-M-Y", "U", "g:i A", "Y-m-d", `\D d`), either(oneOf("15/08/2005", "2005-08-15 15:52:01", "1.2.05", "Mon, 15 Aug 2005 15:52:01 +0200", "15-Aug-2005", "86400", "3:15 pm", "D 7", "2005-13-45", ""), aDate)}},
	})
}

// oddDuration excludes durations whose parts are in another order or twice.
func oddDuration(a []any) bool {
	known := map[any]bool{"P1D": true, "P1M2D": true, "P1Y": true, "PT36H": true, "P2W": true, "P1Y2M3DT4H5M6S": true, "x": true, "": true, "PT1H": true}
	return !known[a[1]]
}

func TestDateTimeNow(t *testing.T) {
	before := time.Now().Unix()
	d := newDateTime("now")
	if n := int64(d.GetTimestamp()); n < before || n > before+3600 {
		t.Errorf("now is %d", n)
	}
	for _, f := range []func(){func() { newDateTime("no such time") }, func() { newDateTimeZoneOf("Nowhere/City") }, func() { newDateInterval("1 day") }} {
		func() {
			defer func() {
				if e, ok := recover().(*Exception); !ok || e.Class != "Exception" {
					t.Errorf("threw %v", e)
				}
			}()
			f()
		}()
	}
	if d, ok := dateCreateFromFormat("H:i", "10:30"); !ok || d.Format("H:i:s") != "10:30:00" {
		t.Errorf("got %v, %v", d, ok)
	}
	i := newDateTimeImmutableZone("2026-01-01", newDateTimeZoneOf("Asia/Tokyo"))
	if text := i.SetTime(5, 0, 0).Format("c") + i.Format("c"); text != "2026-01-01T05:00:00+09:002026-01-01T00:00:00+09:00" {
		t.Errorf("got %s", text)
	}
}
