package growth_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/internal/growth"
)

var sink []byte

func TestLinear(t *testing.T) {
	for name, test := range map[string]struct {
		quadratic bool
		call      func(size int)
	}{
		"nothing":   {false, func(int) {}},
		"one copy":  {false, func(size int) { sink = make([]byte, size) }},
		"appending": {false, func(size int) { sink = appended(size) }},
		"copies": {true, func(size int) {
			for i := range size {
				sink = make([]byte, i)
			}
		}},
		"pairs": {true, func(size int) {
			for range (size / 100) * (size / 100) {
				sink = new([8]byte)[:]
			}
		}},
		"copies up to a bound": {false, func(size int) {
			for i := range min(size, 2<<10) {
				sink = make([]byte, i)
			}
		}},
	} {
		if err := growth.Linear(8<<10, test.call); (err != nil) != test.quadratic {
			t.Errorf("%s: got %v, quadratic is %v", name, err, test.quadratic)
		}
	}
}

func appended(size int) (list []byte) {
	for range size {
		list = append(list, 'x')
	}
	return list
}
