package memledger_test

import (
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/internal/memledger"
	"github.com/imapcompat/imapcompat/inbox/ledgertest"
)

func TestLedger(t *testing.T) {
	ledgertest.Run(t, func(*testing.T) inbox.Ledger { return memledger.New(time.Now) })
}
