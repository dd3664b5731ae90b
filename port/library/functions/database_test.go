package functions

import (
	"database/sql"
	"testing"

	_ "modernc.org/sqlite"
)

func TestPDO(t *testing.T) {
	p := newPDO("sqlite::memory:", "", "", nil)
	if n, ok := p.Exec("CREATE TABLE mail (id INTEGER PRIMARY KEY, subject TEXT, size REAL)"); n != 0 || !ok {
		t.Error(n, ok)
	}
	s, _ := p.Prepare("INSERT INTO mail (subject, size) VALUES (:subject, ?)")
	if s.p.driver != "sqlite" {
		t.Error(s.p.driver)
	}
	s, _ = p.Prepare("INSERT INTO mail (subject, size) VALUES (:subject, :size) -- it's")
	s.query = "INSERT INTO mail (subject, size) VALUES (:subject, :size)"
	subject := "first?"
	s.BindParam(":subject", &subject, 2)
	s.BindValue("size", 1.5, 2)
	subject = "it's :first"
	if !s.Execute() || p.LastInsertID() != "1" || s.RowCount() != 1 {
		t.Error(p.LastInsertID(), s.RowCount())
	}
	s, _ = p.Prepare("INSERT INTO mail (subject) VALUES (?)")
	if !s.ExecuteWith(listOf[any]("second")) {
		t.Error("not executed")
	}
	s, _ = p.Query("SELECT id, subject, size FROM mail ORDER BY id")
	if got, want := phpSerialize(toAny(s.FetchAll(pdoFetchAssoc))), `a:2:{i:0;a:3:{s:2:"id";i:1;s:7:"subject";s:11:"it's :first";s:4:"size";d:1.5;}i:1;a:3:{s:2:"id";i:2;s:7:"subject";s:6:"second";s:4:"size";N;}}`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	s.Execute()
	var none *PDOStatement
	if len(s.Rows()) != 2 || none.Rows() != nil {
		t.Error("rows of a statement, or of none")
	}
	if _, ok := s.Fetch(0); ok || s.RowCount() != 2 || s.ColumnCount() != 3 {
		t.Error("a row after the last one")
	}
	s, _ = p.Query("SELECT id, ':x' AS x FROM mail WHERE id = 1")
	if row, _ := s.Fetch(0); phpSerialize(row) != `a:4:{s:2:"id";i:1;i:0;i:1;s:1:"x";s:2:":x";i:1;s:2:":x";}` {
		t.Error(phpSerialize(row))
	}
	s.Execute()
	s.SetFetchMode(pdoFetchNum)
	if row, _ := s.Fetch(0); phpSerialize(row) != `a:2:{i:0;i:1;i:1;s:2:":x";}` {
		t.Error(phpSerialize(row))
	}
	s.Execute()
	if v, ok := s.FetchColumn(1); v != ":x" || !ok || !s.CloseCursor() {
		t.Error(v, ok)
	}
	p.BeginTransaction()
	p.Exec("DELETE FROM mail")
	if !p.InTransaction() || !p.RollBack() || p.InTransaction() {
		t.Error("the transaction goes on")
	}
	s, _ = p.Query("SELECT count(*) AS n FROM mail")
	if o, _ := s.Fetch(pdoFetchObj); o.(*Object).Properties.Get("n") != 2 {
		t.Error(printR(o))
	}
	if p.Quote("it's") != "'it''s'" {
		t.Error(p.Quote("it's"))
	}
	if e := thrown(func() { p.Query("SELECT nothing FROM nowhere") }); e == nil || e.Class != "PDOException" {
		t.Error(e)
	}
	if !p.SetAttribute(pdoAttrErrmode, pdoErrmodeSilent) || p.SetAttribute(999, 1) {
		t.Error("attributes")
	}
	if _, ok := p.Query("SELECT nothing FROM nowhere"); ok {
		t.Error("no error")
	}
	if e := thrown(func() { p.Commit() }); e == nil {
		t.Error("a commit without a transaction")
	}
}

func thrown(f func()) (e *Exception) {
	defer func() { e, _ = recover().(*Exception) }()
	f()
	return nil
}

// mysqli is tested on SQLite: the statements are the same.
func TestMysqli(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	m := &Mysqli{}
	m.connect(db)
	m.Query("CREATE TABLE mail (id INTEGER PRIMARY KEY, subject TEXT)")
	if _, ok := m.Query("INSERT INTO mail (subject) VALUES ('" + "one" + "')"); !ok || m.InsertID() != 1 || m.AffectedRows() != 1 {
		t.Error(m.Error(), m.InsertID())
	}
	s, _ := m.Prepare("INSERT INTO mail (subject) VALUES (?)")
	var subject any = "x"
	s.BindParam("s", &subject)
	for _, subject = range []any{"two", "three"} {
		if !s.Execute() || s.AffectedRows() != 1 {
			t.Error(s.Error())
		}
	}
	if s.InsertID() != 3 || !s.Close() {
		t.Error(s.InsertID())
	}
	r, _ := m.Query("SELECT id, subject FROM mail")
	if row, _ := r.FetchAssoc(); phpSerialize(row) != `a:2:{s:2:"id";s:1:"1";s:7:"subject";s:3:"one";}` || r.NumRows() != 3 {
		t.Error(phpSerialize(row))
	}
	if row, _ := r.FetchArray(dbBoth); phpSerialize(row) != `a:4:{i:0;s:1:"2";s:2:"id";s:1:"2";i:1;s:3:"two";s:7:"subject";s:3:"two";}` {
		t.Error(phpSerialize(row))
	}
	if rest := r.FetchAll(dbNum); len(rest) != 1 || rest[0].Get(1) != "three" {
		t.Error(rest)
	}
	if _, ok := r.FetchObject(); ok {
		t.Error("a row after the last one")
	}
	r.Free()
	s, _ = m.Prepare("SELECT id, subject FROM mail WHERE id > ? ORDER BY id")
	if !s.ExecuteWith(listOf[any](1)) || !s.StoreResult() || s.NumRows() != 2 {
		t.Error(s.Error())
	}
	var id int
	var text string
	s.BindResult(&id, &text)
	if ok, _ := s.Fetch(); !ok || id != 2 || text != "two" {
		t.Error(id, text)
	}
	if result, ok := s.GetResult(); !ok || phpSerialize(first(result.FetchRow())) != `a:2:{i:0;i:3;i:1;s:5:"three";}` {
		t.Error("get_result")
	}
	if got := m.RealEscapeString("a'b\"c\\\x00\n"); got != `a\'b\"c\\\0\n` {
		t.Error(got)
	}
	if e := thrown(func() { m.Query("nonsense") }); e == nil || e.Class != "mysqli_sql_exception" || m.Errno() == 0 || m.Error() == "" {
		t.Error(e)
	}
	defer mysqliReport(3)
	mysqliReport(0)
	if _, ok := m.Query("nonsense"); ok {
		t.Error("no error")
	}
	if !m.BeginTransaction() || !m.Commit() || !m.BeginTransaction() || !m.Rollback() || !m.Close() {
		t.Error(m.Error())
	}
}
