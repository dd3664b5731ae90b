package charset

import "golang.org/x/text/encoding/charmap"

// oneByte is a charset with one octet for each character.
type oneByte func(octet byte) rune

func (decode oneByte) text(out *output, text string) {
	for i := range len(text) {
		out.code(decode(text[i]))
	}
}

var (
	latin1      = iso(charmap.ISO8859_1)
	latin2      = iso(charmap.ISO8859_2)
	latin3      = iso(charmap.ISO8859_3)
	latin4      = iso(charmap.ISO8859_4)
	latin5      = iso(charmap.ISO8859_9)
	latin6      = iso(charmap.ISO8859_10)
	latin7      = iso(charmap.ISO8859_13)
	latin8      = iso(charmap.ISO8859_14)
	latin9      = iso(charmap.ISO8859_15)
	latin10     = iso(charmap.ISO8859_16)
	isoArabic   = iso(charmap.ISO8859_6)
	isoCyrillic = iso(charmap.ISO8859_5)
	isoGreek    = iso(charmap.ISO8859_7).but(map[byte]rune{0xa4: none, 0xa5: none, 0xaa: none}) // of 1987
	isoHebrew   = iso(charmap.ISO8859_8)
	tis620      = iso(charmap.Windows874).but(map[byte]rune{0xa0: none})

	koi8R = oneByte(charmap.KOI8R.DecodeByte)
	// 0xb4 should be U+0404.
	koi8U = oneByte(charmap.KOI8U.DecodeByte).but(map[byte]rune{0xae: 0x255d, 0xb4: 0x0403, 0xbe: 0x256c})

	windows874  = oneByte(charmap.Windows874.DecodeByte)
	windows1250 = oneByte(charmap.Windows1250.DecodeByte)
	windows1251 = oneByte(charmap.Windows1251.DecodeByte)
	windows1252 = oneByte(charmap.Windows1252.DecodeByte)
	windows1253 = oneByte(charmap.Windows1253.DecodeByte)
	windows1254 = oneByte(charmap.Windows1254.DecodeByte)
	windows1255 = oneByte(charmap.Windows1255.DecodeByte).but(map[byte]rune{0xca: none})
	windows1256 = oneByte(charmap.Windows1256.DecodeByte)
	windows1257 = oneByte(charmap.Windows1257.DecodeByte)
	windows1258 = oneByte(charmap.Windows1258.DecodeByte)

	ibm437 = oneByte(charmap.CodePage437.DecodeByte)
	ibm850 = oneByte(charmap.CodePage850.DecodeByte)
	ibm852 = oneByte(charmap.CodePage852.DecodeByte)
	ibm855 = oneByte(charmap.CodePage855.DecodeByte)
	ibm860 = oneByte(charmap.CodePage860.DecodeByte)
	ibm862 = oneByte(charmap.CodePage862.DecodeByte)
	ibm863 = oneByte(charmap.CodePage863.DecodeByte)
	ibm865 = oneByte(charmap.CodePage865.DecodeByte)
	ibm866 = oneByte(charmap.CodePage866.DecodeByte)
)

// iso returns a charset of ISO 8859. The octets from 0x80 to 0x9f are controls.
func iso(m *charmap.Charmap) oneByte {
	return func(octet byte) rune {
		if octet < 0xa0 {
			return rune(octet)
		}
		return m.DecodeByte(octet)
	}
}

// but returns the charset with other meanings for some octets.
func (decode oneByte) but(exceptions map[byte]rune) oneByte {
	return func(octet byte) rune {
		if r, ok := exceptions[octet]; ok {
			return r
		}
		return decode(octet)
	}
}

// upper returns ASCII with these characters from 0x80 on.
func upper(chars string) oneByte {
	table := []rune(chars)
	return func(octet byte) rune {
		if octet < 0x80 {
			return rune(octet)
		}
		return table[octet-0x80]
	}
}

