package functions

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// Attributes, modes and types of PDO.
const (
	pdoAttrErrmode          = 3
	pdoAttrDefaultFetchMode = 19
	pdoErrmodeSilent        = 0
	pdoErrmodeWarning       = 1
	pdoErrmodeException     = 2
	pdoFetchAssoc           = 2
	pdoFetchNum             = 3
	pdoFetchBoth            = 4
	pdoFetchObj             = 5
	pdoFetchColumn          = 7
)

// A PDO is a connection of PDO, by the drivers "mysql", "sqlite" and "pgx" of database/sql, of
// which the program imports one. What fails throws a PDOException, or returns false with another
// error mode.
type PDO struct {
	db         *sql.DB
	conn       *sql.Conn
	driver     string
	attributes map[int]int
	lastID     int
	failure    error
	inside     bool // a transaction
}

// newPDO is new PDO with a DSN of mysql, sqlite or pgsql.
//
//php:method PDO::__construct(dsn, username = "", password = "", options = nil)
func newPDO(dsn, user, password string, options *Array[any]) *PDO {
	p := &PDO{attributes: map[int]int{pdoAttrErrmode: pdoErrmodeException, pdoAttrDefaultFetchMode: pdoFetchBoth}}
	for k, v := range options.All() {
		p.attributes[toInt(k)] = toInt(v)
	}
	name, source := pdoSource(dsn, user, password)
	p.driver = name
	db, err := sql.Open(name, source)
	if err == nil {
		p.db = db
		p.conn, err = db.Conn(context.Background())
	}
	if err != nil {
		throw("PDOException", err.Error())
	}
	return p
}

// pdoSource returns the driver and the data source of a DSN.
func pdoSource(dsn, user, password string) (driver, source string) {
	kind, rest, _ := strings.Cut(dsn, ":")
	fields := map[string]string{}
	for field := range strings.SplitSeq(rest, ";") {
		k, v, _ := strings.Cut(field, "=")
		fields[strings.TrimSpace(k)] = v
	}
	switch kind {
	case "sqlite":
		return "sqlite", rest
	case "mysql":
		port := fields["port"]
		if port == "" {
			port = "3306"
		}
		return "mysql", fmt.Sprintf("%s:%s@tcp(%s:%s)/%s", user, password, fields["host"], port, fields["dbname"])
	case "pgsql":
		return "pgx", fmt.Sprintf("host=%s port=%s dbname=%s user=%s password=%s", fields["host"], fields["port"]+"", fields["dbname"], user, password)
	}
	throw("PDOException", "could not find driver")
	return "", ""
}

// failed notes an error and says whether there is one.
func (p *PDO) failed(err error) bool {
	p.failure = err
	if err == nil {
		return false
	}
	switch p.attributes[pdoAttrErrmode] {
	case pdoErrmodeException:
		throw("PDOException", err.Error())
	case pdoErrmodeWarning:
		warn(err)
	}
	return true
}

// SetAttribute is PDO::setAttribute of PDO::ATTR_ERRMODE and PDO::ATTR_DEFAULT_FETCH_MODE. Others
// are false.
//
//php:method PDO::setAttribute(attribute, value)
func (p *PDO) SetAttribute(attribute int, value any) bool {
	if attribute != pdoAttrErrmode && attribute != pdoAttrDefaultFetchMode {
		return false
	}
	p.attributes[attribute] = toInt(value)
	return true
}

// Exec is PDO::exec: the number of rows that changed.
//
//php:method PDO::exec(statement)
func (p *PDO) Exec(statement string) (int, bool) {
	s := &PDOStatement{p: p, query: statement}
	if !s.run(nil) {
		return 0, false
	}
	return s.changed, true
}

// Query is PDO::query.
//
//php:method PDO::query(query)
func (p *PDO) Query(query string) (*PDOStatement, bool) {
	s := &PDOStatement{p: p, query: query}
	return s, s.run(nil)
}

// Prepare is PDO::prepare. The server sees the statement when it is executed.
//
//php:method PDO::prepare(query)
func (p *PDO) Prepare(query string) (*PDOStatement, bool) {
	return &PDOStatement{p: p, query: query, bound: newArray[any]()}, true
}

