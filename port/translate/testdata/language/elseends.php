<?php
// An else that is an if, where every branch returns.
function kind($n)
{
    if ($n < 0) {
        return 'negative';
    } else if ($n == 0) {
        return 'zero';
    } else {
        return false;
    }
}

function open($n)
{
    if ($n < 0) {
        return 'negative';
    } else if ($n == 0) {
        return 'zero';
    } else if ($n == 1) {
        echo "one\n";
    } else {
        return 'more';
    }
    return 'open';
}

foreach ([-1, 0, 1, 2] as $n) {
    var_dump(kind($n), open($n));
}
