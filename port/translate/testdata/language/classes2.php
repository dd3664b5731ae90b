<?php
abstract class Shape {
    protected $name = 'shape';
    public static $count = 0;
    const SIDES = 0;
    public $tags = array();
    public function __construct($name = null) {
        if ($name) $this->name = $name;
        self::$count++;
        static::register($this->name);
    }
    abstract public function area();
    public static function register($n) { echo "register $n\n"; }
    public function describe() {
        return sprintf('%s %s area %.2f sides %d/%d', get_class($this), $this->name, $this->area(), self::SIDES, static::SIDES);
    }
    public function __toString() { return $this->describe(); }
    public static function create(...$args) { return new static(...$args); }
}
class Circle extends Shape {
    private $r;
    public function __construct($r) { parent::__construct('circle'); $this->r = $r; }
    public function area() { return M_PI * $this->r ** 2; }
}
class Square extends Shape implements Countable {
    const SIDES = 4;
    private $side;
    public function __construct($side) { $this->side = $side; parent::__construct('square'); }
    public function area() { return $this->side * $this->side; }
    public function describe() { return 'Square! ' . parent::describe(); }
    public static function register($n) { echo "square registers $n\n"; }
    public function count(): int { return 4; }
    public function grow($by = 1) { $this->side += $by; return $this; }
}
$shapes = [new Circle(1), new Square(2), Square::create(3)];
echo $shapes[1] instanceof Countable ? 'countable' : '', count($shapes[1]), $shapes[1]::SIDES, "\n";
echo $shapes[1]->grow()->grow(5)->area(), "\n";
$copy = clone $shapes[1];
$copy->grow(10);
$copy->tags[] = 't';
echo $copy->area(), ' ', $shapes[1]->area(), count($shapes[1]->tags), "\n";
var_dump($shapes[0] == $shapes[0], $shapes[0] === clone $shapes[0], new Circle(1) == new Circle(1));
