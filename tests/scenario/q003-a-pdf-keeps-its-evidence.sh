#!/usr/bin/env bash
# The evidence of a PDF goes into the PDF (B-LTA), twice; what was signed is not touched, and what is
# changed afterwards is found; the report is a page of HTML.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/time_kit.sh"
need_qianyin

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca issue ca --name 采购人 --credit-code 91310000MA1FL0010P --single --no-password -o u
register_of trust true
"$QIANYIN" ca crl ca -o one.crl
authority_up state --key ca/tsa.key --certificate ca/tsa.cer
printf '# 合同\n\n甲乙双方。\n' >c.md
"$QIANYIN" typeset c.md -o c.pdf 2>/dev/null
sleep 1
"$QIANYIN" sign --key u/sign.key --certificate u/sign.cer --tsa "$tsa" -o s.pdf c.pdf 2>/dev/null
judge() { "$QIANYIN" "$@" --trust trust --demo; }

exits 0 "evidence goes into the file" judge evidence make s.pdf -o lta.pdf --crl one.crl --tsa "$tsa"
has "and what is pending is said" "状态待定" "$err"
check "what was there stays, octet for octet" cmp -n "$(stat -c %s s.pdf)" s.pdf lta.pdf
exits 2 "before the CA's next list it is accepted, status pending" judge verify lta.pdf --crl one.crl
sleep 1
"$QIANYIN" ca crl ca -o two.crl
exits 0 "after it the evidence is added to" judge evidence renew lta.pdf -o lta2.pdf --crl two.crl --tsa "$tsa"
check "and nothing replaced" cmp -n "$(stat -c %s lta.pdf)" lta.pdf lta2.pdf
exits 0 "it passes" judge verify lta2.pdf --crl two.crl --html report.html
has "as B-LTA" "B-LTA" "$out"
has "the page says what a check shows" "对签名的任何改动都会被发现" report.html
has "and which article it serves" "第十三条（三）" report.html
lacks "it has no script" "<script" report.html
exits 0 "the report is also a paper" judge verify lta2.pdf --crl two.crl --pdf report.pdf
if command -v pdftotext >/dev/null; then
	pdftotext report.pdf report.txt
	has "that says how it ended" "TOTAL-PASSED" report.txt
	has "and what it is" "电子签名核验报告" report.txt
else
	skip "that says how it ended" "there is no pdftotext"
fi
if command -v qpdf >/dev/null; then
	check "qpdf finds nothing wrong" qpdf --check lta2.pdf
	check "nor with the report" qpdf --check report.pdf
else
	skip "qpdf finds nothing wrong" "there is no qpdf"
fi
cp lta2.pdf bad.pdf && printf '~~' | dd of=bad.pdf bs=1 seek=300 conv=notrunc 2>/dev/null
if judge verify bad.pdf --crl two.crl >/dev/null 2>&1; then
	nok "changed afterwards it does not pass"
else
	ok "changed afterwards it does not pass"
fi
exits 64 "one report is of one file" judge verify lta.pdf lta2.pdf --html both.html
exits 64 "on paper too" judge verify lta.pdf lta2.pdf --pdf both.pdf
check "and no half of one" test ! -e both.pdf
authority_down TERM
exits 75 "without an authority nothing is written" judge evidence make s.pdf -o none.pdf --crl two.crl --tsa "$tsa"
check "at all" test ! -e none.pdf
