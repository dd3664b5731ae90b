<?php
function opts($a, $b = array('x' => 1), $c = null, $d = PHP_INT_SIZE) { return json_encode(func_get_args()) . json_encode([$a, $b, $c, $d]) . func_num_args(); }
echo opts(1), opts(1, 2), opts(1, [], 'z', 0), "\n";
