<?php
class Inner
{
    public function __destruct()
    {
        echo "inner\n";
    }
}

class Box
{
    private $name;
    private $inner;

    public function __construct($name)
    {
        $this->name = $name;
        $this->inner = new Inner();
        echo "made $name\n";
    }

    public function __destruct()
    {
        echo "closed {$this->name}\n";
    }
}

class SpecialBox extends Box
{
}

ob_start();
register_shutdown_function(function () {
    echo "shutdown\n";
});
$a = new Box('a');
$b = new SpecialBox('b');
echo "end\n";
