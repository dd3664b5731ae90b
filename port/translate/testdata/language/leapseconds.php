<?php
// A second 60 and an hour 24 are of the next day before its weekday counts.
date_default_timezone_set('UTC');
foreach (['Fri, 31 Dec 2099 23:59:60 +1400', '31 Dec 2099 23:59:60', 'Fri, 31 Dec 2099 24:00:00', 'Thu, 31 Dec 2099 23:59:60', '6 Mar 25 1:2 PM', '6 Mar 25 1:02 PM'] as $text) {
    $time = strtotime($text);
    echo $text, ' ', $time === false ? 'none' : date('c', $time), "\n";
}
