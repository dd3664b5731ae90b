package readable

import (
	"strings"
)

// introduction is a phrase with which a mail system begins its list of recipients, in lower
// case and with single blanks. One with "^" stands at the beginning of a line.
type introduction struct {
	phrase, system string
	outcome        Outcome // if the mail system gives no code
}

// introductions have the phrases of mail systems that send no machine-readable part, or did so
// once. The first that fits counts, so those that name their system come first.
var introductions = []introduction{
	{"this is the james mail server", "Apache James", FailedPermanently},
	{"error message below", "Apache James", FailedPermanently},
	{"this is the haraka mailer program", "Haraka", FailedPermanently},
	{"this is the qmail-send program", "qmail", FailedPermanently},
	{"wasn't able to deliver your message to the following address", "qmail", FailedPermanently},
	{"sorry, we were unable to deliver your message to the following address", "Yahoo", FailedPermanently},
	{"unable to deliver message to the following address", "Yahoo", FailedPermanently},
	{"unable to deliver your message to the following address", "qmail", FailedPermanently},
	{"has not yet been delivered to one or more of its recipients", "exim", Delayed},
	{"has not been delivered to all of its recipients after", "exim", Delayed},
	{"a message that you sent could not be delivered", "exim", FailedPermanently},
	{"a message that you have sent could not be delivered", "exim", FailedPermanently},
	{"a message that you sent contained one or more recipient addresses", "exim", FailedPermanently},
	{"a message that you sent contained no recipient addresses", "exim", FailedPermanently},
	{"delivery to the following recipient has been delayed", "Gmail", Delayed},
	{"delivery to the following recipients has been delayed", "Exchange", Delayed},
	{"there was a temporary problem delivering your message to", "Gmail", Delayed},
	{"delivery to the following recipient failed", "Gmail", FailedPermanently},
	{"your message wasn't delivered to", "Gmail", FailedPermanently},
	{"the group you tried to contact", "Google Groups", FailedPermanently},
	{"delivery to the following recipients failed", "Exchange", FailedPermanently},
	{"delivery is delayed to these recipients", "Exchange", Delayed},
	{"delivery has failed to these recipients", "Exchange", FailedPermanently},
	{"did not reach the following recipient(s)", "Exchange", FailedPermanently},
	{"message could not be delivered to some recipients", "MailEnable", FailedPermanently},
	{"the following recipient(s) could not be reached", "Exchange", FailedPermanently},
	{"the following recipient(s) cannot be reached", "Exchange", FailedPermanently},
	{"was not delivered to:", "Domino", FailedPermanently},
	{"failure reasons", "Notes", FailedPermanently},
	{"the following addresses had transient", "sendmail", Delayed},
	{"this is a warning message only", "sendmail", Delayed},
	{"the following addresses had permanent", "sendmail", FailedPermanently},
	{"the following addresses had delivery", "sendmail", FailedPermanently},
	{"the following addresses had fatal errors", "sendmail", FailedPermanently},
	{"the following addresses have delivery notifications", "sendmail", Delivered},
	{"transcript of session follows", "sendmail", FailedPermanently},
	{"this is a warning only", "postfix", Delayed},
	{"could not be delivered to one or more destinations", "postfix", FailedPermanently},
	{"could not be delivered to one or more recipients", "postfix", FailedPermanently},
	{"delays in delivering your message", "Courier", Delayed},
	{"your message to the following recipients cannot be delivered", "Courier", FailedPermanently},
	{"has been enqueued and undeliverable for", "Messaging Server", Delayed},
	{"your message cannot be delivered to the following recipients", "Messaging Server", FailedPermanently},
	{"a message is delayed for more than", "OpenSMTPD", Delayed},
	{"an error has occurred while attempting to deliver a message for", "OpenSMTPD", FailedPermanently},
	{"there was an error delivering your mail to", "DragonFly", FailedPermanently},
	{"the following recipients were affected", "MailMarshal", FailedPermanently},
	{"unable to deliver message to:", "MailFoundry", FailedPermanently},
	{"could not be delivered to mobile", "Verizon", FailedPermanently},
	{"the following recipients returned permanent errors", "", FailedPermanently},
	{"^unknown user:", "IMail", FailedPermanently},
	{"^invalid final delivery userid:", "IMail", FailedPermanently},
	{"^user mailbox exceeds allowed size:", "IMail", FailedPermanently},
	{"^unknown host:", "IMail", FailedPermanently},
	{"^undeliverable to ", "IMail", FailedPermanently},
	{"could not deliver message to the following recipient", "SmarterMail", FailedPermanently},
	{"that you sent was undeliverable to the following", "GroupWise", FailedPermanently},
	{"had permanent fatal delivery errors", "MDaemon", FailedPermanently},
	{"was blocked by our spam firewall", "Barracuda", FailedPermanently},
	{"failed to deliver to", "CommuniGate Pro", FailedPermanently},
	{"was not able to be delivered to one of its intended recipients", "SendGrid", FailedPermanently},
	{"failed addresses follow", "smail", FailedPermanently},
	{"xmail bounce: rcpt=", "XMail", FailedPermanently},
	{"each of the following recipients was rejected", "", FailedPermanently},
	{"we had trouble delivering your message", "", FailedPermanently},
	{"to the following recipients was aborted", "", FailedPermanently},
	{"to the following address(es) could not be delivered", "", FailedPermanently},
	{"-------server message", "m-FILTER", FailedPermanently},
	{"error occurred while trying to deliver the mail to the following recipient", "Amazon SES", FailedPermanently},
	{"sent <<< rcpt to:", "InterScan", FailedPermanently},
	{"可能退信原因", "", FailedPermanently}, // possible reasons of the return
	{"could not be delivered to:", "", FailedPermanently},
	{"could not be delivered to the following", "", FailedPermanently},
	{"cannot be delivered to the following", "", FailedPermanently},
	{"was not delivered to the following", "", FailedPermanently},
	{"delivery failed for the following", "", FailedPermanently},
	{"your message could not be delivered to", "", FailedPermanently},
	{"your message was not delivered to", "", FailedPermanently},
	{"your message could not be sent", "", FailedPermanently},
	{"undeliverable mail", "", FailedPermanently},
	{"^delivery failed ", "IMail", FailedPermanently},
}

