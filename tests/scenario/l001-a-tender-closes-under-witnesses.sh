#!/usr/bin/env bash
# A tender is called, bids are received, and it closes: the notice names who may open, receipts
# promise, two witnesses fix the checkpoint, and what came late is not under it.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

platform=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..}/tests/platform/testledger
if [ ! -x "$platform" ]; then
	skip "a tender closes" "no test platform is built ($platform)"
	exit 0
fi

# --- people: a CA that the register admits, and devices of the trustees' own that it does not

declare -A code=([buyer]=91110000MA0T00011Q [agency]=91110000MA0T00022W [t2]=11110000MA0T000339 [t3]=52110000MA0T000446
	[t4]=91110000MA0T000559 [operator]=91440300708461136T [bidder]=91999999MA00000079)
people() {
	"$QIANYIN" ca init ca --name 示范 && "$QIANYIN" ca init own --name 自有设备 || return
	for who in "${!code[@]}"; do
		"$QIANYIN" ca issue ca --name "单位$who" --credit-code "${code[$who]}" --no-password -o "$who" &&
			"$QIANYIN" ca issue own --name "设备$who" --credit-code "${code[$who]}" --no-password -o "$who.own" || return
	done
	"$QIANYIN" seal-make --key ca/seal-maker.key --certificate ca/seal-maker.cer --name 单位buyer \
		--holder buyer/sign.cer -o buyer.esl &&
		"$QIANYIN" ca trust ca -o trust && "$QIANYIN" ca crl ca -o crl
}
check "people are issued certificates" people
check "the platform makes its keys" "$platform" init site platform.example

# --- the call for bids

# accept WHO ROLE ca|device
accept() {
	local enc=$1/enc.cer
	[ "$3" = device ] && enc=$1.own/enc.cer
	"$platform" accept ZC-2026-001 "$2" "$enc" "$3" "$1/sign.key" "$1/sign.cer" "$1.accept" || return
	printf '%s{"role": "%s", "name": "单位%s", "code": "%s", "certificate": "%s", "device_made": %s, "acceptance": "%s"}' \
		"$comma" "$2" "$1" "${code[$1]}" "$enc" "$([ "$3" = device ] && echo true || echo false)" "$1.accept" >>trustees
	comma=,
}
# call_for T OUT: the notice with the trustees accepted so far, sealed by the buyer
call_for() {
	printf '{"tender": "ZC-2026-001", "title": "某某项目招标公告", "origin": "https://platform.example", "policy": "owner-or-trustees",
		"t": %s, "deadline": "2026-01-01T00:00:00Z", "intake": "operator/enc.cer",
		"purchaser": {"name": "单位buyer", "code": "%s"}, "agency": {"name": "单位agency", "code": "%s"},
		"operator": {"name": "单位operator", "code": "%s"}, "lots": [{"id": "1", "title": "第一标段"}],
		"parts": [{"lot": "1", "id": "technical", "title": "技术部分", "kind": "other", "opened": 1},
			{"lot": "1", "id": "price", "title": "报价部分", "kind": "price", "opened": 2}], "trustees": [%s]}' \
		"$1" "${code[buyer]}" "${code[agency]}" "${code[operator]}" "$(cat trustees)" >call.json
	"$platform" notice site call.json call.ofd &&
		"$QIANYIN" seal --key buyer/sign.key --certificate buyer/sign.cer --seal buyer.esl -o "$2" call.ofd
}
comma=
all_accept() { accept buyer purchaser device && accept t2 supervisor ca && accept t3 notary device && accept t4 notary ca; }
check "trustees accept" all_accept
check "the notice is set and sealed" call_for 3 notice.ofd
exits 0 "and every rule about trustees holds" "$platform" notice-check notice.ofd trust crl
has "with the seal of the purchaser" "seal: passed" "$out"
has "and the witnesses" "witnesses: passed" "$out"
check "a notice that is not sealed" cp call.ofd unsealed.ofd
exits 77 "is refused" "$platform" notice-check unsealed.ofd trust crl
exits 0 "any verifier sees an ordinary sealed paper" "$QIANYIN" verify --trust trust --demo --crl crl notice.ofd
check "a threshold of two" call_for 2 two.ofd
exits 77 "is refused" "$platform" notice-check two.ofd trust crl
has "and said why" "threshold: failed" "$out"
check "the operator accepts as a trustee" accept operator other device
check "and the notice" call_for 3 operator.ofd
exits 77 "is refused" "$platform" notice-check operator.ofd trust crl
has "and said why" "operator: failed" "$out"

# --- bids

pack() { # pack OUT
	"$QIANYIN" bid pack --tender ZC-2026-001 --notice notice.ofd --deadline 2026-01-01T00:00:00Z --lot 1 \
		--owner bidder/enc.cer --part price=price.txt --credit-code "${code[bidder]}" --key bidder/sign.key \
		--certificate bidder/sign.cer --intake operator/enc.cer --trustee purchaser=buyer.own/enc.cer \
		--trustee supervisor=t2/enc.cer --trustee notary=t3.own/enc.cer --trustee notary=t4/enc.cer -o "$1"
}
echo 人民币壹佰贰拾捌万元整 >price.txt
check "a bid is packed" pack bid.qyb
check "and one that will be late" pack late.qyb
at() { "$platform" clock site "$1"; }
check "a minute before the deadline" at 2025-12-31T23:59:00Z
exits 0 "the bid is received" "$platform" receive site bid.qyb bid.receipt operator/enc.key
check "at the deadline" at 2026-01-01T00:00:00Z
exits 0 "the other one is received" "$platform" receive site late.qyb late.receipt operator/enc.key

# --- closing

ends() { at 2026-01-01T00:00:10Z && "$platform" tick site; }
check "the interval that holds the deadline ends" ends
check "two witnesses sign" "$platform" checkpoint site 3 checkpoint
check "that is the closing checkpoint" "$platform" closing site ZC-2026-001 2026-01-01T00:00:00Z checkpoint closing
check "the bid is proven under it" "$platform" proof site bid.receipt checkpoint bid.proof
check "the platform says that it stands" "$platform" standing site bid.qyb closing bid.standing operator/enc.key
exits 0 "its header is handed out" "$platform" header bid.qyb bid.header operator/enc.key
check "and all that in one file" "$platform" bundle closing bid.proof bid.standing bid.release
exits 64 "another deadline has another closing checkpoint" \
	"$platform" closing site ZC-2026-001 2026-01-01T00:01:00Z checkpoint other
check "nothing is left of it" test ! -e other

# The ledger goes on, and is the same after every start.
goes_on() { at 2026-01-01T00:00:20Z && "$platform" tick site && "$platform" checkpoint site 3 next; }
check "ten seconds later" goes_on
the_same() { "$platform" proof site bid.receipt checkpoint again && cmp again bid.proof; }
check "the old proof can be made again" the_same
check "the clock goes back" at 2026-01-01T00:00:00Z
exits 77 "and witnesses do not sign" "$platform" checkpoint site 3 back
