package phpbridge

import (
	"errors"

	"github.com/imapcompat/imapcompat"
)

// searching has the functions that find messages.
var searching = map[string]function{
	"imap_search": {"cs|is", false, search},
	"imap_sort":   {"cib|insns", []int{}, sort},
	"imap_thread": {"c|i", false, thread},
}

func search(c *call) (any, error) {
	var options []imapcompat.SearchOption
	if c.given(2) {
		options = append(options, imapcompat.SearchFlag(c.int(2)))
	}
	if c.given(3) {
		options = append(options, imapcompat.WithCharset(c.str(3)))
	}
	list, err := c.conn().Search(c.str(1), options...)
	if err == nil && len(list) == 0 {
		return false, nil
	}
	return listed(c, list, err)
}

func sort(c *call) (any, error) {
	options := []imapcompat.SortOption{imapcompat.SearchFlag(c.int(3))}
	if c.given(4) {
		options = append(options, imapcompat.WithCriteria(c.str(4)))
	}
	if c.given(5) {
		options = append(options, imapcompat.WithCharset(c.str(5)))
	}
	list, err := c.conn().Sort(imapcompat.SortCriteria(c.int(1)), c.bool(2), options...)
	if errors.Is(err, imapcompat.ErrUnknownCriterion) {
		return false, nil // PHP knows that before it begins to sort
	}
	return listed(c, list, err)
}

// thread is imap_thread, which warns of a mailbox without messages.
func thread(c *call) (any, error) {
	threads, err := c.conn().Thread(imapcompat.SearchFlag(c.int(1)))
	if err == nil && len(threads) == 0 {
		c.warn("Function returned an empty tree")
		return false, nil
	}
	return listed(c, threads, err)
}
