<?php
include "again.inc"; include_once "again.inc"; require_once __DIR__ . "/again.inc"; require "again.inc";
echo $loaded, "\n";
