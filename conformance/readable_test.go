package conformance

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// PHP still decodes what the tests of package readable have recorded.
func TestReadableRecord(t *testing.T) {
	needOracle(t)
	const folder = "../readable/testdata/"
	want, err := os.ReadFile(folder + "decode.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := exec.Command("php", folder+"decode.php").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("php %sdecode.php prints something else than decode.json", folder)
	}
}
