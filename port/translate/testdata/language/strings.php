<?php
$name = 'World';
$user = array('name' => 'Ann', 'tags' => array('x', 'y'), 3 => 'three');
$o = new stdClass;
$o->prop = 'P';
$o->inner = new stdClass;
$o->inner->deep = 'D';
$fn = 'key';
echo "Hello $name! $user[name] {$user['name']} {$user['tags'][1]} $user[3] ${name} $o->prop {$o->inner->deep} \$name \x41\101\u{e9}\t|\n";
echo 'Hello $name\n', '\'', '\\', "\n";
echo <<<EOT
Dear $name,
  you have {$user['tags'][0]} "quoted" 'single' \$5.00
	tab $o->prop's
EOT;
echo "\n";
echo <<<'EOT'
raw $name {$x} \n
EOT;
echo "\n", <<<"X"
    indented $name
      more
    X . "|\n";
echo "a" . 1 + 2 . "b\n";
echo 'sum: ' . (1 + 2) . "\n";
echo 1 . 2 . "\n";
echo -1 . '|' . 1.50 . '|' . true . '|' . false . '|' . null . "|\n";
$s = 'abcdef';
echo $s[0], $s[-1], $s[strlen($s) - 2], "\n";
var_dump($s);
var_dump(isset($s[2]), isset($s[20]), isset($s['a']), empty($s[1]), $s[20] ?? 'none');
for ($i = 0, $n = strlen($name); $i < $n; $i++) {
    echo ord($name[$i]), $i < $n - 1 ? ',' : "\n";
}
echo "$name[0]$name[-1] {$name[1]}\n";
echo "Multi
line\r\n";
echo "{$fn}_x $fn-x $fn.x ${fn}x\n";
echo "price: $5 and 100% {not} { $name}\n";
print "print\n";
print("x" . "y\n");
echo 'a', 'b', 1, 2.0, "\n";
echo "\\ \" \e[0m \v \f \0 end" === '' ? 1 : strlen("\\ \" \e[0m \v \f \0 end"), "\n";
