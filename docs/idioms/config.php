<?php
// The settings that a script's configuration would hold come from the command line.
[, $server, $user, $password] = $argv;
