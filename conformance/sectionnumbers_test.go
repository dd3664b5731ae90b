package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/internal/golden"
)

// TestSectionNumbers compares the part that Structure.Sections yields for a number with what
// PHP's imap_bodystruct returns for it, and the numbers with those of the structure as PHP has
// it. So imap_fetchbody of a number, which TestSections compares, has the text of the part.
func TestSectionNumbers(t *testing.T) {
	messages := allMessages(t)
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			box := corpusMailbox(messages)
			php, place := newOracle(t, newPlace(t, box)), newPlace(t, box)
			php.do(open(service.inbox))
			mbox, err := imapcompat.Open(place.fill(service.inbox), place.user, dovecot.Password)
			if err != nil {
				t.Fatal(err)
			}
			defer mbox.Close()
			for i, m := range messages {
				var theirs structure
				php.raw(&theirs, "imap_fetchstructure", i+1)
				want := slices.DeleteFunc(theirs.sections(), func(s string) bool { return strings.HasSuffix(s, ".0") })
				ours, err := mbox.FetchStructure(i + 1)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for section, part := range ours.Sections() {
					got = append(got, section)
					var found json.RawMessage
					php.raw(&found, "imap_bodystruct", i+1, section)
					alone := *part
					alone.Parts = nil
					name := fmt.Sprintf("%s/section numbers/%s %q", service.name, m.name, section)
					compare(t, name, golden.Normal(found), golden.JSON(&alone))
				}
				slices.Sort(got)
				slices.Sort(want)
				compare(t, fmt.Sprintf("%s/section numbers/%s", service.name, m.name), strings.Join(want, " "), strings.Join(got, " "))
			}
		})
	}
}
