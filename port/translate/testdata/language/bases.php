<?php
var_dump(intval("0x1A", 16), intval("012", 0), intval("101", 2), is_callable('strlen'), base_convert('255', 10, 16));
$n = 5;
settype($n, "string");
var_dump($n);
