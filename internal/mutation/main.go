package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed runtime.go.txt
var runtime string

var (
	count = flag.Int("n", 0, "try `many` mutants only")
	seed  = flag.Uint64("seed", 1, "which ones")
	only  = flag.String("only", "", "try the mutants with these `numbers`, divided by commas")
	spend = flag.Duration("for", 0, "stop after this `time`, with a report")
	list  = flag.Bool("list", false, "list the mutants and try none")
	skip  = flag.String("skip", "", "`pattern` of tests that are not run, of the root package and beyond")

	together = flag.Int("parallel", 2, "try so `many` at a time")
)

func main() {
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: mutation [flags] PACKAGE…")
		os.Exit(2)
	}
	for _, path := range flag.Args() {
		if err := run(path); err != nil {
			fmt.Fprintf(os.Stderr, "mutation: %s: %v\n", path, err)
			os.Exit(1)
		}
	}
}

// goPackage is the output of go list for a package.
type goPackage struct {
	Dir, ImportPath, Name, Export string
	GoFiles                       []string
	Module                        struct{ Path, Dir string }
}

func listPackages(args ...string) (packages []goPackage, err error) {
	cmd := exec.Command("go", append([]string{"list", "-json=Dir,ImportPath,Name,Export,GoFiles,Module"}, args...)...)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	for dec := json.NewDecoder(bytes.NewReader(text)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// run tests the mutants of a package.
func run(path string) error {
	dir, err := os.MkdirTemp("", "mutation-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	found, err := listPackages(path)
	if err != nil {
		return err
	}
	p := found[0]
	mutants, overlay, err := mutate(p, dir)
	if err != nil {
		return err
	}
	chosen := choose(mutants)
	if *list {
		for _, m := range chosen {
			fmt.Println(m)
		}
		return nil
	}
	suites, err := build(p, dir, overlay)
	if err != nil {
		return err
	}
	return try(p, suites, mutants, chosen)
}

// mutate writes the files of a package with all mutants to dir, and the file for -overlay.
func mutate(p goPackage, dir string) (mutants []mutant, overlay string, err error) {
	fset := token.NewFileSet()
	var files []*ast.File
	texts := make([][]byte, len(p.GoFiles))
	for i, name := range p.GoFiles {
		if texts[i], err = os.ReadFile(filepath.Join(p.Dir, name)); err != nil {
			return nil, "", err
		}
		f, err := parser.ParseFile(fset, name, texts[i], parser.SkipObjectResolution)
		if err != nil {
			return nil, "", err
		}
		files = append(files, f)
	}
	info := &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Selections: make(map[*ast.SelectorExpr]*types.Selection),
		Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
	}
	imports, err := importerOf(fset, p)
	if err != nil {
		return nil, "", err
	}
	conf := types.Config{Importer: imports}
	pkg, err := conf.Check(p.ImportPath, fset, files, info)
	if err != nil {
		return nil, "", err
	}
	m := &mutator{fset: fset, info: info, pkg: pkg}
	replace := make(map[string]string)
	write := func(name string, text []byte) error {
		file := filepath.Join(dir, name)
		replace[filepath.Join(p.Dir, name)] = file
		return os.WriteFile(file, text, 0o600)
	}
	for i, name := range p.GoFiles {
		if err := write(name, m.file(files[i], texts[i])); err != nil {
			return nil, "", err
		}
	}
	if err := write("mutation_runtime.go", []byte(strings.Replace(runtime, "PACKAGE", p.Name, 1))); err != nil {
		return nil, "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return m.mutants, overlay, os.WriteFile(overlay, text, 0o600)
}

// importerOf returns an importer for a package's imports, which reads what go build has
// compiled.
func importerOf(fset *token.FileSet, p goPackage) (types.Importer, error) {
	deps, err := listPackages("-deps", "-export", p.ImportPath)
	if err != nil {
		return nil, err
	}
	exports := make(map[string]string)
	for _, d := range deps {
		exports[d.ImportPath] = d.Export
	}
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }), nil
}

// choose returns the mutants to test. If not all are tested, they are in random order, so that
// a run that ends early has also tested a sample.
func choose(mutants []mutant) []mutant {
	switch {
	case *only != "":
		numbers := strings.Split(*only, ",")
		return slices.DeleteFunc(slices.Clone(mutants), func(m mutant) bool {
			return !slices.Contains(numbers, fmt.Sprint(m.number))
		})
	case *count > 0 && *count < len(mutants):
		var chosen []mutant
		for _, i := range rand.New(rand.NewPCG(*seed, 0)).Perm(len(mutants))[:*count] {
			chosen = append(chosen, mutants[i])
		}
		return chosen
	}
	return mutants
}

// suite is a test binary.
type suite struct {
	name, binary, dir string
	args              []string
	limit             time.Duration
	// twice repeats tests that depend on times: one may fail because the machine is busy, but a
	// killed mutant is killed again.
	twice bool
	// reached has the mutants whose code the tests execute.
	reached map[int]bool
}

// build compiles the tests of the package and of the root package, and measures their time
// without a mutant.
func build(p goPackage, dir, overlay string) ([]*suite, error) {
	compile := func(path, name string) (string, error) {
		binary := filepath.Join(dir, name)
		cmd := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, path)
		cmd.Dir, cmd.Stderr = p.Module.Dir, os.Stderr
		return binary, cmd.Run()
	}
	root, err := compile(p.Module.Path, "root.test")
	if err != nil {
		return nil, err
	}
	suites := []*suite{
		{name: "the golden results", binary: root, dir: p.Module.Dir, args: []string{"-test.run=^TestGolden$"}},
		{name: "the root package's tests", binary: root, dir: p.Module.Dir, args: []string{"-test.skip=" + *skip}, twice: true},
	}
	if p.ImportPath != p.Module.Path {
		own, err := compile(p.ImportPath, "own.test")
		if err != nil {
			return nil, err
		}
		suites = append([]*suite{{name: "the package's own tests", binary: own, dir: p.Dir}}, suites...)
	}
	for _, name := range []string{"promises", "hostile"} {
		binary, err := compile(p.Module.Path+"/internal/"+name, name+".test")
		if err != nil {
			return nil, err
		}
		suites = append(suites, &suite{
			name: "the tests of internal/" + name, binary: binary, dir: filepath.Join(p.Module.Dir, "internal", name),
			args: []string{"-test.skip=" + *skip}, twice: true,
		})
	}
	for _, s := range suites {
		if err := s.probe(filepath.Join(dir, "reached")); err != nil {
			return nil, err
		}
	}
	return suites, nil
}

