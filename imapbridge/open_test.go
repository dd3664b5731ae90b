package imapbridge_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

func TestSelect(t *testing.T) {
	s, _ := open(t, `
		C: T EXAMINE "&AOQ-&-"
		S: * 1 EXISTS
		S: T OK [READ-ONLY] selected
		C: T SELECT "gone"
		S: T NO [NONEXISTENT] no
		C: T SELECT "locked"
		S: T OK [READ-ONLY] selected
		C: T EXAMINE "odd"
		S: T OK [READ-WRITE] selected
		C: T EXAMINE "old"
		S: T OK selected
		C: T UNSELECT
		S: T OK done`)
	if err := s.Select(ctx, "&AOQ-&-", true); err != nil {
		t.Fatal(err)
	}
	if st := s.State(); st.Messages != 1 || !st.ReadOnly || st.Mailbox != "&AOQ-&-" {
		t.Errorf("got %+v", st)
	}
	if err := s.Select(ctx, "gone", false); !errors.Is(err, backend.ErrRefused) {
		t.Errorf("got %v", err)
	}
	if st := s.State(); st.Messages != 0 || st.Mailbox != "" {
		t.Errorf("got %+v", st)
	}
	for _, test := range []struct {
		name            string
		asked, readOnly bool
	}{{"locked", false, true}, {"odd", true, false}, {"old", true, true}} {
		news := s.State().News
		if err := s.Select(ctx, test.name, test.asked); err != nil || s.State().ReadOnly != test.readOnly || s.State().News <= news {
			t.Errorf("%s: %v, read-only %v", test.name, err, s.State().ReadOnly)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	before := s.State()
	if err := s.Select(cancelled, "another", false); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if st := s.State(); !reflect.DeepEqual(st, before) {
		t.Errorf("SELECT was not sent: got %+v, want %+v", st, before)
	}
	if err := s.Unselect(ctx); err != nil {
		t.Error(err)
	}
	if st, link := s.State(), s.Link(); st.Mailbox != "" || st.ReadOnly || link.Host != "127.0.0.1" || link.Port == 0 {
		t.Errorf("got %+v", st)
	}
}
