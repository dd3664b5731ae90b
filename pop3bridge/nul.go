package pop3bridge

import "bytes"

// nulCutter passes on a text without what follows a NUL in a line, because a line is a C
// string in c-client. The text arrives in parts.
type nulCutter struct {
	each func(part []byte) error
	kept int // octets passed on

	cutting, afterCR bool // cutting: after a NUL in a line; afterCR: the last part ended with CR there
}

func (c *nulCutter) take(part []byte) error {
	if !c.cutting && bytes.IndexByte(part, 0) < 0 {
		return c.pass(part)
	}
	for len(part) > 0 {
		if c.cutting {
			part = c.skip(part)
			continue
		}
		line := part
		if i := bytes.IndexByte(part, 0); i >= 0 {
			line, part = part[:i], part[i+1:]
			c.cutting, c.afterCR = true, false
		} else {
			part = nil
		}
		if err := c.pass(line); err != nil {
			return err
		}
	}
	return nil
}

// skip returns the rest of a part from the end of the line on.
func (c *nulCutter) skip(part []byte) []byte {
	end := bytes.Index(part, []byte("\r\n"))
	switch {
	case c.afterCR && part[0] == '\n':
		c.cutting = false
		// The previous part ended with the CR.
		return append([]byte("\r"), part...)
	case end < 0:
		c.afterCR = part[len(part)-1] == '\r'
		return nil
	}
	c.cutting = false
	return part[end:]
}

func (c *nulCutter) pass(part []byte) error {
	c.kept += len(part)
	return c.each(part)
}
