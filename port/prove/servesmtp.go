package prove

import (
	"strings"
)

// maxMail bounds a mail that goes out, in octets.
const maxMail = 64 << 20

// serveSMTP takes mail from anybody for anybody.
func (c *client) serveSMTP() {
	if c.say("220 localhost ESMTP") != nil {
		return
	}
	var envelope []string
	for {
		line, err := readLine(c.r)
		if err != nil {
			return
		}
		text := strings.TrimRight(string(line), "\r\n")
		name, args, _ := strings.Cut(text, " ")
		switch strings.ToUpper(name) {
		case "EHLO", "LHLO":
			if c.encrypted {
				c.say("250-localhost\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER\r\n250 SIZE %d", maxMail)
			} else {
				c.say("250-localhost\r\n250-8BITMIME\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER\r\n250 SIZE %d", maxMail)
			}
		case "STARTTLS":
			c.say("220 begin")
			if c.startTLS() != nil {
				return
			}
		case "AUTH":
			mechanism, initial, _ := strings.Cut(args, " ")
			if _, _, err := c.authenticate(mechanism, initial, "334 "); err != nil {
				c.say("535 %v", err)
				continue
			}
			c.say("235 welcome")
		case "MAIL", "RCPT":
			envelope = append(envelope, text)
			c.say("250 fine")
		case "DATA":
			c.say("354 go on")
			message, err := c.data()
			if err != nil {
				return
			}
			c.side.send(Sent{Via: "smtp", Arguments: envelope, Message: Text(message)})
			envelope = nil
			c.say("250 sent")
		case "RSET":
			envelope = nil
			c.say("250 fine")
		case "QUIT":
			c.say("221 bye")
			return
		default:
			c.say("250 fine")
		}
	}
}

// data reads a message up to its final dot (RFC 5321 section 4.5.2).
func (c *client) data() (string, error) {
	var b strings.Builder
	for {
		line, err := readLine(c.r)
		if err != nil {
			return "", err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "." {
			return b.String(), nil
		}
		if b.Len()+len(text) > maxMail {
			return "", errLongLine
		}
		b.WriteString(strings.TrimPrefix(text, ".") + "\r\n")
	}
}
