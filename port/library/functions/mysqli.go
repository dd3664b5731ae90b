package functions

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// A Mysqli is a connection of mysqli, by the driver "mysql" of database/sql, which the program
// imports. What fails throws a mysqli_sql_exception, or returns false after mysqliReport(0).
type Mysqli struct {
	db       *sql.DB
	conn     *sql.Conn
	failure  error
	insertID int
	affected int
}

// mysqliReportMode is what mysqli_report has set.
var mysqliReportMode = 3

// mysqliReport is mysqli_report.
//
//php:function mysqli_report(flags)
func mysqliReport(flags int) bool {
	mysqliReportMode = flags
	return true
}

// mysqliFailed throws an error or says that there is one.
func mysqliFailed(err error) bool {
	if err != nil && mysqliReportMode&2 != 0 {
		throw("mysqli_sql_exception", err.Error())
	}
	if err != nil && mysqliReportMode&1 != 0 {
		warn(err)
	}
	return err != nil
}

// newMysqli is new mysqli.
//
//php:method mysqli::__construct(hostname = "localhost", username = "", password = "", database = "", port = 3306)
func newMysqli(host, user, password, database string, port int) *Mysqli {
	db, err := sql.Open("mysql", fmt.Sprintf("%s:%s@tcp(%s:%d)/%s", user, password, strings.TrimPrefix(host, "p:"), port, database))
	m := &Mysqli{failure: err}
	if err == nil {
		m.connect(db)
	}
	mysqliFailed(m.failure)
	return m
}

func (m *Mysqli) connect(db *sql.DB) {
	m.db = db
	m.conn, m.failure = db.Conn(context.Background())
}

// mysqliConnect is mysqli_connect.
//
//php:function mysqli_connect(hostname = "localhost", username = "", password = "", database = "", port = 3306)
func mysqliConnect(host, user, password, database string, port int) (*Mysqli, bool) {
	m := newMysqli(host, user, password, database, port)
	return m, m.failure == nil
}

// Query is mysqli::query. A statement without rows has an empty result, where PHP has true.
//
//php:method mysqli::query(query)
//php:function mysqli_query(query)
func (m *Mysqli) Query(query string) (*MysqliResult, bool) {
	r, err := m.run(query, nil, true)
	return r, !mysqliFailed(err)
}

func (m *Mysqli) run(query string, args []any, text bool) (*MysqliResult, error) {
	if m.conn == nil {
		return nil, m.failure
	}
	m.affected = 0
	r := &MysqliResult{}
	if returnsRows(query) {
		r.dbResult, m.failure = dbQuery(m.conn, query, args, text)
		if m.failure == nil {
			m.affected = len(r.rows)
		}
		return r, m.failure
	}
	var result sql.Result
	result, m.failure = m.conn.ExecContext(context.Background(), query, args...)
	if m.failure == nil {
		id, _ := result.LastInsertId() // 0 where there is none
		n, _ := result.RowsAffected()
		m.insertID, m.affected = int(id), int(n)
	}
	return r, m.failure
}

// Prepare is mysqli::prepare. The server sees the statement when it is executed.
//
//php:method mysqli::prepare(query)
//php:function mysqli_prepare(query)
func (m *Mysqli) Prepare(query string) (*MysqliStmt, bool) {
	return &MysqliStmt{m: m, query: query}, m.conn != nil
}

