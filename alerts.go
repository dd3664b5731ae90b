package imapcompat

// Alerts returns the alerts that the server sent since the last call of
// Alerts, as imap_alerts does: texts that are meant for the user's eyes. It
// empties the list.
func (c *Connection) Alerts() []string { return c.notices.takeAlerts() }
