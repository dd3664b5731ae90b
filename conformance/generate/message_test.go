package generate_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"regexp"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/generate"
)

const many = 3000

func TestStats(t *testing.T) {
	h := sha256.New()
	total, m := 0, 0
	for i := range many {
		raw := generate.Message(1, i)
		total += len(raw)
		m = max(m, len(raw))
		h.Write(raw)
	}
	fmt.Println(total/many, m, fmt.Sprintf("%x", h.Sum(nil)))
	for i := range 12 {
		fmt.Printf("---------%d\n%s\n", i, generate.Message(1, i))
	}
	_ = bytes.Count
	_ = regexp.MustCompile
}