// labels stand before a recipient, in lower case.
var labels = []string{
	"recipient address:", "failed recipient:", "failed address:", "recipient:", "recipients:", "addressed to:",
	"rcpt to:", ">>> rcpt to:", "sent <<< rcpt to:", "your message to:", "unable to deliver message to:",
	"could not be delivered to:", "unknown user:", "invalid final delivery userid:", "unknown host:",
	"user mailbox exceeds allowed size:", "undeliverable to ", "failed to deliver to ", "[00] xmail bounce: rcpt=",
	"the following recipients returned permanent errors:",
}

// endings begin the returned message, in lower case, after dashes and blanks.
var endings = []string{
	"below this line is a copy of", "below the next line is a copy of", "below is a copy of the original message",
	"this is a copy of the message", "this is a copy of your message", "the header of the original message",
	"original message", "original mail", "message header follows", "message headers follow", "returned message",
	"unsent message follows", "no message was collected", "included is a copy of the message header",
	"message details:", "end of message", "mensaje original", "message text follows", "headers follow",
	"return-path:", "received: from", "received: by", "received: (", "received:from",
}

const (
	maxNotice      = 256 << 10 // octets
	maxNoticeLines = 5000
	maxSaid        = 40 // lines about one recipient
)

// notice is what a mail system says in a text.
type notice struct {
	system     string
	outcome    Outcome // of recipients without a code
	recipients []Recipient
	guessed    bool   // a status comes from words
	header     string // of the returned message
}

// readNotice reads a text in which a mail system says what became of a message. ok is false
// when no mail system is known to write so. Quoted lines do not count.
func readNotice(text string) (n notice, ok bool) {
	lines := noticeLines(text)
	end := len(lines)
	start, intro, rest := findIntroduction(lines)
	if start < 0 {
		return notice{}, false
	}
	n.system, n.outcome = intro.system, intro.outcome
	r := noticeReader{intro: intro}
	first := start
	if word, _, _ := strings.Cut(rest, " "); word != "" {
		// "Your message wasn't delivered to ann@example.org because …"
		if address, ok := addressIn(word); ok {
			_, after, _ := strings.Cut(rest, address)
			r.begin(address, strings.TrimLeft(after, "]>)\"';:,. "))
			first++
		}
	}
	for i := first; i < end; i++ {
		if i > start && isEnding(lines[i]) {
			n.header = headerAfter(lines[i:])
			end = i
			break
		}
		r.line(lines[i])
	}
	if len(r.found) == 0 {
		r.anywhere(lines[start:end])
	}
	n.recipients = r.recipients()
	n.guessed = r.guessed
	return n, true
}

// noticeLines splits a text into lines that are not quoted.
func noticeLines(text string) []string {
	text = strings.ReplaceAll(cutText(text, maxNotice), "’", "'")
	lines := strings.SplitN(text, "\n", maxNoticeLines+1)
	lines = lines[:min(len(lines), maxNoticeLines)]
	for i, line := range lines {
		line = strings.TrimRight(line, " \t\r")
		if strings.HasPrefix(line, ">") && !strings.HasPrefix(line, ">>>") {
			line = ""
		}
		lines[i] = line
	}
	return lines
}

