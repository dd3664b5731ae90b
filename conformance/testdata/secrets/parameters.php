<?php

// Lists the parameters that are in no trace.

foreach (get_defined_functions() as $functions) {
    foreach ($functions as $function) {
        if (!str_starts_with($function, 'imap_')) {
            continue;
        }
        foreach ((new ReflectionFunction($function))->getParameters() as $parameter) {
            if ($parameter->getAttributes(SensitiveParameter::class) !== []) {
                echo "$function \${$parameter->getName()}\n";
            }
        }
    }
}
