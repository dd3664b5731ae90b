package prove

import (
	"bufio"
	"bytes"
	"errors"
	"strings"
)

var (
	errSASL      = errors.New("the exchange is malformed")
	errMechanism = errors.New("no such mechanism")
)

// servePOP3 answers until the login. Then the server of the user does.
func (c *client) servePOP3() {
	if c.say("+OK ready") != nil {
		return
	}
	user := ""
	for {
		line, err := readLine(c.r)
		if err != nil {
			return
		}
		c.side.count()
		name, args, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		switch strings.ToUpper(name) {
		case "CAPA":
			capabilities := "TOP\r\nUIDL\r\nRESP-CODES\r\nPIPELINING\r\nAUTH-RESP-CODE\r\nUSER\r\nSASL PLAIN LOGIN XOAUTH2 OAUTHBEARER"
			if !c.encrypted {
				capabilities += "\r\nSTLS"
			}
			c.say("+OK\r\n%s\r\n.", capabilities)
		case "STLS":
			if c.encrypted {
				c.say("-ERR TLS is active")
				continue
			}
			c.say("+OK begin")
			if c.startTLS() != nil {
				return
			}
		case "USER":
			user = args
			c.say("+OK")
		case "PASS":
			if c.enterPOP3(user, args) {
				return
			}
		case "AUTH":
			if args == "" {
				c.say("+OK\r\nPLAIN\r\nLOGIN\r\nXOAUTH2\r\nOAUTHBEARER\r\n.")
				continue
			}
			mechanism, initial, _ := strings.Cut(args, " ")
			user, password, err := c.authenticate(mechanism, initial, "+ ")
			if err != nil {
				c.say("-ERR %v", err)
				continue
			}
			if c.enterPOP3(user, password) {
				return
			}
		case "NOOP":
			c.say("+OK")
		case "QUIT":
			c.say("+OK")
			return
		default:
			c.say("-ERR Unknown command.")
		}
	}
}

func (c *client) enterPOP3(user, password string) bool {
	account, session, err := c.side.login(user, password)
	if err != nil {
		c.say("-ERR [AUTH] %v", err)
		return false
	}
	server, err := account.server.pop3()
	if err != nil {
		c.side.fail(err)
		return true
	}
	defer server.Close()
	if c.say("+OK Logged in.") == nil {
		c.passPOP3(account, session, server)
	}
	return true
}

// maxPipelined bounds the commands of POP3 whose answers are due.
const maxPipelined = 1 << 16

// passPOP3 passes a session on. Responses come in the order of commands (RFC 2449 section 6.8).
func (c *client) passPOP3(a *account, number int, server *session) {
	commands := make(chan string, maxPipelined)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(commands)
		for {
			line, err := readLine(c.r)
			if err != nil {
				server.closeWrite()
				return
			}
			c.side.count()
			commands <- strings.TrimRight(string(line), "\r\n")
			if _, err := server.conn.Write(line); err != nil {
				return
			}
		}
	}()
	for command := range commands {
		if c.passAnswer(a, number, server.r, command) != nil {
			break
		}
	}
	c.conn.Close()
	server.Close()
	for range commands {
	}
	<-done
	c.side.completed(a, number, "the end of the connection", "")
}

func (c *client) passAnswer(a *account, session int, r *bufio.Reader, command string) error {
	status, err := readLine(r)
	if err != nil {
		return err
	}
	name, args, _ := strings.Cut(strings.ToUpper(command), " ")
	ok := bytes.HasPrefix(status, []byte("+OK"))
	refusal := ""
	if !ok {
		refusal = strings.TrimSpace(string(status))
	}
	if name == "QUIT" || name == "RETR" || name == "DELE" && !ok {
		c.side.completed(a, session, command, refusal)
	}
	if _, err := c.conn.Write(status); err != nil {
		return err
	}
	several := name == "RETR" || name == "TOP" || name == "CAPA" || (name == "LIST" || name == "UIDL") && strings.TrimSpace(args) == ""
	for ok && several {
		line, err := readLine(r)
		if err != nil {
			return err
		}
		if _, err := c.conn.Write(line); err != nil {
			return err
		}
		several = string(bytes.TrimRight(line, "\r\n")) != "."
	}
	return nil
}
