<?php
$s = 'abcdef';
$s[0] = 'X';
$s[8] = 'Y';
$s[-1] = 'Z';
var_dump($s);
$line = 'a.b.c';
for ($i = 0; $i < strlen($line); $i++) if ($line[$i] == '.') $line[$i] = '/';
echo $line, "\n";
