package functions

import (
	"crypto/hmac"
	"crypto/md5"
	cryptorand "crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
)

// base64Encode is base64_encode.
//
//php:function base64_encode(string)
func base64Encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// base64Decode is base64_decode without strict: other characters are ignored.
//
//php:function base64_decode(string)
func base64Decode(s string) string {
	var clean strings.Builder
	for i := range len(s) {
		if c := s[i]; isAlnum(c) || c == '+' || c == '/' {
			clean.WriteByte(c)
		}
	}
	text := clean.String()
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	decoded, _ := base64.RawStdEncoding.DecodeString(text) // all of it is valid
	return string(decoded)
}

// base64DecodeStrict is base64_decode with strict: what is not base64 is false.
//
//php:function base64_decode(string, strict)
func base64DecodeStrict(s string, strict bool) (string, bool) {
	if !strict {
		return base64Decode(s), true
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, s)
	body := strings.TrimRight(s, "=")
	padding := len(s) - len(body)
	if strings.Trim(body, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") != "" || len(body)%4 == 1 ||
		padding > 0 && (padding > 2 || (len(body)+padding)%4 != 0) {
		return "", false
	}
	return base64Decode(body), true
}

// bin2hex is bin2hex.
//
//php:function bin2hex(string)
func bin2hex(s string) string { return hex.EncodeToString([]byte(s)) }

// hex2bin is hex2bin.
//
//php:function hex2bin(string)
func hex2bin(s string) (string, error) {
	if len(s)%2 == 1 {
		return "", fmt.Errorf("hex2bin(): Hexadecimal input string must have an even length")
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		return "", fmt.Errorf("hex2bin(): Input string must be hexadecimal string")
	}
	return string(b), nil
}

// md5Hex is md5.
//
//php:function md5(string)
func md5Hex(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }

// sha1Hex is sha1.
//
//php:function sha1(string)
func sha1Hex(s string) string { return fmt.Sprintf("%x", sha1.Sum([]byte(s))) }

// md5Binary is md5 with true: 16 bytes.
//
//php:function md5(string, binary)
func md5Binary(s string, binary bool) string { return hashHex("md5", s, binary) }

// sha1Binary is sha1 with true: 20 bytes.
//
//php:function sha1(string, binary)
func sha1Binary(s string, binary bool) string { return hashHex("sha1", s, binary) }

// md5File is md5_file.
//
//php:function md5_file(filename)
func md5File(name string) (string, error) { return hashFile("md5", name) }

// sha1File is sha1_file.
//
//php:function sha1_file(filename)
func sha1File(name string) (string, error) { return hashFile("sha1", name) }

// hashFile is hash_file.
//
//php:function hash_file(algo, filename)
func hashFile(algorithm, name string) (string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("hash_file(%s): Failed to open stream: %s", name, reason(err))
	}
	return hashHex(algorithm, string(data), false), nil
}

// hashEquals is hash_equals.
//
//php:function hash_equals(known_string, user_string)
func hashEquals(known, user string) bool { return hmac.Equal([]byte(known), []byte(user)) }

// crc32Sum is crc32.
//
//php:function crc32(string)
func crc32Sum(s string) int { return int(crc32.ChecksumIEEE([]byte(s))) }

// hashes are the algorithms of hashHex.
var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
	"crc32b": func() hash.Hash { return crc32.NewIEEE() },
}

// hashHex is hash with md5, sha1, sha224, sha256, sha384, sha512 and crc32b. Others throw PHP's
// ValueError.
//
//php:function hash(algo, data, binary = false)
func hashHex(algorithm, data string, binary bool) string {
	newHash := hashes[strtolower(algorithm)]
	if newHash == nil {
		throw("ValueError", "hash(): Argument #1 ($algo) must be a valid hashing algorithm")
	}
	h := newHash()
	h.Write([]byte(data))
	return hexOrBinary(h.Sum(nil), binary)
}

// hashHmac is hash_hmac with the algorithms of hashHex but crc32b.
//
//php:function hash_hmac(algo, data, key, binary = false)
func hashHmac(algorithm, data, key string, binary bool) string {
	newHash := hashes[strtolower(algorithm)]
	if newHash == nil || strtolower(algorithm) == "crc32b" {
		throw("ValueError", "hash_hmac(): Argument #1 ($algo) must be a valid cryptographic hashing algorithm")
	}
	h := hmac.New(newHash, []byte(key))
	h.Write([]byte(data))
	return hexOrBinary(h.Sum(nil), binary)
}

func hexOrBinary(sum []byte, binary bool) string {
	if binary {
		return string(sum)
	}
	return hex.EncodeToString(sum)
}

// randomBytes is random_bytes.
//
//php:function random_bytes(length)
func randomBytes(length int) string {
	if length < 1 {
		throw("ValueError", "random_bytes(): Argument #1 ($length) must be greater than 0")
	}
	b := make([]byte, length)
	cryptorand.Read(b) // never fails
	return string(b)
}

// uniqid is uniqid: the time in microseconds, and with more entropy ten more digits.
//
//php:function uniqid(prefix = "", more_entropy = false)
func uniqid(prefix string, more bool) string {
	time.Sleep(time.Microsecond)
	now := time.Now()
	id := fmt.Sprintf("%s%08x%05x", prefix, now.Unix(), now.Nanosecond()/1000)
	if more {
		id += fmt.Sprintf("%.8f", float64(mtRand(0, 999999999))/1e8)
	}
	return id
}

// quotedPrintableEncode is quoted_printable_encode.
//
//php:function quoted_printable_encode(string)
func quotedPrintableEncode(s string) string {
	var out strings.Builder
	length := 0 // of the line
	for i := 0; i < len(s); i++ {
		c := s[i]
		encoded, room := s[i:i+1], 0
		if c < ' ' || c >= 0x7F || c == '=' || c == ' ' && strings.HasPrefix(s[i+1:], "\r") {
			encoded, room = fmt.Sprintf("=%02X", c), qpRoom(c)
		}
		if strings.HasPrefix(s[i:], "\r\n") {
			out.WriteString("\r\n")
			i++
			length = 0
			continue
		}
		if length += len(encoded); length+room > 75 {
			out.WriteString("=\r\n")
			length = len(encoded)
		}
		out.WriteString(encoded)
	}
	return out.String()
}

// qpRoom returns how much room a line must have after a byte: for what follows it in a character
// of UTF-8. Lines do not end before bytes that are never in UTF-8.
func qpRoom(c byte) int {
	switch {
	case c <= 0x7F:
		return 0
	case c <= 0xDF:
		return 3
	case c <= 0xEF:
		return 6
	case c <= 0xF4:
		return 9
	}
	return math.MinInt / 2
}

// quotedPrintableDecode is quoted_printable_decode.
//
//php:function quoted_printable_decode(string)
func quotedPrintableDecode(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '=' {
			out.WriteByte(s[i])
			continue
		}
		if i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		rest := strings.TrimLeft(s[i+1:], " \t")
		switch {
		case rest == "":
			i = len(s)
		case strings.HasPrefix(rest, "\r\n"):
			i = len(s) - len(rest) + 1
		case rest[0] == '\r' || rest[0] == '\n':
			i = len(s) - len(rest)
		default:
			out.WriteByte('=')
		}
	}
	return out.String()
}

// gethostname is gethostname.
//
//php:function gethostname()
func gethostname() (string, bool) {
	name, err := os.Hostname()
	return name, err == nil
}
