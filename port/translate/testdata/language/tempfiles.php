<?php
$b = sys_get_temp_dir() . '/fnt' . getmypid(); var_dump(mkdir($b . '/x/y', 0755, true), is_dir($b));
file_put_contents("$b/a.txt", "one\ntwo\n\nthree"); file_put_contents("$b/b.ini", "; c\n[db]\nhost = localhost\nport=3306\non = yes\noff=off\nq = \"a;b\"\narr[] = 1\narr[] = 2\nk[x]=y\nnul=null\n[empty]\n"); touch("$b/c.log");
foreach (glob("$b/*.txt") as $f) echo basename($f); echo json_encode(array_map('basename', glob("$b/*.{ini,log}", GLOB_BRACE))), json_encode(scandir($b)), json_encode(array_diff(scandir($b), ['.', '..'])), json_encode(array_values(array_diff(scandir($b, SCANDIR_SORT_DESCENDING), ['..', '.']))), "\n";
print_r(pathinfo('/var/mail/user.tar.gz')); echo pathinfo('a.txt', PATHINFO_EXTENSION), dirname('/a/b/c', 2), basename('/x/y.php', '.php'), realpath("$b/x/../a.txt") === "$b/a.txt" ? 'real' : 'no', "\n";
copy("$b/a.txt", "$b/d.txt"); rename("$b/d.txt", "$b/e.txt"); var_dump(file_exists("$b/e.txt"), @unlink("$b/none"), @file_get_contents("$b/none"), @filemtime("$b/none"));
if ($dh = opendir($b)) { $n = []; while (false !== ($e = readdir($dh))) if ($e != '.' && $e != '..') $n[] = $e; closedir($dh); sort($n); echo implode(',', $n), "\n"; }
$fp = fopen("$b/a.txt", 'r'); while (!feof($fp)) { $line = fgets($fp); echo strlen((string)$line), ';'; } fclose($fp); $fp = fopen("$b/a.txt", 'rb'); echo fread($fp, 3), fgetc($fp), ftell($fp), "\n"; fseek($fp, -5, SEEK_END); echo fread($fp, 100), feof($fp) ? 'eof' : '', "\n"; fclose($fp); readfile("$b/a.txt"); 
foreach (new ArrayIterator(['a' => 1, 'b' => 2]) as $k => $v) echo $k, $v; echo "\n";

exec('rm -r ' . escapeshellarg($b));
