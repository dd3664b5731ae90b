package readable

import (
	"strconv"
	"strings"
)

// statusIn returns the first enhanced status code (RFC 3463) in a text, such as "5.1.1", and ""
// when there is none. Addresses such as 5.1.1.7 are none.
func statusIn(text string) string { return codeIn(text, "245") }

// failureIn is statusIn for the codes of failures.
func failureIn(text string) string { return codeIn(text, "45") }

// codeIn returns the first enhanced status code of some classes.
func codeIn(text, classes string) string {
	for i := range len(text) {
		if strings.IndexByte(classes, text[i]) < 0 || i > 0 && (isDigit(text[i-1]) || text[i-1] == '.') {
			continue
		}
		if n := statusLen(text[i:]); n > 0 {
			return text[i : i+n]
		}
	}
	return ""
}

// statusLen returns the length of the status code that begins a text, or 0.
func statusLen(text string) int {
	n := 1
	for range 2 {
		if n >= len(text) || text[n] != '.' {
			return 0
		}
		digits := 0
		for n++; n < len(text) && isDigit(text[n]); n++ {
			digits++
		}
		if digits == 0 || digits > 3 {
			return 0
		}
	}
	if n+1 < len(text) && text[n] == '.' && isDigit(text[n+1]) {
		return 0
	}
	return n
}

// replyIn returns the first SMTP reply code of a failure (RFC 5321 section 4.2) in a text, such
// as 550, and 0 when there is none. A number within an address, a time or a word is none.
func replyIn(text string) int {
	for i := 0; i+3 <= len(text); i++ {
		if c := text[i]; c != '4' && c != '5' || !isDigit(text[i+1]) || !isDigit(text[i+2]) || text[i+1] > '7' {
			continue
		}
		if i > 0 && !strings.ContainsRune(" \t\n:;('\"<>=#-[,", rune(text[i-1])) {
			continue
		}
		if i+3 < len(text) && !strings.ContainsRune(" \t\n-:;,.)'\"", rune(text[i+3])) {
			continue
		}
		if i+4 < len(text) && text[i+3] == '.' && isDigit(text[i+4]) {
			continue
		}
		code, _ := strconv.Atoi(text[i : i+3])
		return code
	}
	return 0
}

// isVague reports whether a status code names a class of failures only, as "5.0.0" does.
func isVague(status string) bool {
	return status == "" || strings.HasSuffix(status, ".0.0")
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// wordings have what mail systems say where they give no code, in lower case, and the status
// code that RFC 3463 has for it. The first that fits counts.
var wordings = []struct{ text, status string }{
	{"mailbox full", "5.2.2"}, {"mailbox is full", "5.2.2"}, {"over quota", "5.2.2"}, {"overquota", "5.2.2"},
	{"quota exceeded", "5.2.2"}, {"exceeded its quota", "5.2.2"}, {"exceeds allowed size", "5.2.2"},
	{"exceeded the local limit", "5.2.2"}, {"disk quota", "5.2.2"}, {"storage limit", "5.2.2"},
	{"mailfolder is full", "5.2.2"}, {"size limit", "5.3.4"}, {"message too large", "5.3.4"}, {"message is too large", "5.3.4"}, {"too big", "5.3.4"},
	{"user unknown", "5.1.1"}, {"unknown user", "5.1.1"}, {"no such user", "5.1.1"}, {"user not found", "5.1.1"},
	{"no mailbox here by that name", "5.1.1"}, {"unknown recipient", "5.1.1"}, {"recipient unknown", "5.1.1"},
	{"recipient not found", "5.1.1"}, {"invalid recipient", "5.1.1"}, {"invalid user", "5.1.1"}, {"invalid mailbox", "5.1.1"},
	{"address rejected", "5.1.1"}, {"unknown address", "5.1.1"}, {"invalid address", "5.1.1"}, {"mailbox unavailable", "5.1.1"},
	{"no such mailbox", "5.1.1"}, {"mailbox not found", "5.1.1"}, {"unknown local part", "5.1.1"}, {"no such recipient", "5.1.1"},
	{"not listed in", "5.1.1"}, {"recipient name is not recognized", "5.1.1"}, {"doesn't have a", "5.1.1"},
	{"does not have a", "5.1.1"}, {"couldn't be found", "5.1.1"}, {"wasn't found", "5.1.1"}, {"address not found", "5.1.1"},
	{"invalid final delivery userid", "5.1.1"}, {"user doesn't exist", "5.1.1"}, {"no valid recipients", "5.1.1"},
	{"malformed address", "5.1.3"}, {"account is locked", "5.2.1"}, {"account has been disabled", "5.2.1"}, {"account is disabled", "5.2.1"}, {"mailbox disabled", "5.2.1"},
	{"account is inactive", "5.2.1"}, {"account disabled", "5.2.1"}, {"account that you tried to reach is disabled", "5.2.1"},
	{"unrouteable address", "5.1.2"}, {"unroutable address", "5.1.2"}, {"host unknown", "5.1.2"}, {"unknown host", "5.1.2"}, {"domain not found", "5.1.2"},
	{"host not found", "5.1.2"}, {"no such domain", "5.1.2"}, {"domain does not exist", "5.1.2"}, {"domain name not found", "5.1.2"},
	{"couldn't find any host", "5.1.2"}, {"remote domain doesnt exist", "5.1.2"}, {"domain could not be found", "5.1.2"},
	{"no mx record found", "5.1.2"}, {"no mx for", "5.1.2"}, {"hop count", "5.4.6"}, {"too many hops", "5.4.6"}, {"mail loop", "5.4.6"}, {"loop detected", "5.4.6"},
	{"did not accept our requests to connect", "4.4.1"}, {"after multiple retries", "4.4.7"}, {"retry timeout exceeded", "4.4.7"}, {"in the queue too long", "4.4.7"}, {"envelope expired", "4.4.7"}, {"retry time limit", "4.4.7"},
	{"connection timed out", "4.4.1"}, {"connection refused", "4.4.1"}, {"could not connect", "4.4.1"}, {"host not reachable", "4.4.1"},
	{"message has been blocked", "5.7.1"}, {"access denied", "5.7.1"}, {"relay access denied", "5.7.1"}, {"relaying denied", "5.7.1"},
	{"considered spam", "5.7.1"}, {"rejected as spam", "5.7.1"}, {"blacklist", "5.7.1"}, {"blocked", "5.7.1"},
	{"not authorized", "5.7.1"}, {"don't have permission", "5.7.1"}, {"policy", "5.7.1"},
}

// statusOfWords returns the status code of a text that has none, or "".
func statusOfWords(text string) string {
	text = foldSpace(strings.ToLower(strings.ReplaceAll(text, "’", "'")))
	for _, w := range wordings {
		if strings.Contains(text, w.text) {
			return w.status
		}
	}
	return ""
}

// foldSpace makes each run of white space one blank.
func foldSpace(text string) string { return strings.Join(strings.Fields(text), " ") }
