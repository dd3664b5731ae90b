package imapcompat_test

import (
	"testing"
)

func TestGetSubscribed(t *testing.T) {
	mbox, ref, _ := listServer(t)
	subscribed, err := mbox.GetSubscribed(ref, "*")
	must(t, err)
	if len(subscribed) != 1 || subscribed[0].Name != ref+"Notes" || subscribed[0].Delimiter != "/" {
		t.Errorf("got %v", subscribed)
	}
	must(t, mbox.Unsubscribe(ref+"Notes"))
	if subscribed, err := mbox.GetSubscribed(ref, "*"); err != nil || len(subscribed) != 0 || subscribed == nil {
		t.Errorf("got %v, %v", subscribed, err)
	}
}
