package functions

import "errors"

// sessionActive says whether there is a session: from session_start to its end.
var sessionActive bool

// sessionStart is session_start. The session lasts as long as the program. PHP refuses to begin one
// after output.
//
//php:function session_start()
func sessionStart() bool {
	sessionActive = true
	return true
}

// sessionStatus is session_status.
//
//php:function session_status()
func sessionStatus() int { return 1 + boolInt(sessionActive) }

// sessionWriteClose is session_write_close. $_SESSION keeps its values.
//
//php:function session_write_close()
func sessionWriteClose() bool {
	active := sessionActive
	sessionActive = false
	return active
}

// sessionDestroy is session_destroy. $_SESSION keeps its values.
//
//php:function session_destroy()
func sessionDestroy() bool {
	if !sessionActive {
		warn(errors.New("session_destroy(): Trying to destroy uninitialized session"))
	}
	return sessionWriteClose()
}

// sessionRegenerateID is session_regenerate_id. A session of the command line has no name that a
// client sends.
//
//php:function session_regenerate_id(delete_old_session = false)
func sessionRegenerateID(bool) bool {
	if !sessionActive {
		warn(errors.New("session_regenerate_id(): Session ID cannot be regenerated when there is no active session"))
	}
	return sessionActive
}
