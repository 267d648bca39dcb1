#!/usr/bin/env bash
# A key in a (simulated) cryptographic machine of GM/T 0018 signs, and opens the same bid as the
# key of a token and that of a file.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

sims=${QIANYIN_BUILD:-$(dirname "$QIANYIN_LAB")/../..}/tests/sim
if [ ! -e "$sims/libsdfsim.so" ]; then
	skip "keys in machines" "no simulator is built ($sims)"
	exit 0
fi

people() {
	"$QIANYIN" ca init ca --name 示范 >"$out" 2>&1 || return
	"$QIANYIN" ca issue ca --name 单位 --credit-code 91999999MA00000079 --no-password -o own >"$out" 2>&1 &&
		"$QIANYIN" ca issue ca --name 别人 --credit-code 12999999MB0000000T --no-password -o else >"$out" 2>&1 || return
	"$QIANYIN" ca crl ca -o ca.crl >"$out" 2>&1 && "$QIANYIN" ca trust ca -o ca.trust >"$out" 2>&1 || return
	"$QIANYIN" seal-make --key ca/seal-maker.key --certificate ca/seal-maker.cer --name 单位 \
		--holder own/sign.cer -o own.esl >"$out" 2>&1 || return
	"$QIANYIN" ofd make text --title 合同 -o plain.ofd >"$out" 2>&1 && "$QIANYIN" typeset text.md -o plain.pdf >"$out" 2>&1
}
echo 合同 >text
printf '# 合同\n\n合同总价：人民币壹佰贰拾捌万元整\n' >text.md
check "a CA, somebody, papers" people

# machine NAME PROFILE...: a library of its own; index 3 holds the keys.
machine() {
	local name=$1
	shift
	mkdir -p "$name/3"
	ln -s "$sims/libsdfsim.so" "$TMP/$name.so"
	echo "$TMP/$name" >"$TMP/$name.so.conf"
	echo "$*" >"$name/profile"
	echo 'pass word' >"$name/3/pin"
	cp own/sign.key own/enc.key "$name/3/"
}
machine new
machine old narrow
machine later no_isk
printf 'pass word' >pin
printf 'wrong' >wrong

exits 0 "the keys of a machine are listed" "$QIANYIN" token list "sdf:$TMP/new.so"
has "by their index" "sdf:$TMP/new.so?token=3" "$out"

: >price.txt
echo 公告 >notice.ofd
pack() {
	"$QIANYIN" bid pack --tender Z --notice notice.ofd --deadline 2026-01-01 --owner own/enc.cer --part price=price.txt \
		--credit-code 91999999MA00000079 --policy owner --clear-header \
		--key "sdf:$TMP/new.so?token=3&certificate=own/sign.cer" --password-file pin -o bid.qyb
}
exits 0 "a bid is packed with it" pack
for kind in new old later; do
	key=(--key "sdf:$TMP/$kind.so?token=3&certificate=own/sign.cer" --password-file pin)
	exits 0 "$kind: a PDF is signed" "$QIANYIN" sign "${key[@]}" -o "$kind.pdf" plain.pdf
	exits 0 "$kind: and verifies" "$QIANYIN" verify --trust ca.trust --demo --crl ca.crl "$kind.pdf"
	exits 0 "$kind: an OFD is sealed" "$QIANYIN" seal "${key[@]}" --seal own.esl -o "$kind.ofd" plain.ofd
	exits 0 "$kind: and verifies" "$QIANYIN" verify --trust ca.trust --demo --crl ca.crl "$kind.ofd"
	exits 0 "$kind: the bid opens" "$QIANYIN" bid open bid.qyb \
		--key "sdf:$TMP/$kind.so?token=3&certificate=own/enc.cer" --password-file pin -o "by-$kind"
	check "$kind: to the same" cmp price.txt "by-$kind/price"
done
exits 0 "the file key opens the same bid" "$QIANYIN" bid open bid.qyb --key own/enc.key -o by-file
mkdir -p usb/dev && ln -s "$sims/libskfsim.so" "$TMP/usb.so" && echo "$TMP/usb" >usb.so.conf && echo usb >usb/dev/label
echo SN1 >usb/dev/serial && echo 258369 >usb/dev/pin && echo 6 | tee usb/dev/tries >usb/dev/most && : >usb/dev/plugged
cp own/*.key own/*.cer usb/dev/ && printf 258369 >usb.pin
exits 0 "and so does a token" "$QIANYIN" bid open bid.qyb --key "skf:$TMP/usb.so" --password-file usb.pin -o by-usb

exits 77 "a wrong password is refused" "$QIANYIN" sign --key "sdf:$TMP/new.so?token=3&certificate=own/sign.cer" \
	--password-file wrong -o x.pdf plain.pdf
exits 66 "an index without a key is told" "$QIANYIN" sign --key "sdf:$TMP/new.so?token=4&certificate=own/sign.cer" \
	--password-file pin -o x.pdf plain.pdf
exits 65 "a machine has no certificates" "$QIANYIN" sign --key "sdf:$TMP/new.so?token=3" --password-file pin -o x.pdf plain.pdf
exits 74 "another's certificate gets no signature" "$QIANYIN" sign \
	--key "sdf:$TMP/new.so?token=3&certificate=else/sign.cer" --password-file pin -o x.pdf plain.pdf
for habit in 75:hang_sign 74:crash_sign 74:wrong_key; do
	echo "${habit#*:}" >new/profile
	exits "${habit%:*}" "${habit#*:}: nothing is signed" "$QIANYIN" sign --key "sdf:$TMP/new.so?token=3&certificate=own/sign.cer" \
		--password-file pin -o x.pdf plain.pdf
done
echo no_unwrap >new/profile
exits 65 "no_unwrap: nothing opens" "$QIANYIN" bid open bid.qyb --key "sdf:$TMP/new.so?token=3&certificate=own/enc.cer" \
	--password-file pin -o by-none
check "and nothing of these was written" test ! -e x.pdf -a ! -e by-none/price
