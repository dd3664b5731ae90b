package functions

import (
	"context"
	"database/sql"
	"reflect"
	"strings"
)

// A dbResult is the rows of a query.
type dbResult struct {
	columns []string
	rows    [][]any
	next    int
}

// fetch returns the next row, false after the last one.
func (r *dbResult) fetch() ([]any, bool) {
	if r == nil || r.next >= len(r.rows) {
		return nil, false
	}
	r.next++
	return r.rows[r.next-1], true
}

// Forms of a row.
const (
	dbAssoc = 1
	dbNum   = 2
	dbBoth  = 3
)

// rowArray returns a row under the names of its columns, under numbers, or both.
func (r *dbResult) rowArray(row []any, form int) *Array[any] {
	out := newArray[any]()
	for i, name := range r.columns {
		if form&dbNum != 0 {
			out.Set(i, row[i])
		}
		if form&dbAssoc != 0 {
			out.Set(name, row[i])
		}
	}
	return out
}

// returnsRows reports whether a statement has a result.
func returnsRows(query string) bool {
	word, _, _ := strings.Cut(strtolower(strings.TrimLeft(query, " \t\r\n(")), " ")
	switch strings.TrimSpace(word) {
	case "select", "show", "describe", "desc", "explain", "with", "pragma", "values", "call":
		return true
	}
	return strings.Contains(strtolower(query), " returning ")
}

// dbQuery runs a statement. Values are strings if text is true, as with MySQL's text protocol.
func dbQuery(conn *sql.Conn, query string, args []any, text bool) (*dbResult, error) {
	rows, err := conn.QueryContext(context.Background(), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	r := &dbResult{}
	if r.columns, err = rows.Columns(); err != nil {
		return nil, err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		row := make([]any, len(r.columns))
		pointers := make([]any, len(row))
		for i := range row {
			pointers[i] = &row[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			return nil, err
		}
		for i := range row {
			row[i] = dbValue(row[i], types[i].DatabaseTypeName(), text)
		}
		r.rows = append(r.rows, row)
	}
	return r, rows.Err()
}

// dbValue returns a value of a column as PHP has it.
func dbValue(v any, column string, text bool) any {
	switch x := v.(type) {
	case []byte:
		v = string(x)
		if strings.Contains(column, "INT") && !text {
			v = intval(string(x))
		} else if (column == "DOUBLE" || column == "FLOAT") && !text {
			v = floatval(string(x))
		}
	case int64:
		v = int(x)
	case float32:
		v = float64(x)
	case interface{ Format(string) string }: // time.Time
		v = x.Format("2006-01-02 15:04:05")
	}
	if text && v != nil {
		return toString(v)
	}
	return v
}

// dbArgument returns what a variable holds when a statement is executed.
func dbArgument(v any) any {
	r := reflect.ValueOf(v)
	if r.Kind() == reflect.Pointer {
		v = r.Elem().Interface()
	}
	if b, ok := v.(bool); ok {
		return boolInt(b)
	}
	return v
}

// dbAssign stores a value in a variable.
func dbAssign(variable, value any) {
	to := reflect.ValueOf(variable).Elem()
	switch to.Kind() {
	case reflect.String:
		value = toString(value)
	case reflect.Int:
		value = toInt(value)
	case reflect.Float64:
		value = toFloat(value)
	}
	if value == nil {
		to.SetZero()
		return
	}
	to.Set(reflect.ValueOf(value))
}
