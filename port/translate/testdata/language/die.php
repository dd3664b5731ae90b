<?php
ini_set('display_errors', 0);
error_reporting(E_ALL & ~E_NOTICE);
$argc > 5 or die('Usage: ' . basename($argv[0]) . " host\n");
echo 'not reached';
