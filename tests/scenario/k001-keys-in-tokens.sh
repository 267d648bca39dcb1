#!/usr/bin/env bash
# A key in a (simulated) USB token does all that a key in a file does: it signs PDF and OFD, opens
# locked files and bids; and no PIN is tried that nobody typed.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

sim=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..}/tests/sim/libskfsim.so
if [ ! -e "$sim" ]; then
	skip "keys in tokens" "no simulator is built ($sim)"
	exit 0
fi

people() {
	"$QIANYIN" ca init ca --name 示范 >"$out" 2>&1 || return
	for who in bidder other; do
		"$QIANYIN" ca issue ca --name "单位$who" --credit-code 91999999MA00000079 --no-password -o "$who" >"$out" 2>&1 || return
	done
	"$QIANYIN" ca crl ca -o ca.crl >"$out" 2>&1 && "$QIANYIN" ca trust ca -o ca.trust >"$out" 2>&1 || return
	"$QIANYIN" seal-make --key ca/seal-maker.key --certificate ca/seal-maker.cer --name 单位bidder \
		--holder bidder/sign.cer -o bidder.esl >"$out" 2>&1 || return
	echo 合同 >text
	"$QIANYIN" ofd make text --title 合同 -o plain.ofd >"$out" 2>&1 && "$QIANYIN" typeset text.md -o plain.pdf >"$out" 2>&1
}
printf '# 合同\n\n合同总价：人民币壹佰贰拾捌万元整\n' >text.md
check "a CA, people, papers" people

# token NAME PROFILE...: a library of its own with one token that holds the bidder's keys.
token() {
	local name=$1
	shift
	mkdir -p "$name/dev"
	ln -s "$sim" "$TMP/$name.so"
	echo "$TMP/$name" >"$TMP/$name.so.conf"
	echo "$*" >"$name/profile"
	echo "$name" >"$name/dev/label"
	echo "SN-$name" >"$name/dev/serial"
	echo 258369 >"$name/dev/pin"
	echo 6 >"$name/dev/tries"
	echo 6 >"$name/dev/most"
	cp bidder/sign.key bidder/sign.cer bidder/enc.key bidder/enc.cer "$name/dev/"
	: >"$name/dev/plugged"
}
token plain
token odd wide hashes der vendor1
printf 258369 >pin
printf 000000 >wrong

exits 0 "tokens are listed" "$QIANYIN" token list "$TMP/plain.so" "$TMP/odd.so"
has "with their labels" plain "$out"
has "and the tries left" "还可试 6 次" "$out"
has "and the name of their key" "skf:$TMP/odd.so?token=SN-odd&key=CAAPP/main" "$out"

for kind in plain odd; do
	key=(--key "skf:$TMP/$kind.so" --password-file pin)
	exits 0 "$kind: a PDF is signed" "$QIANYIN" sign "${key[@]}" -o "$kind-signed.pdf" plain.pdf
	exits 0 "$kind: and verifies" "$QIANYIN" verify --trust ca.trust --demo --crl ca.crl "$kind-signed.pdf"
	exits 0 "$kind: an OFD is sealed" "$QIANYIN" seal "${key[@]}" --seal bidder.esl -o "$kind-signed.ofd" plain.ofd
	exits 0 "$kind: and verifies" "$QIANYIN" verify --trust ca.trust --demo --crl ca.crl "$kind-signed.ofd"
	exits 0 "$kind: a file is locked to it" "$QIANYIN" lock text --to bidder/enc.cer -o "$kind.qyb"
	exits 0 "$kind: and opens" "$QIANYIN" unlock "$kind.qyb" "${key[@]}" -o "$kind.text"
	check "$kind: to the same" cmp text "$kind.text"
done
tries=$(grep -c PIN plain/dev/log)
check "each act tried the PIN once" test "$tries" = 3

: >price.txt
echo 公告 >notice.ofd
pack() {
	"$QIANYIN" bid pack --tender Z --notice notice.ofd --deadline 2026-01-01 --owner bidder/enc.cer --part price=price.txt \
		--credit-code 91999999MA00000079 --policy owner --clear-header --key "skf:$TMP/plain.so" --password-file pin -o bid.qyb
}
exits 0 "a bid is packed with the token" pack
for kind in plain odd; do
	exits 0 "$kind: and opened" "$QIANYIN" bid open bid.qyb --key "skf:$TMP/$kind.so" --password-file pin -o "by-$kind"
	check "$kind: to the same" cmp price.txt "by-$kind/price"
done
exits 0 "the file key opens the same bid" "$QIANYIN" bid open bid.qyb --key bidder/enc.key -o by-file

exits 77 "a wrong PIN is refused" "$QIANYIN" sign --key "skf:$TMP/plain.so" --password-file wrong -o x.pdf plain.pdf
exits 0 "and counted once" "$QIANYIN" token list "$TMP/plain.so" --json
has "one try fewer" '"tries_left": 5' "$out"
echo 1 >plain/dev/tries
exits 77 "the last try wants somebody who confirms it" setsid "$QIANYIN" sign --key "skf:$TMP/plain.so" --password-file pin \
	-o x.pdf plain.pdf
check "and none was tried" test "$(cat plain/dev/tries)" = 1
echo 0 >plain/dev/tries
exits 77 "a locked token is told" "$QIANYIN" sign --key "skf:$TMP/plain.so" --password-file pin -o x.pdf plain.pdf
rm plain/dev/plugged
exits 66 "so is one that is not plugged in" "$QIANYIN" sign --key "skf:$TMP/plain.so" --password-file pin -o x.pdf plain.pdf
echo hang >odd/profile
exits 75 "and a library that hangs" "$QIANYIN" sign --key "skf:$TMP/odd.so" --password-file pin -o x.pdf plain.pdf
exits 0 "which the list tells too" "$QIANYIN" token list "$TMP/odd.so"
has "as faulty" 不正常 "$out"
echo wrong_key >odd/profile
exits 74 "a token that signs with another key signs nothing" "$QIANYIN" sign --key "skf:$TMP/odd.so" --password-file pin -o x.pdf plain.pdf
check "nothing of these was written" test ! -e x.pdf
echo 111111 >odd/dev/pin && printf 111111 >pin && echo "" >odd/profile
exits 0 "a PIN that everybody knows is warned about" "$QIANYIN" sign --key "skf:$TMP/odd.so" --password-file pin -o y.pdf plain.pdf
has "in words" 人人都知道 "$err"
