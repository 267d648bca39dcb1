#!/usr/bin/env bash
# The PDF and the OFD of one paper are one layout: the same pictures, the same words in the same
# places, the same data inside, each sound by the tools of others.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

agree() { python3 "$ROOT/tests/scenario/pages_agree.py" "$@"; }

cp "$ROOT/tools/demo-contract.md" "$ROOT/tools/demo-contract.json" .
exits 0 "the contract is set in both formats" "$QIANYIN" typeset demo-contract.md --fields demo-contract.json \
	--number 示范采购-2026-0417 --verify-url https://verify.example.cn/p/1 --author 青松市示范图书馆 \
	--slots slots.json -o c.pdf -o c.ofd
if ! [ -s c.pdf ]; then
	if grep -q '字体\|font' "$err"; then skip "the rest" "no font"; fi
	exit 0
fi
has "its slots are listed" purchaser.seal slots.json

# --- by the tools of others
check "qpdf finds no fault" qpdf --check c.pdf
pdffonts c.pdf >fonts
lacks "every font is embedded, a subset, and has a map to Unicode" " no " fonts
pdfinfo -struct c.pdf >tags 2>&1
has "the table's heads tell their scope" "/Scope /Column" tags
has "headings are headings" "H2" tags
has "the language is told" "/Lang (zh-CN)" <(qpdf --qdf --object-streams=disable c.pdf -)
pdfinfo c.pdf >info
has "the title is told" "政府采购货物买卖合同" info
has "it has two pages" "Pages:           2" info
pdftotext c.pdf words.txt
tr -d '\n\f' <words.txt >words.line
has "amounts are there in figures" "￥906,090.00" words.line
has "and in words" "人民币玖拾万陆仟零玖拾元整" words.line
"$QIANYIN" ofd text c.ofd >ofd.txt
has "in the OFD too" "906,090.00" ofd.txt
check "qianyin calls the PDF closed" "$QIANYIN" closed c.pdf
check "and the OFD" "$QIANYIN" closed c.ofd
SCHEMA=${QIANYIN_SCHEMA:-$SAMPLES/../schema/ofd}
if [ -r "$SCHEMA/OFD.xsd" ] && command -v xmllint >/dev/null; then
	check "the OFD fits the schema" python3 "$ROOT/tests/scenario/ofd_schema.py" "$SCHEMA" c.ofd
else
	skip "the OFD fits the schema" "no xmllint, or no schema in $SCHEMA (set QIANYIN_SCHEMA)"
fi

# --- the data inside
pdfdetach -save 1 -o pdf.json c.pdf
unzip -p c.ofd Doc_0/Attachs/paper-fields.json >ofd.json
check "the same data travel in both" cmp pdf.json ofd.json
check "they are the fields given" python3 -c '
import json
inside, given = json.load(open("pdf.json")), json.load(open("demo-contract.json"))
assert inside["fields"] == given and inside["number"] == "示范采购-2026-0417" and len(inside["slots"]) == 4
text = open("pdf.json").read()
assert text == json.dumps(inside, ensure_ascii=False, sort_keys=True, separators=(",", ":"))'

# --- the same pictures: at 150 dpi, the page as many pixels wide as the other's
for page in 1 2; do
	"$QIANYIN" render c.ofd --page $page --dpi 150 -o "ofd-$page.png"
	pdftocairo -scale-to-x 1240 -scale-to-y 1754 -f $page -l $page -singlefile -png c.pdf "pdf-$page"
	check "page $page is the same picture" agree "ofd-$page.png" "pdf-$page.png"
done
if agree ofd-1.png pdf-2.png >"$out"; then nok "another page would be noticed"; else ok "another page is noticed"; fi
"$QIANYIN" render c.ofd --pages all -o ofd.pdf
pdftotext -bbox ofd.pdf ofd.html
pdftotext -bbox c.pdf pdf.html
check "the same words stand in the same places" agree --words ofd.html pdf.html

# --- repeatable but for clock and chance; refused without half-made files
exits 64 "an unknown field is refused" "$QIANYIN" typeset demo-contract.md -o no.pdf -o no.ofd
if [ -e no.pdf ] || [ -e no.ofd ]; then nok "nothing is left"; else ok "nothing is left"; fi
exits 64 "an unknown ending is refused" "$QIANYIN" typeset demo-contract.md -o no.doc
printf '<script>alert(1)</script>\n' >html.md
exits 64 "HTML is refused" "$QIANYIN" typeset html.md -o no.pdf
printf '甲\364\217\277\275乙\n' >rare.md
exits 0 "a character without a font is set" "$QIANYIN" typeset rare.md -o rare.pdf
has "and named" U+10FFFD "$err"
exits 65 "what is not UTF-8 is refused" "$QIANYIN" typeset c.pdf -o no.pdf