// LastInsertID is PDO::lastInsertId.
//
//php:method PDO::lastInsertId()
func (p *PDO) LastInsertID() string { return strconv.Itoa(p.lastID) }

// Quote is PDO::quote.
//
//php:method PDO::quote(string)
func (p *PDO) Quote(s string) string {
	if p.driver == "mysql" {
		return "'" + (&Mysqli{}).RealEscapeString(s) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// BeginTransaction is PDO::beginTransaction.
//
//php:method PDO::beginTransaction()
func (p *PDO) BeginTransaction() bool { return p.transaction("BEGIN", false, true) }

// Commit is PDO::commit.
//
//php:method PDO::commit()
func (p *PDO) Commit() bool { return p.transaction("COMMIT", true, false) }

// RollBack is PDO::rollBack.
//
//php:method PDO::rollBack()
func (p *PDO) RollBack() bool { return p.transaction("ROLLBACK", true, false) }

func (p *PDO) transaction(statement string, from, to bool) bool {
	if p.inside != from {
		throw("PDOException", map[bool]string{true: "There is already an active transaction", false: "There is no active transaction"}[p.inside])
	}
	_, ok := p.Exec(statement)
	if ok {
		p.inside = to
	}
	return ok
}

// InTransaction is PDO::inTransaction.
//
//php:method PDO::inTransaction()
func (p *PDO) InTransaction() bool { return p.inside }

// A PDOStatement is an object of PDOStatement.
type PDOStatement struct {
	p       *PDO
	query   string
	bound   *Array[any]
	result  *dbResult
	changed int
	mode    int
}

// Execute is PDOStatement::execute with what BindValue and BindParam have set.
//
//php:method PDOStatement::execute()
func (s *PDOStatement) Execute() bool { return s.run(s.bound) }

// ExecuteWith is PDOStatement::execute with values, by number or by name.
//
//php:method PDOStatement::execute(params)
func (s *PDOStatement) ExecuteWith(params *Array[any]) bool {
	bound := newArray[any]()
	for k, v := range params.All() {
		if n, ok := k.(int); ok {
			k = n + 1
		}
		bound.Set(k, v)
	}
	return s.run(bound)
}

// BindValue is PDOStatement::bindValue.
//
//php:method PDOStatement::bindValue(param, value, type = 2)
func (s *PDOStatement) BindValue(param, value any, _ int) bool {
	s.bound.Set(param, value)
	return true
}

// BindParam is PDOStatement::bindParam: what the variable holds counts when the statement is
// executed.
//
//php:method PDOStatement::bindParam(param, &var, type = 2)
func (s *PDOStatement) BindParam(param, variable any, _ int) bool {
	s.bound.Set(param, variable)
	return true
}

func (s *PDOStatement) run(bound *Array[any]) bool {
	query, args, err := s.arguments(bound)
	if s.p.failed(err) {
		return false
	}
	if returnsRows(query) {
		s.result, err = dbQuery(s.p.conn, query, args, false)
		return !s.p.failed(err)
	}
	result, err := s.p.conn.ExecContext(context.Background(), query, args...)
	if s.p.failed(err) {
		return false
	}
	if id, err := result.LastInsertId(); err == nil {
		s.p.lastID = int(id)
	}
	n, _ := result.RowsAffected()
	s.changed = int(n)
	return true
}

// arguments returns the query with the driver's placeholders and the values in their order.
func (s *PDOStatement) arguments(bound *Array[any]) (string, []any, error) {
	var out strings.Builder
	var args []any
	query := s.query
	for i := 0; i < len(query); i++ {
		c := query[i]
		if c == '\'' || c == '"' || c == '`' {
			end := strings.IndexByte(query[i+1:], c)
			if end < 0 {
				end = len(query) - i - 2
			}
			out.WriteString(query[i : i+end+2])
			i += end + 1
			continue
		}
		name := any(nil)
		if c == '?' {
			name = len(args) + 1
		} else if length := parameterLength(query, i); length > 0 {
			name = query[i : i+length+1]
			i += length
		}
		if name == nil {
			out.WriteByte(c)
			continue
		}
		value, ok := bound.Lookup(name)
		if text, isName := name.(string); !ok && isName {
			value, ok = bound.Lookup(text[1:])
		}
		if !ok {
			return "", nil, fmt.Errorf("SQLSTATE[HY093]: Invalid parameter number: parameter was not defined")
		}
		args = append(args, dbArgument(value))
		if s.p.driver == "pgx" {
			fmt.Fprintf(&out, "$%d", len(args))
		} else {
			out.WriteByte('?')
		}
	}
	return out.String(), args, nil
}

// parameterLength returns the length of the name after ":" in a query, 0 if there is none.
func parameterLength(query string, i int) int {
	if query[i] != ':' || i > 0 && query[i-1] == ':' {
		return 0
	}
	n := 0
	for i+1+n < len(query) && (isAlnum(query[i+1+n]) || query[i+1+n] == '_') {
		n++
	}
	return n
}

// SetFetchMode is PDOStatement::setFetchMode.
//
//php:method PDOStatement::setFetchMode(mode)
func (s *PDOStatement) SetFetchMode(mode int) bool {
	s.mode = mode
	return true
}

// Fetch is PDOStatement::fetch as FETCH_ASSOC, FETCH_NUM, FETCH_BOTH, FETCH_OBJ or FETCH_COLUMN.
// Other modes throw an Error. It is false after the last row.
//
//php:method PDOStatement::fetch(mode = 0)
func (s *PDOStatement) Fetch(mode int) (any, bool) {
	row, ok := s.result.fetch()
	if !ok {
		return nil, false
	}
	for _, m := range []int{s.mode, s.p.attributes[pdoAttrDefaultFetchMode]} {
		if mode == 0 {
			mode = m
		}
	}
	switch mode {
	case pdoFetchAssoc:
		return s.result.rowArray(row, dbAssoc), true
	case pdoFetchNum:
		return s.result.rowArray(row, dbNum), true
	case pdoFetchBoth:
		return s.both(row), true
	case pdoFetchObj:
		return &Object{Class: "stdClass", Properties: s.result.rowArray(row, dbAssoc)}, true
	case pdoFetchColumn:
		return row[0], true
	}
	throw("Error", "mode of PDOStatement::fetch()")
	return nil, false
}

// both returns a row under names and numbers, the name first.
func (s *PDOStatement) both(row []any) *Array[any] {
	out := newArray[any]()
	for i, name := range s.result.columns {
		out.Set(name, row[i])
		out.Set(i, row[i])
	}
	return out
}

// FetchAll is PDOStatement::fetchAll.
//
//php:method PDOStatement::fetchAll(mode = 0)
func (s *PDOStatement) FetchAll(mode int) []any {
	var list []any
	for {
		row, ok := s.Fetch(mode)
		if !ok {
			return list
		}
		list = append(list, row)
	}
}

// Rows are the rows that foreach over a statement gets. It gets none of false, with a warning.
func (s *PDOStatement) Rows() []any {
	if s == nil {
		warnText("foreach() argument must be of type array|object, bool given")
		return nil
	}
	return s.FetchAll(0)
}

// FetchColumn is PDOStatement::fetchColumn, false after the last row.
//
//php:method PDOStatement::fetchColumn(column = 0)
func (s *PDOStatement) FetchColumn(column int) (any, bool) {
	row, ok := s.result.fetch()
	if !ok {
		return nil, false
	}
	if column < 0 || column >= len(row) {
		throw("ValueError", "Invalid column index")
	}
	return row[column], true
}

// RowCount is PDOStatement::rowCount: the rows that changed. For rows that were selected it is
// their number, as with MySQL.
//
//php:method PDOStatement::rowCount()
func (s *PDOStatement) RowCount() int {
	if s.result != nil {
		return len(s.result.rows)
	}
	return s.changed
}

// ColumnCount is PDOStatement::columnCount.
//
//php:method PDOStatement::columnCount()
func (s *PDOStatement) ColumnCount() int {
	if s.result == nil {
		return 0
	}
	return len(s.result.columns)
}

// CloseCursor is PDOStatement::closeCursor.
//
//php:method PDOStatement::closeCursor()
func (s *PDOStatement) CloseCursor() bool {
	s.result = nil
	return true
}
