<?php
// The callback is written after the array, for which a statement is needed.
function get_option($n) { return ['email' => 'user', 'allowed' => '*']; }
function f($emails) {
    $opts = get_option('x');
    if ($emails) {
        $allowed = array_map('trim', explode(',', $opts['allowed'] ?? '*'));
        print_r($allowed);
    }
}
f([1]);
