<?php
// A choice that may be false, and is told from 0 after it was stored.
foreach (['2024-01-01', 'rubbish', '1970-01-01 00:00:00 UTC', null] as $d) {
    $ts = isset($d) ? strtotime($d) : false;
    $copy = $ts;
    if ($ts !== false && $ts < 2000000000) {
        echo "old $d\n";
    } else {
        echo "keep\n";
    }
    echo $copy === false ? "none\n" : "some\n";
}
