package functions

import (
	"math/rand/v2"
	"regexp"
	"testing"
)

func init() {
	b64 := from("YWJj", "Yg==", "=", "a", "/", "+", "-", " ", "\n", "Zm9v", "\xff")
	qp := from("=41", "=3d", "=", "\r\n", "\n", "a", " ", "\t", "=C3=A9", "=zz", "é", "\x00", "=\r\n", "= \r\n", "==", "\r")
	algorithms := oneOf("md5", "sha1", "SHA256", "sha512", "sha384", "sha224", "crc32b", "none")
	rows = append(rows, []row{
		{php: "base64_encode", fn: base64Encode},
		{php: "base64_decode", fn: base64Decode, args: []gen{either(b64, text)}},
		{php: "base64_decode", fn: base64DecodeStrict, args: []gen{either(b64, text)}},
		{php: "bin2hex", fn: bin2hex},
		{php: "hex2bin", fn: hex2bin, args: []gen{either(from("0", "a", "Ff", "x", "12"), text)}},
		{php: "md5", fn: md5Hex},
		{php: "sha1", fn: sha1Hex},
		{php: "crc32", fn: crc32Sum},
		{php: "hash", fn: hashHex, args: []gen{algorithms}},
		{php: "hash_hmac", fn: hashHmac, args: []gen{algorithms}},
		{php: "quoted_printable_encode", fn: quotedPrintableEncode, args: []gen{either(text, func(r *rand.Rand) any { return bytesOf(r, r.IntN(200)) }, from("abcdefghijklmnopqrstuvwxyz", " ", "é", "€", "=", "\r\n", "\U0001f600", " \r\n", "\t", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ"))}},
		{php: "quoted_printable_decode", fn: quotedPrintableDecode, args: []gen{either(qp, text)}},
		{php: "is_array", fn: isArray},
		{php: "is_int", fn: isInt},
		{php: "is_float", fn: isFloat},
		{php: "is_bool", fn: isBool},
		{php: "is_string", fn: isString},
		{php: "is_scalar", fn: isScalar},
		{php: "is_numeric", fn: isNumeric, args: []gen{either(numeric, value)}},
		{php: "is_object", fn: isObject},
		{php: "gettype", fn: getType},
		{php: "get_debug_type", fn: getDebugType},
		{php: "ctype_digit", fn: ctypeDigit, args: []gen{either(numeric, text)}},
		{php: "ctype_alpha", fn: ctypeAlpha},
		{php: "ctype_alnum", fn: ctypeAlnum},
		{php: "ctype_upper", fn: ctypeUpper},
		{php: "ctype_lower", fn: ctypeLower},
		{php: "ctype_space", fn: ctypeSpace},
		{php: "ctype_xdigit", fn: ctypeXdigit},
		{php: "ctype_punct", fn: ctypePunct, args: []gen{either(from("!", ".", "a", " "), text)}},
	})
}

func TestUniqid(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		id := uniqid("x", false)
		if !regexp.MustCompile(`^x[0-9a-f]{13}$`).MatchString(id) || seen[id] {
			t.Errorf("got %q", id)
		}
		seen[id] = true
	}
	if id := uniqid("", true); !regexp.MustCompile(`^[0-9a-f]{13}[0-9]\.[0-9]{8}$`).MatchString(id) {
		t.Errorf("got %q", id)
	}
}

func TestRandomBytes(t *testing.T) {
	if a, b := randomBytes(16), randomBytes(16); len(a) != 16 || a == b {
		t.Errorf("got %q, %q", a, b)
	}
	if e := thrown(func() { randomBytes(0) }); e == nil || e.Class != "ValueError" {
		t.Error(e)
	}
}

func TestMtRand(t *testing.T) {
	for range 1000 {
		if n := mtRand(-1, 1); n < -1 || n > 1 {
			t.Errorf("got %d", n)
		}
		if n := mtRandAny(); n < 0 {
			t.Errorf("got %d", n)
		}
	}
}