// These charsets are not in golang.org/x/text. They are as in libc-client 2007f.
var (
	ibm737 = upper("" +
		"ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθ" +
		"ικλμνξοπρσςτυφχψ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
		"└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
		"ωάέήϊίόύϋώΆΈΉΊΌΎΏ±≥≤ΪΫ÷≈°∙·√ⁿ²■\u00a0")
	ibm775 = upper("" +
		"ĆüéāäģåćłēŖŗīŹÄÅÉæÆōöĢ¢ŚśÖÜø£Ø×¤" +
		"ĀĪóŻżź”¦©®¬½¼Ł«»░▒▓│┤ĄČĘĖ╣║╗╝ĮŠ┐" +
		"└┴┬├─┼ŲŪ╚╔╩╦╠═╬Žąčęėįšųūž┘┌█▄▌▐▀" +
		"ÓßŌŃõÕµńĶķĻļņĒŅ’\u00ad±“¾¶§÷„°∙·¹³²■\u00a0")
	ibm857 = upper("" +
		"ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø£ØŞş" +
		"áíóúñÑĞğ¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐" +
		"└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ºªÊËÈ\ufffdÍÎÏ┘┌█▄¦Ì▀" +
		"ÓßÔÒõÕµ\ufffd×ÚÛÙìÿ¯´\u00ad±\ufffd¾¶§÷¸°¨·¹³²■\u00a0")
	ibm861 = upper("" +
		"ÇüéâäàåçêëèÐðÞÄÅÉæÆôöþûÝýÖÜø£Ø₧ƒ" +
		"áíóúÁÍÓÚ¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
		"└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
		"αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0")
	ibm864 = upper("" +
		"°·∙√▒─│┼┤┬├┴┐┌└┘β∞φ±½¼≈«»\ufef7\ufef8\ufffd\ufffd\ufefb\ufefc\ufffd" +
		"\u00a0\u00ad\ufe82£¤\ufe84\ufffd\ufffd\ufe8e\ufe8f\ufe95\ufe99\u060c\ufe9d\ufea1\ufea5\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\ufed1\u061b\ufeb1\ufeb5\ufeb9\u061f" +
		"¢\ufe80\ufe81\ufe83\ufe85\ufeca\ufe8b\ufe8d\ufe91\ufe93\ufe97\ufe9b\ufe9f\ufea3\ufea7\ufea9\ufeab\ufead\ufeaf\ufeb3\ufeb7\ufebb\ufebf\ufec1\ufec5\ufecb\ufecf¦¬÷×\ufec9" +
		"\u0640\ufed3\ufed7\ufedb\ufedf\ufee3\ufee7\ufeeb\ufeed\ufeef\ufef3\ufebd\ufecc\ufece\ufecd\ufee1\ufe7d\u0651\ufee5\ufee9\ufeec\ufef0\ufef2\ufed0\ufed5\ufef5\ufef6\ufedd\ufed9\ufef1■\ufffd")
	ibm869 = upper("" +
		"\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdΆ\ufffd·¬¦‘’Έ―ΉΊΪΌ\ufffd\ufffdΎΫ©Ώ²³ά£έήί" +
		"ϊΐόύΑΒΓΔΕΖΗ½ΘΙ«»░▒▓│┤ΚΛΜΝ╣║╗╝ΞΟ┐" +
		"└┴┬├─┼ΠΡ╚╔╩╦╠═╬ΣΤΥΦΧΨΩαβγ┘┌█▄δε▀" +
		"ζηθικλμνξοπρσςτ΄\u00ad±υφχ§ψ΅°¨ωϋΰώ■\u00a0")
	viscii = upper("" +
		"ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ" +
		"ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ" +
		"ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư" +
		"àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ").but(map[byte]rune{
		0x02: 'Ẳ', 0x05: 'Ẵ', 0x06: 'Ẫ', 0x14: 'Ỷ', 0x19: 'Ỹ', 0x1e: 'Ỵ',
	})
)
