package main

func (r *results) publish(dir string) error { return nil }
