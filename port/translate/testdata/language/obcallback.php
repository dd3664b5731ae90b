<?php
ob_start(function ($b) { return str_replace('x', 'y', $b); });
echo "xxx\n", ob_get_level(), "\n";
ob_end_flush();
