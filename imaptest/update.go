package imaptest

import (
	"flag"
	"os"
	"slices"
)

const updateFlag = "update"

// Many test programs define a flag -update of their own, after this package has been
// initialized. A second definition panics. So this package defines the flag only when the command
// line is parsed, if nobody else has: it puts a flag of its own first, whose Set does it.
func init() {
	for i, arg := range os.Args {
		if i > 0 && (arg == "-"+updateFlag || arg == "--"+updateFlag) {
			const name = "imaptest.define-update"
			flag.Var(definition{os.Args}, name, "used by package imaptest itself")
			os.Args = slices.Insert(slices.Clone(os.Args), 1, "-"+name)
			return
		}
	}
}

// definition is a flag that defines -update. args is the command line without it.
type definition struct{ args []string }

func (d definition) String() string   { return "" }
func (d definition) IsBoolFlag() bool { return true }

func (d definition) Set(string) error {
	os.Args = d.args
	if flag.Lookup(updateFlag) == nil {
		flag.Bool(updateFlag, false, "write the files that imaptest.Golden compares")
	}
	return nil
}
