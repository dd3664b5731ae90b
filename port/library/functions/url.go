package functions

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// urlencode is urlencode.
//
//php:function urlencode(string)
func urlencode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "~", "%7E") }

// rawurlencode is rawurlencode.
//
//php:function rawurlencode(string)
func rawurlencode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// urldecode is urldecode.
//
//php:function urldecode(string)
func urldecode(s string) string { return rawurldecode(strings.ReplaceAll(s, "+", " ")) }

// rawurldecode is rawurldecode.
//
//php:function rawurldecode(string)
func rawurldecode(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// httpBuildQuery is http_build_query.
//
//php:function http_build_query(data, numeric_prefix = "", arg_separator = "&")
func httpBuildQuery(data *Array[any], prefix, separator string) string {
	var parts []string
	for k, v := range data.All() {
		key := urlencode(toString(k))
		if _, ok := k.(int); ok {
			key = prefix + key
		}
		parts = append(parts, queryParts(key, v)...)
	}
	return strings.Join(parts, separator)
}

func queryParts(key string, v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case *Array[any]:
		var parts []string
		for k, v := range v.All() {
			parts = append(parts, queryParts(key+"%5B"+urlencode(toString(k))+"%5D", v)...)
		}
		return parts
	case bool:
		return []string{key + "=" + strconv.Itoa(boolInt(v))}
	}
	return []string{key + "=" + urlencode(toString(v))}
}

// parseStr is parse_str: the parameters of a query, "a[b][]=c" as arrays.
//
//php:function parse_str(string, &result)
func parseStr(s string, result **Array[any]) {
	*result = newArray[any]()
	for pair := range strings.SplitSeq(s, "&") {
		if pair == "" || pair[0] == '=' {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		setParameter(*result, urldecode(name), urldecode(value))
	}
}

// setParameter stores a parameter of a query or a form.
func setParameter(a *Array[any], name, value string) {
	name = strings.TrimLeft(name, " ")
	name, _, _ = strings.Cut(name, "\x00")
	base, rest := name, ""
	if strings.HasPrefix(name, "[") {
		return
	}
	if i := strings.IndexByte(name, '['); i > 0 {
		base, rest = name[:i], name[i:]
		if !strings.Contains(rest, "]") { // no array
			base, rest = base+"_"+rest[1:], ""
		}
	}
	base = strings.NewReplacer(" ", "_", ".", "_").Replace(base)
	if base == "" {
		return
	}
	keys := []any{base}
	for strings.HasPrefix(rest, "[") && strings.Contains(rest, "]") {
		key, after, _ := strings.Cut(rest[1:], "]")
		if trimmed := strings.TrimLeft(key, whiteSpace); trimmed == "" {
			keys = append(keys, nil)
		} else {
			keys = append(keys, key)
		}
		rest = after
	}
	for _, key := range keys[:len(keys)-1] {
		if v, isArray := a.Get(key).(*Array[any]); key != nil && isArray {
			a = v
			continue
		}
		child := newArray[any]()
		if key == nil {
			a.Append(child)
		} else {
			a.Set(key, child)
		}
		a = child
	}
	if last := keys[len(keys)-1]; last == nil {
		a.Append(value)
	} else {
		a.Set(last, value)
	}
}

// parseURL is parse_url of URLs as "scheme://user:pass@host:port/path?query#fragment" and
// "scheme:path", and of paths. Other texts can give another result than PHP's.
//
//php:function parse_url(url)
func parseURL(s string) (*Array[any], bool) {
	rest, fragment, hasFragment := strings.Cut(s, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	out := newArray[any]()
	scheme, after, hasScheme := strings.Cut(rest, ":")
	if hasScheme && scheme != "" && strings.Trim(strtolower(scheme), "abcdefghijklmnopqrstuvwxyz0123456789+.-") == "" && !portFollows(scheme, after) {
		out.Set("scheme", controlsReplaced(scheme))
		rest = after
	}
	if authority, ok := strings.CutPrefix(rest, "//"); ok && (out.Len() > 0 || len(authority) > 0) {
		path := ""
		if i := strings.IndexByte(authority, '/'); i >= 0 {
			authority, path = authority[:i], authority[i:]
		}
		rest = path
		if !setAuthority(out, authority, path) {
			return nil, false
		}
	}
	if rest != "" || s == "" {
		out.Set("path", controlsReplaced(rest))
	}
	if hasQuery {
		out.Set("query", controlsReplaced(query))
	}
	if hasFragment {
		out.Set("fragment", controlsReplaced(fragment))
	}
	return out, true
}

// portFollows reports whether what looks like a scheme is a host before a port.
func portFollows(scheme, after string) bool {
	n := digitsLength(after)
	return n > 0 && n < 6 && (n == len(after) || after[n] == '/')
}

// setAuthority stores what is between "//" and the path.
func setAuthority(out *Array[any], authority, path string) bool {
	user, host, hasUser := "", authority, false
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		user, host, hasUser = authority[:i], authority[i+1:], true
	}
	port := ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, port = host[:i], host[i+1:]
		if n, err := strconv.ParseUint("0"+port, 10, 16); err != nil || port != "" && n == 0 {
			return false
		}
	}
	if host == "" {
		return out.Get("scheme") == "file" && path != ""
	}
	out.Set("host", controlsReplaced(host))
	if port != "" {
		n, _ := strconv.Atoi(port)
		out.Set("port", n)
	}
	if hasUser {
		name, password, hasPassword := strings.Cut(user, ":")
		out.Set("user", controlsReplaced(name))
		if hasPassword {
			out.Set("pass", controlsReplaced(password))
		}
	}
	return true
}

// controlsReplaced returns a string with "_" in the places of control characters.
func controlsReplaced(s string) string {
	return mapBytes(s, func(c byte) byte {
		if c < ' ' || c == 0x7F {
			return '_'
		}
		return c
	})
}

// parseURLComponent is parse_url of one component, null if it is not there.
//
//php:function parse_url(url, component)
func parseURLComponent(s string, component int) any {
	parts, ok := parseURL(s)
	if !ok {
		return false
	}
	names := strings.Fields("scheme host port user pass path query fragment")
	if component == -1 {
		return parts
	}
	if component < 0 || component >= len(names) {
		throw("ValueError", fmt.Sprintf("parse_url(): Argument #2 ($component) must be a valid URL component identifier, %d given", component))
	}
	return parts.Get(names[component])
}