// findIntroduction returns the line in which the phrase of a mail system begins, and what
// follows the phrase in the line in which it ends. A phrase may go on in the next line.
// A phrase behind the beginning of the returned message is that message's own.
func findIntroduction(lines []string) (start int, found introduction, rest string) {
	for i, line := range lines {
		if line == "" {
			continue
		}
		if isEnding(line) && !strings.Contains(lowerASCII(line), "rcpt to") {
			break
		}
		first := foldSpace(line)
		window := first
		for _, next := range lines[i+1 : min(i+3, len(lines))] {
			window += " " + foldSpace(next)
		}
		lower := lowerASCII(window)
		for _, intro := range introductions {
			phrase, atStart := strings.CutPrefix(intro.phrase, "^")
			p := strings.Index(lower, phrase)
			if p < 0 || p > len(first) || atStart && p > 0 {
				continue
			}
			rest = window[p+len(phrase):]
			if end := p + len(phrase); end <= len(first) {
				rest = first[end:]
			}
			return i, intro, strings.TrimLeft(rest, " :")
		}
	}
	return -1, introduction{}, ""
}

// isEnding reports whether a line begins the returned message.
func isEnding(line string) bool {
	line = lowerASCII(strings.TrimLeft(line, " \t-_*|="))
	for _, e := range endings {
		if strings.HasPrefix(line, e) {
			return true
		}
	}
	return false
}

// headerAfter returns the header that begins at the first field of lines.
func headerAfter(lines []string) string {
	for i, line := range lines {
		name, _, ok := strings.Cut(line, ":")
		if !ok || !isFieldName(name) || strings.HasPrefix(name, "-") {
			continue
		}
		end := i
		for end < len(lines) && lines[end] != "" {
			end++
		}
		return cutText(strings.Join(lines[i:end], "\n")+"\n", maxOriginalHeader)
	}
	return ""
}

// noticeReader collects recipients and what is said of each.
type noticeReader struct {
	intro introduction
	found []Recipient
	said  [][]string // lines about each recipient
	index map[string]int
	at    int
	asks  bool // the line before asks to write to somebody

	byCode bool // the recipients stand behind codes, "550 <a@b>... User unknown"

	guessed bool
}

// line reads a line of the list of recipients.
func (r *noticeReader) line(line string) {
	asked := r.asks
	r.asks = asks(line)
	if address, rest, ok := leadingAddress(line); ok && !asked {
		r.begin(address, rest)
		return
	}
	if len(r.found) == 0 || r.byCode {
		if address, ok := addressAfterCode(line); ok {
			r.byCode = true
			r.begin(address, line)
			return
		}
	}
	if len(r.found) == 0 {
		return
	}
	if said := r.said[r.at]; len(said) < maxSaid {
		r.said[r.at] = append(said, line)
	}
}

// anywhere takes the first address in angle brackets within the lines as the recipient.
func (r *noticeReader) anywhere(lines []string) {
	for i, line := range lines {
		for rest := line; ; {
			_, after, found := strings.Cut(rest, "<")
			if !found {
				break
			}
			word, _, _ := strings.Cut(after[:min(len(after), maxAddress+1)], ">")
			if address, ok := addressIn(word); ok {
				r.begin(address, line)
				for _, line := range lines[i+1:] {
					r.line(line)
				}
				return
			}
			rest = after
		}
	}
}

// asks reports whether a text asks to write to the address that follows it.
func asks(text string) bool {
	text = strings.TrimRight(text, " ")
	return strings.HasSuffix(text, " to") || strings.HasSuffix(text, " contact")
}

// begin begins what is said of a recipient, or goes on with it.
func (r *noticeReader) begin(address, rest string) {
	key := lowerASCII(address)
	at, ok := r.index[key]
	if !ok {
		if len(r.found) > maxRecipients {
			return
		}
		if r.index == nil {
			r.index = map[string]int{}
		}
		at = len(r.found)
		r.index[key] = at
		r.found = append(r.found, Recipient{Address: address})
		r.said = append(r.said, nil)
	}
	r.at = at
	if rest != "" && len(r.said[at]) < maxSaid {
		r.said[at] = append(r.said[at], rest)
	}
}

// recipients returns the recipients with what the words about each mean.
func (r *noticeReader) recipients() []Recipient {
	for i := range r.found {
		f := &r.found[i]
		f.Diagnostic = diagnosticIn(r.said[i])
		f.Status = statusIn(f.Diagnostic)
		if r.intro.outcome != Delivered {
			f.Status = failureIn(f.Diagnostic) // a transcript has successes too
		}
		f.Reply = replyIn(f.Diagnostic)
		f.RemoteMTA = remoteHost(f.Diagnostic)
		if f.Status == "" && f.Reply == 0 {
			f.Status = statusOfWords(firstOf(f.Diagnostic, r.intro.phrase))
			r.guessed = r.guessed || f.Status != ""
		}
		f.Outcome = r.intro.outcome
		if r.intro.outcome == FailedPermanently {
			f.Outcome = outcomeOf("failed", f.Status, f.Reply)
		}
	}
	return r.found
}

