<?php
function finish($code) {
    echo "finishing\n";
    exit($code);
}
function check($x) {
    if (!$x) die("fatal: no x\n");
    return $x;
}
echo check(5), "\n";
$r = @file_get_contents('/nonexistent/file') or print("no file\n");
for ($i = 0; $i < 3; $i++) {
    if ($i == 1) finish(3);
}
echo "not reached\n";
