package prove

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// sqliteMagic begins a database file of SQLite.
const sqliteMagic = "SQLite format 3\x00"

// maxRows bounds the rows of a database that are compared.
const maxRows = 100000

// readTables fills in the tables of the databases among files.
func readTables(ctx context.Context, folder string, files map[string]File) error {
	for name, file := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if file.Removed || file.Link != "" || !isSQLite(path) {
			continue
		}
		tables, err := dump(ctx, path)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		file.Tables = tables
		files[name] = file
	}
	return nil
}

func isSQLite(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, len(sqliteMagic))
	n, _ := file.Read(head)
	return bytes.Equal(head[:n], []byte(sqliteMagic))
}

// dump returns the tables of a database, of which it reads a copy: the log of a program that was
// ended is still to be applied.
func dump(ctx context.Context, path string) (lines []string, err error) {
	folder, err := os.MkdirTemp("", "imapcompat-prove-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	database := filepath.Join(folder, "database")
	for _, suffix := range []string{"", "-wal", "-journal"} {
		err := copyFile(path+suffix, database+suffix, 0o600)
		if err != nil && (suffix == "" || !errors.Is(err, fs.ErrNotExist)) {
			return nil, err
		}
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(database)}).EscapedPath())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	lines = []string{}
	err = eachRow(ctx, db, "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name", func(row []any) error {
		lines = append(lines, strings.Join(strings.Fields(fmt.Sprint(row[3])), " "))
		return nil
	})
	if err != nil {
		return nil, err
	}
	var tables []string
	err = eachRow(ctx, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", func(row []any) error {
		tables = append(tables, fmt.Sprint(row[0]))
		return nil
	})
	for _, table := range tables {
		if err != nil {
			break
		}
		err = eachRow(ctx, db, `SELECT * FROM "`+strings.ReplaceAll(table, `"`, `""`)+`"`, func(row []any) error {
			if len(lines) > maxRows {
				return fmt.Errorf("more than %d rows", maxRows)
			}
			values := make([]string, len(row))
			for i, value := range row {
				values[i] = literalOf(value)
			}
			lines = append(lines, table+": "+strings.Join(values, ", "))
			return nil
		})
	}
	return lines, err
}

func eachRow(ctx context.Context, db *sql.DB, query string, f func([]any) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row := make([]any, len(columns))
	pointers := make([]any, len(columns))
	for i := range row {
		pointers[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// literalOf writes a value so that those of different types differ.
func literalOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "NULL"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(text, ".eIN") {
			text += ".0"
		}
		return text
	case string:
		return strconv.Quote(v)
	case []byte:
		if utf8.Valid(v) {
			return "blob " + strconv.Quote(string(v))
		}
		return fmt.Sprintf("x'%x'", v)
	}
	return fmt.Sprintf("%#v", value)
}
