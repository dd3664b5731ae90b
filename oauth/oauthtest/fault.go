package oauthtest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is what a server does in place of an answer.
type Fault int

const (
	Unavailable Fault = iota // HTTP 503 with a page, as from a load balancer
	TooMany                  // HTTP 429 with Retry-After
	Page                     // HTTP 200 with a page, as from the portal of a hotel
	Silent                   // nothing, until the client gives up
	Endless                  // JSON that does not end
	Closed                   // the connection closes, and the request does nothing
	Lost                     // the request does what it does, and the connection closes without an answer
)

// RetryAfter is the time in the answer of TooMany, in seconds.
const RetryAfter = 7

type fault struct {
	endpoint   string
	times      int
	status     int // 0 means none
	afterwards bool
	do         func(s *Server, w http.ResponseWriter, r *http.Request)
}

func (f *fault) answer(s *Server, w http.ResponseWriter, r *http.Request) { f.do(s, w, r) }

var faults = map[Fault]fault{
	Unavailable: {status: http.StatusServiceUnavailable, do: page(http.StatusServiceUnavailable)},
	TooMany: {status: http.StatusTooManyRequests, do: func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		writeJSON(w, http.StatusTooManyRequests, map[string]string{"error": "temporarily_unavailable"})
	}},
	Page: {status: http.StatusOK, do: page(http.StatusOK)},
	Silent: {do: func(s *Server, _ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-s.done:
		}
	}},
	Endless: {status: http.StatusOK, do: func(s *Server, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"access_token":"`))
		text := []byte(strings.Repeat("x", 32<<10))
		for r.Context().Err() == nil {
			if _, err := w.Write(text); err != nil {
				return
			}
		}
	}},
	Closed: {do: hangUp},
	Lost:   {do: hangUp, afterwards: true},
}

func page(status int) func(*Server, http.ResponseWriter, *http.Request) {
	return func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		w.Write([]byte("<!DOCTYPE html><html><head><title>Please wait</title></head><body><h1>Please wait</h1></body></html>\n"))
	}
}

func hangUp(*Server, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// Fail has the next requests to an endpoint, such as TokenPath, meet a fault.
func (s *Server) Fail(endpoint string, f Fault, times int) {
	met, ok := faults[f]
	if !ok {
		panic("oauthtest: no such fault")
	}
	s.addFault(endpoint, met, times)
}

// Answer has the next requests to an endpoint, such as TokenPath, get an answer in JSON.
func (s *Server) Answer(endpoint string, status int, body string, times int) {
	s.addFault(endpoint, fault{status: status, do: func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		w.Write([]byte(body))
	}}, times)
}

// FailAfter has the next requests to an endpoint get a status, such as 503, and be asked to come back
// after a time, in whole seconds (the field Retry-After of RFC 9110 section 10.2.3).
func (s *Server) FailAfter(endpoint string, status int, wait time.Duration, times int) {
	s.addFault(endpoint, fault{status: status, do: func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
		w.WriteHeader(status)
	}}, times)
}

func (s *Server) addFault(endpoint string, f fault, times int) {
	f.endpoint, f.times = endpoint, times
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// takeFault returns the fault that a request to an endpoint meets, or nil.
func (s *Server) takeFault(endpoint string) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.endpoint == endpoint && f.times > 0 {
			f.times--
			return f
		}
	}
	return nil
}