// RealEscapeString is mysqli::real_escape_string.
//
//php:method mysqli::real_escape_string(string)
//php:method mysqli::escape_string(string)
//php:function mysqli_real_escape_string(string)
func (m *Mysqli) RealEscapeString(s string) string {
	return strings.NewReplacer("\x00", `\0`, "\n", `\n`, "\r", `\r`, `\`, `\\`, "'", `\'`, `"`, `\"`, "\x1a", `\Z`).Replace(s)
}

// SetCharset is mysqli::set_charset.
//
//php:method mysqli::set_charset(charset)
//php:function mysqli_set_charset(charset)
func (m *Mysqli) SetCharset(charset string) bool {
	if !ctypeAlnum(charset) {
		return false
	}
	_, err := m.run("SET NAMES "+charset, nil, true)
	return !mysqliFailed(err)
}

// BeginTransaction is mysqli::begin_transaction.
//
//php:method mysqli::begin_transaction()
//php:function mysqli_begin_transaction()
func (m *Mysqli) BeginTransaction() bool {
	_, ok := m.Query("BEGIN")
	return ok
}

// Commit is mysqli::commit.
//
//php:method mysqli::commit()
//php:function mysqli_commit()
func (m *Mysqli) Commit() bool {
	_, ok := m.Query("COMMIT")
	return ok
}

// Rollback is mysqli::rollback.
//
//php:method mysqli::rollback()
//php:function mysqli_rollback()
func (m *Mysqli) Rollback() bool {
	_, ok := m.Query("ROLLBACK")
	return ok
}

// Error is mysqli::$error.
//
//php:method mysqli::$error()
//php:method mysqli::$connect_error()
//php:function mysqli_error()
func (m *Mysqli) Error() string {
	if m.failure == nil {
		return ""
	}
	return m.failure.Error()
}

// Errno is mysqli::$errno: 0 if there is no error, and otherwise 1, because the number is the
// driver's.
//
//php:method mysqli::$errno()
//php:method mysqli::$connect_errno()
//php:function mysqli_errno()
func (m *Mysqli) Errno() int { return boolInt(m.failure != nil) }

// InsertID is mysqli::$insert_id.
//
//php:method mysqli::$insert_id()
//php:function mysqli_insert_id()
func (m *Mysqli) InsertID() int { return m.insertID }

// AffectedRows is mysqli::$affected_rows.
//
//php:method mysqli::$affected_rows()
//php:function mysqli_affected_rows()
func (m *Mysqli) AffectedRows() int { return m.affected }

// Close is mysqli::close.
//
//php:method mysqli::close()
//php:function mysqli_close()
func (m *Mysqli) Close() bool { return m.db != nil && m.db.Close() == nil }

// A MysqliResult is an object of mysqli_result.
type MysqliResult struct{ *dbResult }

// FetchAssoc is mysqli_result::fetch_assoc, null after the last row.
//
//php:method mysqli_result::fetch_assoc() null
//php:function mysqli_fetch_assoc() null
func (r *MysqliResult) FetchAssoc() (*Array[any], bool) { return r.FetchArray(dbAssoc) }

// FetchRow is mysqli_result::fetch_row, null after the last row.
//
//php:method mysqli_result::fetch_row() null
//php:function mysqli_fetch_row() null
func (r *MysqliResult) FetchRow() (*Array[any], bool) { return r.FetchArray(dbNum) }

// FetchArray is mysqli_result::fetch_array, null after the last row.
//
//php:method mysqli_result::fetch_array(mode = dbBoth) null
//php:function mysqli_fetch_array(mode = dbBoth) null
func (r *MysqliResult) FetchArray(form int) (*Array[any], bool) {
	row, ok := r.fetch()
	if !ok {
		return nil, false
	}
	return r.rowArray(row, form), true
}

// FetchObject is mysqli_result::fetch_object, null after the last row.
//
//php:method mysqli_result::fetch_object() null
//php:function mysqli_fetch_object() null
func (r *MysqliResult) FetchObject() (*Object, bool) {
	row, ok := r.FetchAssoc()
	if !ok {
		return nil, false
	}
	return &Object{Class: "stdClass", Properties: row}, true
}

// FetchAll is mysqli_result::fetch_all.
//
//php:method mysqli_result::fetch_all(mode = dbNum)
//php:function mysqli_fetch_all(mode = dbNum)
func (r *MysqliResult) FetchAll(form int) []*Array[any] {
	var list []*Array[any]
	for {
		row, ok := r.FetchArray(form)
		if !ok {
			return list
		}
		list = append(list, row)
	}
}

// Rows are the rows that foreach over a result gets. It gets none of false, with a warning.
func (r *MysqliResult) Rows() []*Array[any] {
	if r == nil {
		warnText("foreach() argument must be of type array|object, bool given")
		return nil
	}
	return r.FetchAll(dbAssoc)
}

// NumRows is mysqli_result::$num_rows.
//
//php:method mysqli_result::$num_rows()
//php:function mysqli_num_rows()
func (r *MysqliResult) NumRows() int {
	if r.dbResult == nil {
		return 0
	}
	return len(r.rows)
}

// Free is mysqli_result::free. All rows are in memory.
//
//php:method mysqli_result::free()
//php:method mysqli_result::close()
//php:function mysqli_free_result()
func (r *MysqliResult) Free() { r.dbResult = nil }

// A MysqliStmt is an object of mysqli_stmt.
type MysqliStmt struct {
	m       *Mysqli
	query   string
	params  []any // addresses of variables
	results []any // likewise
	result  *MysqliResult
}

// BindParam is mysqli_stmt::bind_param: what the variables hold counts when the statement is
// executed.
//
//php:method mysqli_stmt::bind_param(types, &vars)
//php:function mysqli_stmt_bind_param(types, &vars)
func (s *MysqliStmt) BindParam(types string, vars ...any) bool {
	if len(types) != len(vars) {
		throw("ArgumentCountError", "The number of elements in the type definition string must match the number of bind variables")
	}
	s.params = vars
	return true
}

// Execute is mysqli_stmt::execute.
//
//php:method mysqli_stmt::execute()
//php:function mysqli_stmt_execute()
func (s *MysqliStmt) Execute() bool { return s.execute(s.params) }

// ExecuteWith is mysqli_stmt::execute with values.
//
//php:method mysqli_stmt::execute(params)
//php:function mysqli_stmt_execute(params)
func (s *MysqliStmt) ExecuteWith(params *Array[any]) bool { return s.execute(params.Values()) }

func (s *MysqliStmt) execute(params []any) bool {
	args := make([]any, len(params))
	for i, p := range params {
		args[i] = dbArgument(p)
	}
	var err error
	s.result, err = s.m.run(s.query, args, false)
	return !mysqliFailed(err)
}

// GetResult is mysqli_stmt::get_result, false for a statement without rows.
//
//php:method mysqli_stmt::get_result()
//php:function mysqli_stmt_get_result()
func (s *MysqliStmt) GetResult() (*MysqliResult, bool) {
	return s.result, s.result != nil && s.result.dbResult != nil
}

// StoreResult is mysqli_stmt::store_result. All rows are in memory.
//
//php:method mysqli_stmt::store_result()
//php:function mysqli_stmt_store_result()
func (s *MysqliStmt) StoreResult() bool { return s.result != nil }

// BindResult is mysqli_stmt::bind_result: Fetch stores the columns in the variables.
//
//php:method mysqli_stmt::bind_result(&vars)
//php:function mysqli_stmt_bind_result(&vars)
func (s *MysqliStmt) BindResult(vars ...any) bool {
	s.results = vars
	return true
}

// Fetch is mysqli_stmt::fetch, null after the last row.
//
//php:method mysqli_stmt::fetch() null
//php:function mysqli_stmt_fetch() null
func (s *MysqliStmt) Fetch() (bool, bool) {
	if s.result == nil {
		return false, false
	}
	row, ok := s.result.fetch()
	for i, variable := range s.results {
		if i < len(row) {
			dbAssign(variable, row[i])
		}
	}
	return ok, ok
}

// NumRows is mysqli_stmt::$num_rows.
//
//php:method mysqli_stmt::$num_rows()
//php:function mysqli_stmt_num_rows()
func (s *MysqliStmt) NumRows() int { return s.result.NumRows() }

// AffectedRows is mysqli_stmt::$affected_rows.
//
//php:method mysqli_stmt::$affected_rows()
//php:function mysqli_stmt_affected_rows()
func (s *MysqliStmt) AffectedRows() int { return s.m.affected }

// InsertID is mysqli_stmt::$insert_id.
//
//php:method mysqli_stmt::$insert_id()
//php:function mysqli_stmt_insert_id()
func (s *MysqliStmt) InsertID() int { return s.m.insertID }

// Error is mysqli_stmt::$error.
//
//php:method mysqli_stmt::$error()
//php:function mysqli_stmt_error()
func (s *MysqliStmt) Error() string { return s.m.Error() }

// Close is mysqli_stmt::close.
//
//php:method mysqli_stmt::close()
//php:function mysqli_stmt_close()
func (s *MysqliStmt) Close() bool {
	s.result, s.params, s.results = nil, nil, nil
	return true
}
