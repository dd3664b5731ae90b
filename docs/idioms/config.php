<?php
// What a script's configuration says: here it stands on the command line.
[, $server, $user, $password] = $argv;
