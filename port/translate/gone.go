package translate

import (
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// gone are functions that PHP 8 has in no extension, of those that old scripts call.
var gone = wordSet("call_user_method call_user_method_array create_function each ereg eregi ereg_replace eregi_replace ezmlm_hash " +
	"get_magic_quotes_gpc get_magic_quotes_runtime set_magic_quotes_runtime magic_quotes_runtime hebrevc is_real jpeg2wbmp png2wbmp " +
	"money_format mcrypt_decrypt mcrypt_encrypt mysql_affected_rows mysql_close mysql_connect mysql_data_seek mysql_error mysql_errno " +
	"mysql_escape_string mysql_fetch_array mysql_fetch_assoc mysql_fetch_object mysql_fetch_row mysql_insert_id mysql_num_rows mysql_pconnect " +
	"mysql_query mysql_real_escape_string mysql_result mysql_select_db mysql_set_charset read_exif_data restore_include_path " +
	"session_is_registered session_register session_unregister split spliti sql_regcase")

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(list) {
		set[name] = true
	}
	return set
}

// goneCall throws what PHP 8 throws for a call of a function that it no longer has. PHP looks for
// the function before it evaluates the arguments.
func (e *emitter) goneCall(n *ast.ExprFunctionCall) value {
	name := identifier(n.Function)
	e.p.report.note(e.f, n, "PHP 8 has no function "+name+": the port throws the same Error as PHP")
	e.line("%s(%s, %s)", e.need("throw"), quote("Error"), quote("Call to undefined function "+name+"()"))
	return nullValue()
}

// namespaced reports whether the file is in a namespace, which is part of the names in PHP's messages.
func (f *file) namespaced() bool {
	root, ok := f.parsed.Root.(*ast.Root)
	if !ok {
		return false
	}
	for _, s := range root.Stmts {
		if n, ok := s.(*ast.StmtNamespace); ok && n.Name != nil {
			return true
		}
	}
	return false
}