// probe runs the tests without a mutant, measures their time, and finds the mutants that they
// reach.
func (s *suite) probe(file string) error {
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return err
	}
	start := time.Now()
	if out, err := s.run(0, 10*time.Minute, "MUTATION_REACHED="+file); err != nil {
		return fmt.Errorf("%s fail without a mutant: %v\n%s", s.name, err, out)
	}
	s.limit = 4*time.Since(start) + 10*time.Second
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	s.reached = make(map[int]bool)
	for _, number := range strings.Fields(string(text)) {
		n, err := strconv.Atoi(number)
		if err != nil {
			return err
		}
		s.reached[n] = true
	}
	return nil
}

// run runs the tests with a mutant.
func (s *suite) run(number int, limit time.Duration, env ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.binary, append([]string{"-test.failfast"}, s.args...)...)
	cmd.Dir = s.dir
	cmd.Env = slices.Concat(os.Environ(), []string{fmt.Sprintf("MUTANT=%d", number)}, env)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	return out, err
}

// outcome is the result for a mutant.
type outcome struct {
	mutant
	killer   *suite // nil for a survivor
	timedOut bool
	reached  bool // by any tests
}

// judge tests a mutant.
func judge(suites []*suite, m mutant) outcome {
	o := outcome{mutant: m}
	for _, s := range suites {
		if !s.reached[m.number] {
			continue
		}
		o.reached = true
		_, err := s.run(m.number, s.limit)
		if err != nil && s.twice {
			_, err = s.run(m.number, s.limit)
		}
		if err != nil {
			o.killer, o.timedOut = s, errors.Is(err, context.DeadlineExceeded)
			break
		}
	}
	return o
}

// try tests mutants, several at a time, and reports.
func try(p goPackage, suites []*suite, mutants, chosen []mutant) error {
	todo, outcomes := make(chan mutant), make(chan outcome)
	go func() {
		defer close(todo)
		for start := time.Now(); len(chosen) > 0 && (*spend == 0 || time.Since(start) < *spend); chosen = chosen[1:] {
			todo <- chosen[0]
		}
	}()
	var workers sync.WaitGroup
	for range *together {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for m := range todo {
				outcomes <- judge(suites, m)
			}
		}()
	}
	go func() {
		workers.Wait()
		close(outcomes)
	}()
	killed, tried, timedOut, survivors := make(map[*suite]int), 0, 0, 0
	for o := range outcomes {
		tried++
		switch {
		case o.killer != nil:
			killed[o.killer]++
			if o.timedOut {
				timedOut++
			}
			continue
		case o.reached:
			fmt.Printf("%s survives\n", o.mutant)
		default:
			fmt.Printf("%s survives, since no test comes to it\n", o.mutant)
		}
		survivors++
	}
	dead := tried - survivors
	fmt.Printf("%s: %d of %d mutants tried, seed %d; %d killed (%.1f %%), %d of them by taking too long\n", p.ImportPath,
		tried, len(mutants), *seed, dead, 100*float64(dead)/float64(max(1, tried)), timedOut)
	for _, s := range suites {
		fmt.Printf("\tkilled by %s: %d\n", s.name, killed[s])
	}
	return nil
}
