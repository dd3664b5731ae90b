package imapcompat

import (
	"log/slog"
	"sync"

	"github.com/imapcompat/imapcompat/backend"
)

// notices collects what services and parsers report beside their results.
type notices struct {
	logger *slog.Logger         // may be nil
	notify func(backend.Notice) // may be nil

	mu     sync.Mutex
	errors []string
	alerts []string
}

func (n *notices) add(notice backend.Notice) {
	n.mu.Lock()
	switch notice.Kind {
	case backend.NoticeAlert:
		n.alerts = appendBounded(n.alerts, notice.Text)
	case backend.NoticeOdd:
	default:
		n.errors = appendBounded(n.errors, notice.Text)
	}
	n.mu.Unlock()
	if n.logger != nil {
		n.logger.Warn(notice.Text)
	}
	if n.notify != nil {
		n.notify(notice)
	}
}

func (n *notices) takeErrors() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.errors
	n.errors = nil
	return list
}

func (n *notices) takeAlerts() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.alerts
	n.alerts = nil
	return list
}

func (n *notices) lastError() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.errors) == 0 {
		return ""
	}
	return n.errors[len(n.errors)-1]
}
