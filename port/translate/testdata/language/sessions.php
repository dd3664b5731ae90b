<?php
// A session of the command line, before there is output.
function state() { return session_status() === PHP_SESSION_ACTIVE ? 'active' : (session_status() === PHP_SESSION_NONE ? 'none' : 'disabled'); }

$told[] = state();
$told[] = session_write_close() ? 'closed' : 'not closed';
$told[] = @session_regenerate_id(true) ? 'regenerated' : 'not regenerated';
if (session_status() === PHP_SESSION_NONE) {
    session_start();
}
$told[] = state();
$_SESSION['token'] = 'abc';
$told[] = session_regenerate_id() ? 'regenerated' : 'not regenerated';
$told[] = session_write_close() ? 'closed' : 'not closed';
$told[] = state();
$told[] = $_SESSION['token'];
session_start();
$told[] = session_destroy() ? 'destroyed' : 'not destroyed';
$told[] = @session_destroy() ? 'destroyed' : 'not destroyed';
$told[] = state();
echo implode("\n", $told), "\n";
