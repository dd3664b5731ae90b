<?php
ob_start();
echo 'buffered ';
print 'text';
$x = ob_get_clean();
echo strtoupper($x), strlen($x), "\n";
ob_start();
printf('%03d', 7);
include_nothing();
function include_nothing() { echo '!'; }
$y = ob_get_contents();
ob_end_clean();
echo "[$y]\n";
ob_start(); echo 'a'; ob_start(); echo 'b'; $in = ob_get_clean(); echo 'c'; $out = ob_get_clean();
echo $in, $out, "\n";
function render($vars) { ob_start(); ?>
Hello <?= $vars['name'] ?>!
<?php return ob_get_clean(); }
echo render(['name' => 'X']);
flush();
