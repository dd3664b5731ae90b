<?php
date_default_timezone_set('UTC');
$t = 1700000000;
echo date('Y-m-d H:i:s', $t), ' ', date('D, d M Y H:i:s O', $t), ' ', date('r', $t), ' ', date('c', $t), ' ', date('U N jS z t L y n G g A a h', $t), ' ', date('\Y\e\a\r Y', $t), "\n";
echo gmdate('D, d-M-Y', $t), ' ', mktime(12, 30, 0, 6, 15, 2023), ' ', date('W', $t), ' ', checkdate(2, 30, 2024) ? 'ok' : 'bad', "\n";
foreach (['2024-01-15', '15 January 2024', 'Mon, 15 Jan 2024 10:00:00 +0200', '2024-01-15 10:00:00 -0500', '@86400', '2024-01-31 +1 month', 'Wed, 1 May 2024 00:00:00 GMT'] as $s) echo strtotime($s), ' ';
echo date('Y-m-d', strtotime('-7 days', $t)), ' ', date('Y-m-d', strtotime('+1 week', $t)), ' ', date('Y-m-d', strtotime('first day of next month', $t)), ' ', var_export(strtotime('garbage text'), true), "\n";
print_r(getdate(0)['year']);
echo "\n", "\n";
