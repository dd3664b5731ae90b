package kills

import (
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat/internal/postgres"
)

// cluster is PostgreSQL.
type cluster struct {
	*postgres.Private
	mu sync.Mutex
}

func startCluster(t *testing.T) database { return &cluster{Private: postgres.Start(t)} }

func (c *cluster) String() string { return "PostgreSQL" }
func (c *cluster) crashes() bool  { return true }

func (c *cluster) ledger(*testing.T) (name string, err error) {
	err = again(func() error {
		name, err = c.Schema()
		return err
	})
	if err != nil {
		return "", err
	}
	return name, createEffects(name)
}

func (c *cluster) crash() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Crash()
}
