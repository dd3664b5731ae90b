<?php
fwrite(STDOUT, "direct\n");
fputs(STDERR, "err\n");
file_put_contents('php://stdout', "via stdout\n");
file_put_contents('php://stderr', "via stderr\n");
file_put_contents('php://output', "via output\n");
$h = fopen('php://output', 'w'); fputcsv($h, ['a', 'b c', 'd"e', '1,2']); fclose($h);
$m = fopen('php://memory', 'r+'); fwrite($m, "line1\nline2\n"); rewind($m);
while (($l = fgets($m)) !== false) echo "<", rtrim($l), ">"; fclose($m);
$t = fopen('php://temp/maxmemory:1024', 'w+'); fwrite($t, 'hello'); fseek($t, 1); echo fread($t, 3), ftell($t), "\n"; 
rewind($t); echo stream_get_contents($t), "\n"; fclose($t);
$in = fopen('php://stdin', 'r'); echo fgets($in); fclose($in);
echo file_get_contents('php://stdin'), "\n";
ob_start(); file_put_contents('php://output', "buffered\n"); $x = ob_get_clean(); echo strtoupper($x);
$o = fopen('php://stdout', 'w'); fwrite($o, "out\n"); fprintf($o, "%s-%d\n", 'f', 3); 
ob_start(); fwrite(STDOUT, "stdout-direct\n"); echo "echoed\n"; ob_end_clean();
while ($line = fgets(STDIN)) echo $line;
var_dump(feof(STDIN));
$c = fopen('php://memory', 'w+'); fputcsv($c, ['x', 'y "q"', '']); fputcsv($c, [1, 2.5, null], ';'); rewind($c); echo stream_get_contents($c); rewind($c); print_r(fgetcsv($c)); print_r(fgetcsv($c, 0, ';')); var_dump(fgetcsv($c));
print_r(str_getcsv('a,"b ""c""",,d'));
$tmp = tempnam(sys_get_temp_dir(), 'tst'); file_put_contents($tmp, "id,name\n1,ann\n2,\"b, c\"\n");
if (($fh = fopen($tmp, 'r')) !== FALSE) { $hd = fgetcsv($fh, 1000, ','); while (($data = fgetcsv($fh, 1000, ',')) !== FALSE) { echo json_encode(array_combine($hd, $data)); } fclose($fh); }
$fh = fopen($tmp, 'a'); if (flock($fh, LOCK_EX)) { fwrite($fh, "3,z\n"); fflush($fh); flock($fh, LOCK_UN); } fclose($fh);
$fp = fopen($tmp, 'c+'); if (flock($fp, LOCK_EX | LOCK_NB)) echo "locked\n"; fclose($fp);
echo file_put_contents($tmp, "more\n", FILE_APPEND | LOCK_EX), "\n";
print_r(file($tmp, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES)); print_r(file($tmp));
unlink($tmp); var_dump(file_exists($tmp));
