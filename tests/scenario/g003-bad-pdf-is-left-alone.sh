#!/usr/bin/env bash
# A PDF that cannot be added to is refused in words, keeps every octet, and leaves nothing behind.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
command -v qpdf >/dev/null || {
	skip "bad PDF is left alone" "no qpdf"
	exit 0
}
make_pdf() { python3 "$ROOT/tests/scenario/pdf_make.py" "$@"; }
"$QIANYIN" ca init ca --name 示范 2>/dev/null
"$QIANYIN" ca issue ca --name 张三 --no-password -o u 2>/dev/null || { nok "a signer"; exit 0; }
sign() { "$QIANYIN" sign --lang en --key u/sign.key --certificate u/sign.cer "$@"; }

make_pdf table good.pdf 2
make_pdf cyclic cyclic.pdf
make_pdf cut cut.pdf
make_pdf beyond beyond.pdf
qpdf --encrypt user owner 256 -- good.pdf encrypted.pdf
head -c 700 good.pdf >half.pdf
sed 's/startxref/startxrex/' good.pdf >lost.pdf
printf '%%PDF-1.7\n' >empty.pdf
# 5 GB that take no room on the disk.
cp good.pdf large.pdf && truncate -s 5G large.pdf 2>/dev/null && tail -c 200 good.pdf >>large.pdf

# A file that does not begin as PDF does is signed apart, as any other; the others say why not.
for bad in cyclic cut beyond encrypted half lost empty large; do
	[ -s "$bad.pdf" ] || { skip "$bad" "cannot be made here"; continue; }
	size=$(stat -c %s "$bad.pdf")
	sum=$(head -c 100000 "$bad.pdf" | sha256sum)
	mkdir -p to
	exits 65 "$bad: refused" sign "$bad.pdf" -o to/out.pdf
	if [ -s "$err" ]; then ok "$bad: in words"; else nok "$bad: in words"; fi
	if [ -z "$(ls -A to)" ]; then ok "$bad: nothing is left behind"; else nok "$bad: nothing is left behind" "$(ls -A to)"; fi
	sign "$bad.pdf" -o "$bad.pdf" >/dev/null 2>&1
	if [ "$(stat -c %s "$bad.pdf")" = "$size" ] && [ "$(head -c 100000 "$bad.pdf" | sha256sum)" = "$sum" ]; then
		ok "$bad: over itself it stays as it is"
	else
		nok "$bad: over itself it stays as it is"
	fi
done
sign encrypted.pdf -o to/out.pdf 2>"$err"
has "an encrypted file is said to be that" ncrypt "$err"
exits 64 "over itself nothing is signed" sign good.pdf -o good.pdf
check "and it is good" qpdf --check good.pdf
"$QIANYIN" seal-picture --kind square --name 张三 -o hand.png 2>/dev/null
exits 64 "a page that is not there" sign good.pdf -o x.pdf --picture hand.png --page 9
exits 64 "a place beyond the page" sign good.pdf -o x.pdf --picture hand.png --at 300,10
exits 66 "words that are not there" "$QIANYIN" sign --key u/sign.key --certificate u/sign.cer good.pdf -o x.pdf \
	--picture u/sign.cer --at-text 乙方
exits 65 "a picture that is none" sign good.pdf -o x.pdf --picture u/sign.cer
exits 64 "an option for PDF given with another file" sign u/sign.cer -o x.pdf --lock
if [ ! -e x.pdf ]; then ok "none of them left a file"; else nok "none of them left a file"; fi
