package imaptest

import (
	"fmt"
	"time"
)

// append answers APPEND. It reads the arguments before the message first: a client that waits is
// refused before it sends the message.
func (s *imapSession) append(*command) (reply, error) {
	name, m, lit, err := s.appendArguments()
	if err != nil {
		return reply{}, err
	}
	if err := s.mayAppend(name, &m, lit.octets); err != nil {
		return reply{}, s.in.refuse(lit, err)
	}
	text, err := s.in.octets(lit)
	if err != nil {
		return reply{}, err
	}
	if err := s.in.end(); err != nil {
		return reply{}, err
	}
	m.Text = string(text)
	uidValidity, uid, err := s.srv.store.deliver(name, m)
	if err != nil {
		return reply{}, err
	}
	r := ok("Append completed.")
	if s.offers("UIDPLUS") {
		r.code = fmt.Sprintf("APPENDUID %d %d", uidValidity, uid)
	}
	return r, nil
}

// mayAppend checks all that is known before the message. Flags that the user may not set are left
// out.
func (s *imapSession) mayAppend(name string, m *Message, octets int64) error {
	switch {
	case octets == 0:
		return no("", "Can't save a zero byte message.")
	case octets > maxMessage:
		return no("TOOBIG", "Message is too big.")
	}
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	mb, err := st.destination(name)
	if err == nil {
		err = s.srv.may(mb, rightInsert)
	}
	if err == nil {
		m.Flags = s.srv.allowedFlags(mb, m.Flags)
		err = st.checkQuota(1, int(octets))
	}
	return err
}

// appendArguments reads up to the announcement of the message.
func (s *imapSession) appendArguments() (name string, m Message, lit literal, err error) {
	var args []argument
	for {
		var announced bool
		if lit, announced, err = s.in.message(); err != nil {
			return "", m, lit, err
		}
		if announced && len(args) > 0 {
			break
		}
		arg, err := s.nextAppendArgument(lit, announced)
		if err != nil {
			return "", m, lit, err
		}
		args = append(args, arg)
	}
	m, err = s.appendOptions(args[1:])
	if err == nil && args[0].kind == listArgument {
		err = errInvalidArguments
	}
	if err == nil {
		name, err = s.mailboxName(args[0].text)
	}
	if err != nil {
		err = s.in.refuse(lit, err)
	}
	return name, m, lit, err
}

// nextAppendArgument reads an argument before the message. The name of the mailbox may be a
// literal.
func (s *imapSession) nextAppendArgument(lit literal, announced bool) (argument, error) {
	if announced {
		name, err := s.in.literal(lit)
		return argument{kind: stringArgument, text: name}, err
	}
	if b, err := s.in.blanks(); err != nil {
		return argument{}, err
	} else if b == '\r' || b == '\n' || b == ')' {
		return argument{}, syntaxError("Missing message size.")
	}
	return s.in.argument(0)
}

const appendDate = "_2-Jan-2006 15:04:05 -0700"

// appendOptions reads the flags and the internal date.
func (s *imapSession) appendOptions(args []argument) (m Message, err error) {
	if len(args) > 0 && args[0].kind == listArgument {
		flags, err := parseFlags(args[0].list)
		if err != nil {
			return m, err
		}
		m.Flags = s.srv.kept(flags)
		args = args[1:]
	}
	if len(args) > 0 && args[0].kind == stringArgument {
		if m.Date, err = time.Parse(appendDate, args[0].text); err != nil {
			return m, syntaxError("Invalid internal date.")
		}
		args = args[1:]
	}
	if len(args) > 0 {
		return m, errInvalidArguments
	}
	return m, nil
}
