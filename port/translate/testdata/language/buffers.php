<?php
ob_start(function ($b) { return str_replace('x', 'y', $b); });
echo "xxx\n", ob_get_level(), "\n";
ob_end_flush();
echo ob_get_level(), "\n";
ob_start(); echo 'abc'; echo ob_get_length(), "\n"; $s = ob_get_clean(); echo strlen($s), ob_get_level(), "\n";

ob_start(); echo 'one'; ob_flush(); echo 'two'; ob_clean(); echo "three\n"; ob_end_flush();
function cb($buffer, $phase) { return '[' . trim($buffer) . "]\n"; }
ob_start('cb'); echo "in"; ob_end_flush();
ob_start(function ($b) { return strrev($b); }); echo "\nabc"; 
ob_start(); echo "inner"; while (ob_get_level() > 0) ob_end_flush();
echo "\n"; ob_implicit_flush(); flush();
ob_start(fn($b) => strtoupper($b)); echo "last not ended\n";
