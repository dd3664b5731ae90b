<?php
namespace Acme\Mail;

use Exception;

define('TRACKER_PREFIX', 'T-');

/** What a tracker refuses. */
class Refused extends Exception
{
    protected $message = 'refused';
    protected $code = 3;
    public $number = 0; // of the ticket
}

interface Counting
{
    public function total();
}

abstract class Base implements Counting
{
    const LIMIT = 5;
    public static $made = 0;
    /** What was counted. */
    protected $counts = [];
    public $String = 'a property'; // beside __toString

    public function total()
    {
        return array_sum($this->counts);
    }

    abstract protected function label($key);

    public function describe()
    {
        $list = [];
        foreach ($this->counts as $key => $n) {
            $list[] = $this->label($key) . '=' . $n;
        }
        return implode(', ', $list);
    }
}

/**
 * Counts words of subjects.
 */
class Tracker extends Base
{
    const PREFIX = TRACKER_PREFIX;
    private const SECRET = 'x';
    private $separator;

    /**
     * @param string $separator between words
     */
    public function __construct($separator, $first = 'start')
    {
        $this->separator = $separator;
        $this->add($first);
        self::$made++;
    }

    /** Adds the words of a subject. */
    public function add($subject, $times = 1)
    {
        foreach (explode($this->separator, $subject) as $word) {
            if ($word === '') {
                throw new Refused();
            }
            if (!isset($this->counts[$word])) {
                $this->counts[$word] = 0;
            }
            $this->counts[$word] += $times;
        }
        return $this;
    }

    // public here, protected above
    public function label($key)
    {
        return self::PREFIX . $key . self::SECRET;
    }

    /** Takes over the counts of another tracker, and what it is told. */
    public function adopt($other, $note)
    {
        if (!$other instanceof Tracker) {
            throw new \InvalidArgumentException('no tracker: ' . gettype($other));
        }
        return $note . $other->total();
    }

    public function seek($n)
    {
        return array_slice(array_keys($this->counts), $n, 1);
    }

    public function __toString()
    {
        return __CLASS__ . ':' . $this->describe();
    }

    public static function fromList(array $subjects)
    {
        $t = new Tracker(' ');
        foreach ($subjects as $s) {
            $t->add($s);
        }
        return $t;
    }
}

/** Shortens a text. */
function shorten_text($text, $length = Base::LIMIT)
{
    return strlen($text) > $length ? substr($text, 0, $length) . '...' : $text;
}
