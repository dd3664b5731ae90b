package keyring

import gokeyring "github.com/zalando/go-keyring"

// Intercept has a function called before each call of the keyring, whose error replaces it.
func Intercept(before func(call, user, secret string) error) {
	set = func(service, user, secret string) error {
		if err := before("set", user, secret); err != nil {
			return err
		}
		return gokeyring.Set(service, user, secret)
	}
	get = func(service, user string) (string, error) {
		if err := before("get", user, ""); err != nil {
			return "", err
		}
		return gokeyring.Get(service, user)
	}
	remove = func(service, user string) error {
		if err := before("remove", user, ""); err != nil {
			return err
		}
		return gokeyring.Delete(service, user)
	}
}
