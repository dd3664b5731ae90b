package audit

import (
	_ "embed"
	"strings"
	"sync"
)

// constantNames are made of the library's constants:
// go test ./port/audit -run TestConstants -update.
//
//go:embed constants.txt
var constantNames string

var constants = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool)
	for _, name := range strings.Fields(constantNames) {
		set[name] = true
	}
	return set
})
