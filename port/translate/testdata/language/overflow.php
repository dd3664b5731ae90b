<?php
$max = PHP_INT_MAX;
$max++;
var_dump($max);
$a = PHP_INT_MAX;
$b = $a + 1;
var_dump($b);
var_dump($a * 2, -$a - 2, 5 + 5);
var_dump(PHP_INT_MAX, PHP_INT_MAX + 1, PHP_INT_MIN, -PHP_INT_MAX - 2, PHP_INT_SIZE);
