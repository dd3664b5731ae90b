<?php
fwrite(STDOUT, "direct\n");
fputs(STDERR, "err\n");
file_put_contents('php://stdout', "via stdout\n");
$h = fopen('php://output', 'w');
fputcsv($h, ['a', 'b c', 'd"e', '1,2']);
fclose($h);
