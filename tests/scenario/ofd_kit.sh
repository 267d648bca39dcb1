# ofd_kit.sh: a CA, five sealers with their seals, and comparing verdicts; sourced after lib.sh.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
#   kit_ca             ca/ trust crl, u1 … u5 with sign.key sign.cer seal.esl (u5: version 5)
#   seal_by N IN OUT [OPTION…]     sign_by N IN OUT      verify FILE [OPTION…]
#   kit_contract PAGES FILE.ofd    a contract of that many pages
#   reports COMMAND FILE…          see ofd_reports.py

credit_codes=(91310000MA1FL0010P 91310000MA1FL0020Q 91310000MA1FL0030R 91310000MA1FL0040T 91310000MA1FL0050U)

kit_ca() {
	"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null || return
	for n in 1 2 3 4 5; do
		"$QIANYIN" ca issue ca --name "第$n采购人" --credit-code "${credit_codes[n - 1]}" --single --no-password -o "u$n" || return
		"$QIANYIN" seal-make --key ca/seal-maker.key --certificate ca/seal-maker.cer --name "第$n采购人" \
			--holder "u$n/sign.cer" --version "$([ "$n" = 5 ] && echo 5 || echo 4)" -o "u$n/seal.esl" 2>/dev/null || return
	done
	"$QIANYIN" ca trust ca -o trust && "$QIANYIN" ca crl ca -o crl
}

seal_by() {
	local who=u$1 in=$2 to=$3
	shift 3
	"$QIANYIN" seal --key "$who/sign.key" --certificate "$who/sign.cer" --seal "$who/seal.esl" -o "$to" "$@" "$in"
}

sign_by() {
	"$QIANYIN" sign --key "u$1/sign.key" --certificate "u$1/sign.cer" -o "$3" "$2"
}

verify() { "$QIANYIN" verify --trust trust --demo --crl crl "$@"; }

kit_contract() {
	{
		printf '# 政府采购合同\n\n'
		for ((i = 1; i <= $1 * 22; i++)); do printf '第%s条　甲乙双方按照招标文件与投标文件的约定履行本合同。\n\n' "$i"; done
	} >contract.txt
	"$QIANYIN" ofd make contract.txt -o "$2" --title 政府采购合同
}

reports() { python3 "$ROOT/tests/scenario/ofd_reports.py" "$@"; }
