<?php
// Whole arrays of a request are assigned and joined.
session_start();
$_SESSION += ['a' => 1, 'b' => false];
$_SESSION += ['a' => 2, 'c' => 3];
$_POST += ['x' => 'y'];
print_r($_SESSION); print_r($_POST);
$_GET = ['q' => 1];
echo $_GET['q'], count($_GET), "\n";
function f() { $_GET = ['z' => 5, 'q' => '2']; echo $_GET['q']; }
f();
echo json_encode($_GET), "\n";
