#!/usr/bin/env bash
# `qianyin render` draws what a file shows, says what it could not draw, and puts verified marks
# beside the page, where no file can draw.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

"$QIANYIN" ca init ca --name 演示 >/dev/null 2>&1
"$QIANYIN" ca issue ca --name 白鹭示范家具有限公司 --credit-code 91999999MA00000079 --no-password -o party >/dev/null 2>&1
"$QIANYIN" seal-make --key ca/seal-maker.key --certificate ca/seal-maker.cer --name 白鹭示范家具有限公司 \
	--holder party/sign.cer -o seal.esl >/dev/null 2>&1
{
	echo '合同金额 1,280,000.00 元'
	for i in $(seq 60); do echo "第 $i 条　双方约定如下。"; done
} >text
"$QIANYIN" ofd make text --title 购销合同 -o plain.ofd 2>/dev/null
"$QIANYIN" seal --key party/sign.key --certificate party/sign.cer --seal seal.esl -o sealed.ofd plain.ofd >/dev/null 2>&1
"$QIANYIN" ca trust ca -o trust.bin >/dev/null 2>&1
cp sealed.ofd before.ofd

# Width and height of a PNG.
png_size() {
	python3 -c 'import struct, sys
head = open(sys.argv[1], "rb").read(33)
assert head[:8] == b"\x89PNG\r\n\x1a\n"
print("%d x %d" % struct.unpack(">II", head[16:24]))' "$1"
}

check "a page is drawn" "$QIANYIN" render sealed.ofd -o page.png --json
cp "$out" report.json
has "of A4 at 150 dots an inch" "1240 x 1754" <(png_size page.png)
check "everything on it is drawn, the seal too" python3 - <<'PY'
import json
page = json.load(open("report.json"))["pages"][0]
objects = page["objects"]
assert page["width_mm"] == 210 and page["height_mm"] == 297, page
assert objects["whole"] and not objects["notes"], objects
assert objects["text"]["drawn"] == objects["text"]["present"] > 10, objects
assert objects["glyphs_missing"] == 0 and objects["glyphs_replaced"] == 0, objects
PY
check "all pages get names with numbers" "$QIANYIN" render sealed.ofd -o all.png --pages all --dpi 50
check "the first" test -s all-1.png
check "and the last" test -s all-3.png
check "one of them alone" "$QIANYIN" render sealed.ofd -o two.png --page 2 --dpi 50
check "is the same" cmp two.png all-2.png

#= Protocols §4: verified marks are drawn by us beside the page, never taken from the file
check "with marks" "$QIANYIN" render sealed.ofd -o marks.png --marks --trust trust.bin --demo --dpi 100
has "there is a strip beside the page" "1079 x 1169" <(png_size marks.png)
check "without the seals of signatures" "$QIANYIN" render sealed.ofd -o bare.png --no-stamps --pages all --dpi 50
if cmp -s bare-3.png all-3.png && cmp -s bare-1.png all-1.png && cmp -s bare-2.png all-2.png; then
	nok "the seal was seen"
else
	ok "the seal was seen"
fi

check "as PDF" "$QIANYIN" render sealed.ofd -o pages.pdf
if command -v pdftotext >/dev/null; then
	check "its words can be found" sh -c 'pdftotext pages.pdf - | grep -q 1,280,000.00'
	check "and a PDF is drawn" "$QIANYIN" render pages.pdf -o from-pdf.png --page 2 --dpi 72
	has "at its size" " x 842" <(png_size from-pdf.png)
	check "with marks too" "$QIANYIN" render pages.pdf -o from-pdf.png --marks --dpi 72
	printf '%%PDF-1.7\n1 0 obj\n<<>>\n' >broken.pdf
	exits 65 "a broken PDF is told" "$QIANYIN" render broken.pdf -o none.png
else
	skip "PDF" "pdftotext is not installed"
fi

exits 64 "a page that is not there" "$QIANYIN" render sealed.ofd -o none.png --page 9
exits 64 "and a page before the first" "$QIANYIN" render sealed.ofd -o none.png --page 0
exits 64 "dots too few" "$QIANYIN" render sealed.ofd -o none.png --dpi 5
exits 64 "one page and all" "$QIANYIN" render sealed.ofd -o none.png --page 1 --pages all
exits 64 "no output" "$QIANYIN" render sealed.ofd
exits 65 "a text is nothing to draw" "$QIANYIN" render text -o none.png
exits 66 "nor is what is not there" "$QIANYIN" render nothing.ofd -o none.png
exits 73 "an output that cannot be" "$QIANYIN" render sealed.ofd -o nowhere/none.png
if [ -e none.png ]; then nok "nothing half done is left"; else ok "nothing half done is left"; fi
check "the file is untouched" cmp sealed.ofd before.ofd

# A part gone missing: the page is drawn, and what is missing is named.
python3 - <<'PY'
import zipfile
with zipfile.ZipFile("plain.ofd") as old, zipfile.ZipFile("less.ofd", "w") as new:
    for entry in old.infolist():
        if not entry.filename.lower().endswith((".ttf", ".otf")):
            new.writestr(entry, old.read(entry))
PY
check "a file without its font is drawn" "$QIANYIN" render less.ofd -o less.png --json
has "and that is said" "is missing" "$out"
