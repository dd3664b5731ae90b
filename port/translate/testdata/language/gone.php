<?php
// Functions that PHP no longer has: an Error before the arguments are evaluated.
function told($x) { echo "told $x\n"; return $x; }

function old_date($text)
{
    list($day, $month) = split('-', told($text));
    return "$month/$day";
}

try {
    echo "before ", old_date('3-4'), "\n";
} catch (Error $e) {
    echo get_class($e), ': ', $e->getMessage(), "\n";
}
try {
    if (EregI('^a', told('abc'))) {
        echo "matches\n";
    }
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
try {
    while (list($key, $value) = each($list)) {
        echo "$key\n";
    }
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
if (function_exists('get_magic_quotes_gpc') && get_magic_quotes_gpc()) {
    echo "quotes\n";
}
echo "after\n";
mysql_connect('localhost', told('user'));
echo "never\n";
