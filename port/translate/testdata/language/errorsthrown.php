<?php
try { null_call(); } catch (Error $e) { echo get_class($e), ': ', $e->getMessage(), "\n"; }
try { $x = null; $x->foo(); } catch (Throwable $e) { echo $e->getMessage(), "\n"; }
