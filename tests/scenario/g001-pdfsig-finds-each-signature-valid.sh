#!/usr/bin/env bash
# A stranger's program (pdfsig of poppler, on NSS) finds each of three signatures valid in PDF files
# of every construction, and qpdf finds nothing wrong with the files.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
for tool in pdfsig qpdf pdftocairo python3; do
	command -v $tool >/dev/null || {
		skip "pdfsig finds each signature valid" "no $tool"
		exit 0
	}
done

make_pdf() { python3 "$ROOT/tests/scenario/pdf_make.py" "$@"; }
for kind in rsa p256; do
	"$QIANYIN" ca init "ca-$kind" --kind "$kind" --name "$kind" &&
		"$QIANYIN" ca issue "ca-$kind" --name "signer $kind" --no-password -o "$kind"
done 2>/dev/null || { nok "CAs with RSA and P-256"; exit 0; }
sign() { "$QIANYIN" sign --key "$1/sign.key" --certificate "$1/sign.cer" "${@:2}"; }
# How many signatures pdfsig finds valid, and that it finds no other: it counts each widget of a
# signature, which cover the same ranges.
valid() {
	pdfsig -nocert "$1" >seen 2>/dev/null
	grep -q 'not signed\|Invalid\|Mismatch\|Unknown\|not yet' seen && { echo "some are not"; return; }
	grep -A9 'Signed Ranges' seen | grep -c 'Signature is Valid' >many
	[ "$(cat many)" = "$(grep -c '^Signature #' seen)" ] && grep 'Signed Ranges' seen | sort -u | wc -l
}

make_pdf table table.pdf 3
make_pdf hybrid hybrid.pdf 2
make_pdf table turned.pdf 2 270
qpdf --object-streams=generate table.pdf stream.pdf
qpdf --linearize table.pdf linear.pdf
qpdf --linearize --object-streams=generate table.pdf lined-stream.pdf
pdftocairo -pdf table.pdf cairo.pdf
check "a picture of a name" "$QIANYIN" seal-picture --kind square --name 张三 -o hand.png

# What an office writes, where it is installed (make setup-peers).
office=
if command -v soffice >/dev/null; then
	for line in $(seq 120); do echo "采购合同第 $line 行"; done >office.txt
	timeout 180 soffice --headless --convert-to pdf office.txt >/dev/null 2>&1 && office=office
fi
[ -n "$office" ] || skip "office: RSA signs" "no LibreOffice (make setup-peers)"

for file in table hybrid turned stream linear lined-stream cairo ${office:+$office}; do
	check "$file: RSA signs" sign rsa "$file.pdf" -o one.pdf
	check "$file: P-256 signs on top, and shows it" sign p256 one.pdf -o two.pdf \
		--picture hand.png --width 20 --height 20 --page last --at 120,60 --straddle right --reason 同意
	check "$file: RSA signs on top of that" sign rsa two.pdf -o three.pdf --location Guangzhou
	for n in one two three; do
		check "$file: qpdf finds nothing wrong after $n" qpdf --check "$n.pdf"
	done
	got=$(valid three.pdf)
	if [ "$got" = 3 ]; then ok "$file: pdfsig finds three valid"; else nok "$file: pdfsig finds three valid" "$(pdfsig three.pdf 2>&1)"; fi
	if [ "$(grep -c '  - Total document signed' seen)" = 1 ]; then ok "$file: the last covers all"; else nok "$file: the last covers all" "$(cat seen)"; fi
	# The octets of each state stand at the front of the next.
	check "$file: nothing that was signed was touched" cmp -n "$(stat -c %s two.pdf)" two.pdf three.pdf
done

sign rsa table.pdf -o one.pdf 2>/dev/null
LC_ALL=C sed 's/Page 1/Page 7/' one.pdf >forged.pdf
got=$(valid forged.pdf)
if cmp -s one.pdf forged.pdf || [ "$got" != "some are not" ]; then nok "one letter changed and none is valid" "$got"; else ok "one letter changed and none is valid"; fi

check "one that certifies" sign rsa table.pdf -o certified.pdf --certify 2
check "and one more" sign p256 certified.pdf -o more.pdf
if [ "$(valid more.pdf)" = 2 ]; then ok "both are valid"; else nok "both are valid"; fi
exits 77 "what is signed is not certified afterwards" sign rsa one.pdf -o x.pdf --certify 2
check "one that certifies against change" sign rsa table.pdf -o closed.pdf --certify 1
exits 77 "what is certified so is not signed" sign p256 closed.pdf -o x.pdf
check "a signer locks" sign rsa table.pdf -o locked.pdf --lock
exits 77 "nobody signs after that" sign p256 locked.pdf -o x.pdf
if [ ! -e x.pdf ]; then ok "and what was refused left no file"; else nok "and what was refused left no file"; fi

# Places that typesetting wrote down, and a second key for foreign readers.
printf '[{"name":"sign.a","page":2,"x":10,"y":20,"w":40,"h":15}]' >slots.json
check "a signature goes to its slot" sign p256 table.pdf -o slot.pdf --picture hand.png --slots slots.json --slot sign.a
# 10 to 50 mm from the left, 20 to 35 from the top of 842 points.
has "and fills it" '/Rect [28.3465 742.7874 141.7323 785.3071]' slot.pdf
exits 66 "a slot that is not there" sign p256 table.pdf -o x.pdf --picture hand.png --slots slots.json --slot sign.b
exits 64 "a slot and a place" sign p256 table.pdf -o x.pdf --picture hand.png --slots slots.json --slot sign.a --at 9,9
exits 65 "slots that are none" sign p256 table.pdf -o x.pdf --picture hand.png --slots table.pdf --slot sign.a
check "two keys sign at once" sign p256 table.pdf -o both.pdf --also-key rsa/sign.key --also-certificate rsa/sign.cer
if [ "$(valid both.pdf)" = 2 ]; then ok "and both are valid"; else nok "and both are valid" "$(cat seen)"; fi
