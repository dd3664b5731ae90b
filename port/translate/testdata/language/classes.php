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
    public static function create(...$args) { return null; }
}
class Circle extends Shape {
    private $r;
    public function __construct($r) { parent::__construct('circle'); $this->r = $r; }
    public function area() { return M_PI * $this->r ** 2; }
}
class Square extends Shape {
    const SIDES = 4;
    private $side;
    public function __construct($side) { $this->side = $side; parent::__construct('square'); }
    public function area() { return $this->side * $this->side; }
    public function describe() { return 'Square! ' . parent::describe(); }
    public static function register($n) { echo "square registers $n\n"; }
    public function count(): int { return 4; }
    public function grow($by = 1) { $this->side += $by; return $this; }
}
$shapes = [new Circle(1), new Square(2), new Square(3)];
foreach ($shapes as $s) {
    echo $s, "\n";
    echo $s instanceof Square ? 'square' : 'not', ' ', $s instanceof Shape ? 'shape' : '', "\n";
}
echo Shape::$count, ' ', ' ', Square::SIDES, "\n";
class Account {
    public $owner;
    private $balance = 0;
    protected $log = [];
    public function __construct(string $owner, private int $limit = 100) { $this->owner = $owner; }
    public function add($n) { $this->balance += $n; $this->log[] = "+$n"; $this->log['last'] = $n; return $this; }
    public function getBalance() { return $this->balance; }
    public function getLog(): array { return $this->log; }
    public function limit() { return $this->limit; }
}
$acc = new Account('Ann');
$acc->add(5)->add(7);
$acc->owner .= ' B';
$acc->extra = 'dynamic';
echo $acc->owner, $acc->getBalance(), json_encode($acc->getLog()), $acc->limit(), $acc->extra, "\n";
print_r($acc);
var_dump(new Account('X', 5));
