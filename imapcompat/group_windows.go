package main

import (
	"os"
	"os/exec"
)

// Windows has no process groups that a signal ends.

func ownGroup(*exec.Cmd)            {}
func endGroup(cmd *exec.Cmd) error  { return cmd.Process.Kill() }
func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
func endBy(os.Signal)               { os.Exit(exitInterrupted) }
