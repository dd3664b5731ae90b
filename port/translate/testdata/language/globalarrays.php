<?php
$map = ['a' => 1]; $conf = ['x' => ['y' => 1]];
function f() { $GLOBALS['conf']['x']['z'] = 2; $GLOBALS['list'][] = 5; $GLOBALS['fresh']['k'] = 7; $conf = 'local'; return $conf; }
$list = [1]; echo f(), json_encode($conf), json_encode($list), json_encode($GLOBALS['fresh']), "\n";
$_SESSION['a']['b'] = 3; $_SESSION['a']['c'][] = 4; echo json_encode($_SESSION), "\n";
$_SESSION['m'] = $map; $map['zz'] = 1; $s = $_SESSION['m']; $s['q'] = 2; echo count($_SESSION['m']), count($map), count($s), "\n";
