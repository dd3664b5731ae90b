<?php
echo $argc, ' ', count($argv), ' ', $argv[1] ?? 'none', ' ', count($_SERVER['argv']), ' ', $_SERVER['argc'], "\n";
$opts = getopt('vh:p:', ['user:', 'dry-run', 'opt::']);
var_dump($opts);
foreach (array_slice($argv, 1) as $arg) {
    if (substr($arg, 0, 2) === '--') echo "long $arg\n";
    elseif ($arg[0] == '-') echo "short $arg\n";
    else echo "plain $arg\n";
}
while ($line = fgets(STDIN)) {
    echo strtoupper(trim($line)), "|";
}
echo feof(STDIN) ? "eof\n" : "more\n";
if (isset($opts['v'])) echo "verbose\n";
$host = isset($opts['h']) ? $opts['h'] : 'localhost';
echo $host, getenv('NO_SUCH_VAR') === false ? ' noenv' : ' env', "\n";
