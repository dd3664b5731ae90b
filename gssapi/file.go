package gssapi

import (
	"errors"
	"io/fs"
)

// fileProblem returns the reason of an error of files.Read without the path.
func fileProblem(err error) string {
	var problem *fs.PathError
	if errors.As(err, &problem) {
		return problem.Err.Error()
	}
	return err.Error()
}
