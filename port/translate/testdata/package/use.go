package main

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/port/translate/ports/tracker"
)

func main() {
	t := tracker.NewTracker(" ", "start")
	t.Add("one two one", 1).Add("two", 4)
	fmt.Println(t.Describe(), t.Total(), tracker.BaseMade, tracker.TrackerPrefix)
	fmt.Println(t, t.Label("k"), t.Seek2(1)[0], t.String2)
	err := tracker.Try(func() { t.Add("a  b", 1) })
	var refused *tracker.Refused
	if errors.As(err, &refused) {
		fmt.Println(refused.Class+":", refused.Message, refused.Code, refused.Number)
	}
	subjects := &tracker.Array[any]{}
	subjects.Set(0, "x")
	subjects.Set(1, "y x")
	u := tracker.TrackerFromList(subjects)
	fmt.Println(u.Describe(), tracker.BaseMade)
	fmt.Println(u.Adopt(t, "noted"), u.Total())
	err = tracker.Try(func() { u.Adopt("text", 1) })
	var invalid *tracker.Exception
	if errors.As(err, &invalid) && invalid.Class == "InvalidArgumentException" {
		fmt.Println(invalid.Message)
	}
	fmt.Println(tracker.ShortenText("subjects", 5) + tracker.ShortenText("a", 5))
}
