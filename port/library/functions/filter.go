package functions

import (
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// Filters of filterVar.
const (
	filterValidateInt   = 257
	filterValidateBool  = 258
	filterValidateFloat = 259
	filterValidateEmail = 274
	filterValidateIP    = 275
	filterDefault       = 516
)

var (
	filterInt   = regexp.MustCompile(`^(?:0|[+-]?[1-9][0-9]*|[+-]?0)$`)
	filterFloat = regexp.MustCompile(`^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$`)
	// The local part is made of atoms. Domains are labels with a letter or digit at their ends.
	filterEmail = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?\\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?$")
)

// filterVar is filter_var with FILTER_VALIDATE_INT, FLOAT, BOOL, EMAIL and IP, or FILTER_DEFAULT,
// without options. Other filters throw an Error. Addresses with a quoted local part or an address
// literal are false.
//
//php:function filter_var(value, filter = filterDefault)
func filterVar(v any, filter int) (any, bool) {
	s := toString(v)
	trimmed := strings.Trim(s, " \t\n\r\v")
	switch filter {
	case filterDefault:
		return s, true
	case filterValidateInt:
		n, err := strconv.Atoi(trimmed)
		return presentIf[any](n, err == nil && filterInt.MatchString(trimmed))
	case filterValidateFloat:
		f, err := strconv.ParseFloat(trimmed, 64)
		if f == 0 {
			f = 0 // not -0
		}
		return presentIf[any](f, err == nil && filterFloat.MatchString(trimmed) && !math.IsInf(f, 0) && !(f == 0 && strings.ContainsAny(trimmed, "eE")))
	case filterValidateBool:
		switch strtolower(trimmed) {
		case "1", "true", "on", "yes":
			return true, true
		}
		return false, false
	case filterValidateEmail:
		local, domain, _ := strings.Cut(s, "@")
		top := domain[strings.LastIndexByte(domain, '.')+1:]
		return presentIf[any](s, len(local) <= 64 && len(domain) <= 253 && filterEmail.MatchString(s) && ctypeAlpha(top[:1]))
	case filterValidateIP:
		ip, err := netip.ParseAddr(s)
		return presentIf[any](s, err == nil && ip.Zone() == "")
	}
	throw("Error", "filter of filter_var()")
	return nil, false
}
