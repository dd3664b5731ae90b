package imapcompat

// Alerts returns the alerts that the server sent since the last call of Alerts, and empties
// their list, as imap_alerts does. An alert (RFC 9051 section 7.1) is a text for the user.
// The bounds are those of [Connection.Errors].
func (c *Connection) Alerts() []string { return c.notices.takeAlerts() }
