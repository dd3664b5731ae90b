<?php
namespace App;
use function strtoupper as up;
use const PHP_INT_SIZE as SIZE;
echo up('abc'), SIZE, "\n";
