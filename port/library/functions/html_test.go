package functions

func init() {
	markup := from("<", ">", "&", "\"", "'", "&amp;", "&#39;", "&#x27;", "&eacute;", "&nbsp;", "&apos;", "&bogus;", "é", "€", "a", " ", "&lt;", "&quot;", "&#128;", "&#0;", "&hellip;", "&notit;", "&;", "\xe9", "&#;", "&Eacute", "&#xZ;", "日")
	tags := from("<b>", "</b>", "<i class=\"x>y\">", "text", "<", ">", "<!-- c -->", "<!--", "-->", "<br/>", "<br />", "< b", "\"", "'", "<?php echo '>'; ?>", "<?xml version=\"1.0\"?>", "<!DOCTYPE html>", "<a href='x'>", "é", "\x00", "(", "<script>x<y</script>", "\\", "<B>", "?>", "<!")
	flags := oneOf(0, 2, 3, 3|8, 3|4, 3|8|16, 3|8|32, 3|8|48, 2|8)
	rows = append(rows, []row{
		{php: "htmlspecialchars", fn: htmlspecialchars, args: []gen{either(markup, text), flags, oneOf("UTF-8")}},
		{php: "htmlentities", fn: htmlentities, args: []gen{either(markup, text), oneOf(0, 2, 3, 11, 7), oneOf("UTF-8")}},
		{php: "html_entity_decode", fn: htmlEntityDecode, args: []gen{either(markup, text), oneOf(0, 2, 3, 11), oneOf("UTF-8")}},
		{php: "htmlspecialchars_decode", fn: htmlspecialcharsDecode, args: []gen{either(markup, text), oneOf(0, 2, 3, 11, 11|48)}},
		{php: "strip_tags", fn: stripTags, args: []gen{either(tags, text), oneOf("", "", "<b>", "<i><BR>", "<a>")}},
	})
}
