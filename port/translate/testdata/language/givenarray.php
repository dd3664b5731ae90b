<?php
// Functions of arrays throw when they get false or null; what tests the variable before does not.
function find($n)
{
    if ($n == 0) {
        return false;
    }
    $list = [];
    for ($i = $n; $i > 0; $i--) {
        $list[] = $i * 3;
    }
    return $list;
}

function newest($n)
{
    $found = find($n);
    rsort($found);
    return $found;
}

function total($n)
{
    $found = find($n);
    if (count($found) > 1) {
        return array_sum($found);
    }
    return 0;
}

function safe($n)
{
    $found = find($n);
    if (!$found) {
        return 'none';
    }
    sort($found);
    return implode(',', $found) . ' ' . count($found);
}

function names($n)
{
    $map = $n > 0 ? ['a' => $n] : null;
    return implode(',', array_keys($map));
}

foreach (['newest', 'total', 'safe', 'names'] as $what) {
    foreach ([2, 0] as $n) {
        try {
            switch ($what) {
                case 'newest': print_r(newest($n)); break;
                case 'total': echo total($n), "\n"; break;
                case 'safe': echo safe($n), "\n"; break;
                case 'names': echo names($n), "\n"; break;
            }
        } catch (TypeError $e) {
            echo get_class($e), ': ', $e->getMessage(), "\n";
        }
    }
}
