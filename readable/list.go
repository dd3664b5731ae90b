package readable

import "strings"

// List says that a message comes from a mailing list or is a bulk mailing.
type List struct {
	ID   string // of List-Id, without its brackets, "news.example.org"
	Name string // the words beside it, decoded

	// Unsubscribe has the URIs of List-Unsubscribe, in the sender's order of preference.
	Unsubscribe []string
	// OneClick is the https URI to which a POST with "List-Unsubscribe=One-Click" ends the
	// subscription (RFC 8058), or "". Whether the message's DKIM signature covers these fields,
	// as RFC 8058 demands, is not checked.
	OneClick string

	Post       []string // where contributions go
	Archive    []string
	Help       []string
	Owner      []string
	Subscribe  []string
	Discussion bool // subscribers can write to the list
}

// readList returns what the fields of RFC 2369, RFC 2919 and RFC 8058 say, and nil without any.
func readList(h headerFields) *List {
	l := &List{
		Unsubscribe: urisOf(h.all("List-Unsubscribe")),
		Post:        urisOf(h.all("List-Post")),
		Archive:     urisOf(h.all("List-Archive")),
		Help:        urisOf(h.all("List-Help")),
		Owner:       urisOf(h.all("List-Owner")),
		Subscribe:   urisOf(h.all("List-Subscribe")),
	}
	id := h.get("List-Id")
	if name, rest, ok := strings.Cut(id, "<"); ok {
		inner, _, _ := strings.Cut(rest, ">")
		l.ID = withoutControls(strings.TrimSpace(inner))
		l.Name, _ = Header(strings.Trim(strings.TrimSpace(name), `"`))
	} else {
		l.ID = withoutControls(strings.TrimSpace(id))
	}
	l.Discussion = len(l.Post) > 0
	if l.ID == "" {
		// Programs from before RFC 2919 have their own fields.
		for _, name := range []string{"X-BeenThere", "X-Mailing-List", "Mailing-List", "X-List", "X-ML-Name"} {
			if value := h.get(name); l.ID == "" && value != "" {
				value, _, _ = strings.Cut(strings.TrimPrefix(value, "list "), ";")
				l.ID = cleanAddress(value)
			}
		}
	}
	if lowerASCII(strings.Join(strings.Fields(h.get("List-Unsubscribe-Post")), "")) == "list-unsubscribe=one-click" {
		for _, uri := range l.Unsubscribe {
			if strings.HasPrefix(lowerASCII(uri), "https://") {
				l.OneClick = uri
				break
			}
		}
	}
	precedence := isOneOf(lowerASCII(h.get("Precedence")), "list")
	if l.ID == "" && len(l.Unsubscribe) == 0 && len(l.Post) == 0 && !precedence {
		return nil
	}
	return l
}

// maxURIs limits how many URIs of a field are read.
const maxURIs = 20

// urisOf returns the URIs in angle brackets (RFC 2369 section 2). "NO" has none. White space
// within a URI comes from folding.
func urisOf(values []string) []string {
	var uris []string
	for _, value := range values {
		for len(uris) < maxURIs {
			_, after, ok := strings.Cut(value, "<")
			if !ok {
				break
			}
			uri, rest, closed := strings.Cut(after, ">")
			if !closed {
				break
			}
			if uri = strings.Join(strings.Fields(uri), ""); strings.Contains(uri, ":") {
				uris = append(uris, withoutControls(uri))
			}
			value = rest
		}
	}
	return uris
}
