package sqlledger

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// No statement of a job reads a whole table, or all rows of a box.
func TestPlans(t *testing.T) {
	l, err := Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, s := range map[string]statement{
		"boxID": boxID, "sourceID": sourceID, "locations": locations, "requeue": requeue, "bury": bury, "release": release, "leave": leave, "heal": heal,
		"addBox": addBox, "addSource": addSource, "readScan": readScan, "takeScan": takeScan, "lockBox": lockBox, "noteScan": noteScan,
		"livePlace": livePlace, "thePlaces": thePlaces, "vanish": vanish, "abandoned": abandoned, "expired": expired,
		"addRecords": addRecords, "addPlaces": addPlaces, "takenKeys": takenKeys, "recordID": recordID,
		"newRecords": newRecords, "newAmong": newAmong, "dueRecords": dueRecords, "dueRecord": dueRecord, "take": take,
		"placesIn": placesIn, "unqueue": unqueue,
		"noteIdentity": noteIdentity, "noteContents": noteContents, "sameContents": sameContents,
		"lockClaimed": lockClaimed, "lockOther": lockOther, "movePlaces": movePlaces, "copyContents": copyContents,
		"dropContents": dropContents, "dropRecord": dropRecord, "raise": raise, "touch": touch, "renew": renew,
		"finish": finish, "settleAll": settleAll, "queueToDo": queueToDo, "vanishSome": vanishSome,
		"unsettleSome": unsettleSome, "settlePlaces": settlePlaces, "settleOpen": settleOpen,
		"unsettled": unsettled, "unsettledOf": unsettledOf, "settle": settle, "toSettle": toSettle, "lookup": lookup,
		"countUnsettled": countUnsettled, "oldestOpen": oldestOpen, "nextDue": nextDue, "lastScan": lastScan,
		"idsInState": idsInState, "recordsByID": recordsByID, "recordByKey": recordByKey, "lockRecord": lockRecord,
		"countLive": countLive, "renewRecord": renewRecord, "clearCursors": clearCursors,
		"removeContents": removeContents, "removePlaces": removePlaces, "removeRecords": removeRecords,
		"scannedSince": scannedSince, "prunable": prunable, "allSources": allSources, "contentsOf": contentsOf,
	} {
		for _, step := range plan(t, l, s) {
			aliased := strings.NewReplacer("SCAN p", "SCAN inbox_places", "SCAN r", "SCAN inbox_records", "SCAN e", "SCAN inbox_records",
				"SCAN s", "SCAN inbox_sources", "SCAN mine", "SCAN inbox_contents", "SCAN other", "SCAN inbox_contents").Replace(step)
			whole := strings.HasSuffix(step, "(source=?)") || strings.HasSuffix(step, "(box=?)")
			if strings.Contains(aliased, "SCAN inbox_") || whole && !slices.Contains(mayReadAll, name) {
				t.Errorf("%s: %s", name, step)
			}
			if testing.Verbose() {
				t.Log(name, step)
			}
		}
	}
	// The test would notice one.
	if got := plan(t, l, countStates); len(got) == 0 {
		t.Error("no plan")
	}
	if got := plan(t, l, sqlText("SELECT count(*) FROM inbox_records WHERE reason = $1")); !strings.Contains(strings.Join(got, ""), "SCAN") {
		t.Error(got)
	}
}

// mayReadAll are the statements that read all rows of a box or a source: all places for a
// complete sighting, all that are not settled to count them, the first ones that have failed, and
// the sources of a box, which are few.
var mayReadAll = []string{"livePlace", "countUnsettled", "heal", "nextDue", "lastScan", "scannedSince", "allSources"}

func plan(t *testing.T, l *Ledger, s statement) []string {
	t.Helper()
	args := make([]any, 0)
	for strings.Contains(s[PostgreSQL], fmt.Sprint("$", len(args)+1)) {
		args = append(args, "1")
	}
	var steps []string
	err := l.read().query(t.Context(), statement{SQLite: "EXPLAIN QUERY PLAN " + s[SQLite]}, func(rows *sql.Rows) error {
		var id, parent, unused int
		var step string
		err := rows.Scan(&id, &parent, &unused, &step)
		steps = append(steps, step)
		return err
	}, args...)
	if err != nil {
		t.Fatalf("%v in %s", err, s[SQLite])
	}
	return steps
}
