package functions

// An errorHandler is a function of set_error_handler and the levels for which it is called.
type errorHandler struct {
	f      func(level int, message, file string, line int) any
	levels int
}

// errorHandlers are those of set_error_handler, the newest one last.
var errorHandlers []errorHandler

// exceptionHandlers are those of set_exception_handler, the newest one last.
var exceptionHandlers []func(e *Exception)

// setErrorHandler is set_error_handler. The function gets no file and the line 0. It is not called for
// what PHP only notices: variables and keys that are not defined.
//
//php:function set_error_handler(callback, error_levels = 32767)
func setErrorHandler(f func(level int, message, file string, line int) any, levels int) {
	errorHandlers = append(errorHandlers, errorHandler{f, levels})
}

// restoreErrorHandler is restore_error_handler.
//
//php:function restore_error_handler()
func restoreErrorHandler() bool {
	errorHandlers = errorHandlers[:max(0, len(errorHandlers)-1)]
	return true
}

// setExceptionHandler is set_exception_handler.
//
//php:function set_exception_handler(callback)
func setExceptionHandler(f func(e *Exception)) { exceptionHandlers = append(exceptionHandlers, f) }

// restoreExceptionHandler is restore_exception_handler.
//
//php:function restore_exception_handler()
func restoreExceptionHandler() bool {
	exceptionHandlers = exceptionHandlers[:max(0, len(exceptionHandlers)-1)]
	return true
}

// handled calls the function of set_error_handler. It reports whether there is one that takes the error.
// While it runs there is none.
func handled(level int, message string) bool {
	n := len(errorHandlers)
	if n == 0 || errorHandlers[n-1].f == nil || errorHandlers[n-1].levels&level == 0 {
		return false
	}
	before := errorHandlers
	errorHandlers = nil
	defer func() { errorHandlers = before }()
	return before[n-1].f(level, message, "", 0) != false
}

// suppressed calls f with the level of error_reporting that @ leaves to the function of set_error_handler.
func suppressed[T any](f func() T) T {
	const fatal = 4437
	before := reportingLevel
	reportingLevel &= fatal
	defer func() { reportingLevel = before }()
	return f()
}

// handleException calls the function of set_exception_handler. It reports whether there is one.
func handleException(e *Exception) bool {
	n := len(exceptionHandlers)
	if n == 0 || exceptionHandlers[n-1] == nil {
		return false
	}
	f := exceptionHandlers[n-1]
	exceptionHandlers = nil
	defer uncaught()
	f(e)
	return true
}
