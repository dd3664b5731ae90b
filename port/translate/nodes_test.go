package translate

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// notNamed are the nodes of the parser that no code names, and why.
var notNamed = map[string]string{
	"Attribute":              "attributes do nothing",
	"AttributeGroup":         "attributes do nothing",
	"EnumCase":               "enums are refused as a whole",
	"Intersection":           "as a hint of a type it says nothing of use",
	"Root":                   "",
	"StmtHaltCompiler":       "",
	"StmtTraitUseAlias":      "the methods keep their names too",
	"StmtTraitUsePrecedence": "the first trait's method is taken",
	"ExprList":               "",
	"ExprCastUnset":          "PHP 8 has none: it is refused by its name",
	"StmtGroupUseList":       "",
	"StmtGroupUse":           "the parser makes StmtGroupUseList",
	"StmtUseDeclaration":     "the parser makes StmtUse",
}

// Every node of the parser has code that writes or refuses it.
func TestNodes(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	visitor := reflect.TypeFor[ast.Visitor]()
	for i := range visitor.NumMethod() {
		name := visitor.Method(i).Name
		node := strings.TrimPrefix(name, "Name")
		switch name {
		case "NameName":
			node = "Name"
		case "NameNamePart":
			node = "NamePart"
		case "NameFullyQualified", "NameRelative":
			node = name
		}
		if _, ok := notNamed[node]; ok {
			continue
		}
		found := false
		for _, end := range []string{":", ",", ")", "{", "\n"} {
			found = found || strings.Contains(source.String(), "ast."+node+end)
		}
		if !found {
			t.Errorf("no code names %s", node)
		}
	}
}
