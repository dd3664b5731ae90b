//go:build !unix || aix

package files

// SyncFolder does nothing: Windows has no such call.
func SyncFolder(string) error { return nil }
