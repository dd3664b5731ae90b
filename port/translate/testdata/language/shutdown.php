<?php
register_shutdown_function('bye', 'x');
function bye($s) { echo "bye $s\n"; }
register_shutdown_function(function () { echo "second\n"; });
echo "work\n";
exit("message\n");
