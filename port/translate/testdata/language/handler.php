<?php
set_exception_handler(function ($e) { echo 'handler: ', $e->getMessage(), "\n"; });
set_error_handler(function ($no, $msg) { echo "error: $msg\n"; return true; });
trigger_error('my warning', E_USER_WARNING);
echo "before\n";
throw new RuntimeException('to the handler');