// diagnosticIn returns the first paragraph that has a code, else the first in words that are
// known, else the first.
func diagnosticIn(lines []string) string {
	first, known, paragraph := "", "", ""
	for i, line := range append(lines, "") {
		if line = strings.TrimSpace(line); line != "" && i < len(lines) {
			paragraph += " " + line
			continue
		}
		paragraph = strings.TrimSpace(paragraph)
		if replyIn(paragraph) != 0 || statusIn(paragraph) != "" {
			return cutText(paragraph, maxDiagnostic)
		}
		if statusOfWords(paragraph) != "" {
			known = firstOf(known, paragraph)
		}
		first = firstOf(first, paragraph)
		paragraph = ""
	}
	return cutText(firstOf(known, first), maxDiagnostic)
}

// remoteHost returns the host that a diagnostic names as the one that refused, or "".
func remoteHost(text string) string {
	lower := lowerASCII(text)
	for _, before := range []string{"while talking to ", "host: ", "host ", "server ", "giving up on "} {
		rest := lower
		offset := 0
		for range 5 {
			p := strings.Index(rest, before)
			if p < 0 {
				break
			}
			offset += p + len(before)
			rest = lower[offset:]
			name, _, _ := strings.Cut(text[offset:], " ")
			name, _, _ = strings.Cut(name, "[")
			if name = strings.Trim(name, ".,:;()[]<>"); strings.Contains(name, ".") && isHost(name) {
				return name
			}
		}
	}
	return ""
}

// leadingAddress returns the address with which a line begins, after a label, and the rest.
func leadingAddress(line string) (address, rest string, ok bool) {
	s := strings.TrimLeft(line, " \t*-")
	if !strings.Contains(s, "@") {
		return "", "", false
	}
	lower := lowerASCII(s)
	for _, label := range labels {
		if strings.HasPrefix(lower, label) {
			s = strings.TrimSpace(s[len(label):])
			break
		}
	}
	if before, after, found := strings.Cut(s, "<mailto:"); found && !strings.Contains(before, ":") {
		word, rest, _ := strings.Cut(after, ">")
		address, ok = addressIn(word)
		return address, strings.TrimSpace(rest), ok
	}
	if i := strings.IndexByte(s, '<'); i > 0 && strings.HasSuffix(s, ">") && !strings.ContainsAny(s[:i], ":@") && !asks(s[:i]) {
		address, ok = addressIn(s[i:])
		return address, strings.TrimSpace(s[:i]), ok // a name, or a reason
	}
	word, rest, _ := strings.Cut(s, " ")
	if i := strings.Index(word, ">:"); i > 0 {
		word, rest = word[:i+1], word[i+2:]+" "+rest
	}
	address, ok = addressIn(word)
	return address, strings.TrimSpace(rest), ok
}

// addressAfterCode returns the address in "550 <a@b>... User unknown", as sendmail writes it.
func addressAfterCode(line string) (string, bool) {
	code, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	word, _, found := strings.Cut(rest, "...")
	if !found || len(code) != 3 || replyIn(code) == 0 {
		return "", false
	}
	return addressIn(word)
}

// addressIn returns the address that a word is, without what is written around it.
func addressIn(word string) (string, bool) {
	word = strings.TrimSpace(word)
	word, _, _ = strings.Cut(word, "...")
	word = strings.Trim(word, "\"'<>[](),;:.*")
	for _, scheme := range []string{"smtp:", "mailto:"} {
		if len(word) > len(scheme) && strings.EqualFold(word[:len(scheme)], scheme) {
			word = word[len(scheme):]
		}
	}
	if i := strings.IndexAny(word, "]>"); i >= 0 {
		word = word[:i]
	}
	local, domain, ok := strings.Cut(word, "@")
	if !ok || local == "" || len(word) > maxAddress || strings.ContainsAny(local, " \t<>()[]:;,\\\"") || !isHost(domain) {
		return "", false
	}
	return word, true
}

// isHost reports whether a text can be the name of a host.
func isHost(name string) bool {
	if name == "" || len(name) > 255 || name[0] == '.' || name[0] == '-' {
		return false
	}
	for _, c := range name {
		if c < 0x80 && !isDigit(byte(c)) && (c < 'a' || 'z' < c) && (c < 'A' || 'Z' < c) && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// lowerASCII returns a text with A to Z in lower case. Its length is that of text.
func lowerASCII(text string) string {
	lower := []byte(text)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return string(lower)
}
