#!/usr/bin/env bash
# Any file is locked to several certificates and opened by each; what is altered, cut or not for
# this key leaves nothing.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

people() {
	"$QIANYIN" ca init ca --name 示范 >"$out" 2>&1 || return
	for who in a b c d; do
		"$QIANYIN" ca issue ca --name "单位$who" --credit-code 91999999MA00000079 --no-password -o "$who" >"$out" 2>&1 || return
	done
	head -c 2500000 /dev/urandom >file.bin
	: >empty.bin
}
check "people are issued certificates" people
to=(--to a/enc.cer --to b/enc.cer --to c/enc.cer)

exits 0 "a file is locked to three" "$QIANYIN" lock file.bin "${to[@]}" --key d/sign.key --certificate d/sign.cer
for who in a b c; do
	exits 0 "$who opens it" "$QIANYIN" unlock file.bin.qyb --key "$who/enc.key" -o "$who.out"
	has "and knows who locked it" 单位d "$err"
	check "to the same" cmp file.bin "$who.out"
done
exits 77 "nobody else does" "$QIANYIN" unlock file.bin.qyb --key d/enc.key -o d.out
check "and gets nothing" test ! -e d.out
exits 77 "nothing is overwritten" "$QIANYIN" unlock file.bin.qyb --key a/enc.key
exits 77 "neither by locking" "$QIANYIN" lock file.bin "${to[@]}"
exits 0 "unless forced" "$QIANYIN" lock file.bin "${to[@]}" --force
has "and unsigned is said" 没有签名 "$err"
exits 0 "an unsigned file opens" "$QIANYIN" unlock file.bin.qyb --key a/enc.key -o a.out --force
has "and says so again" 没有签名 "$err"
exits 0 "an empty file is locked" "$QIANYIN" lock empty.bin "${to[@]}"
exits 0 "and opened" "$QIANYIN" unlock empty.bin.qyb --key b/enc.key -o empty.out
check "to nothing" cmp empty.bin empty.out
exits 77 "a signing certificate receives nothing" "$QIANYIN" lock file.bin --to a/sign.cer -o x.qyb
check "and nothing is written" test ! -e x.qyb

size=$(stat -c %s file.bin.qyb)
wrong=0
for at in 3 100 5000 $((size / 2)) $((size - 1)); do
	cp file.bin.qyb bad.qyb
	printf '\x55' | dd of=bad.qyb bs=1 seek="$at" conv=notrunc 2>"$err"
	"$QIANYIN" unlock bad.qyb --key a/enc.key -o bad.out >"$out" 2>"$err" && wrong=1
	[ ! -e bad.out ] || wrong=1
	head -c "$at" file.bin.qyb >bad.qyb
	"$QIANYIN" unlock bad.qyb --key a/enc.key -o bad.out >"$out" 2>"$err" && wrong=1
	[ ! -e bad.out ] || wrong=1
done
check "altered or cut, nothing comes out" test "$wrong" = 0

exits 0 "the form of GB/T 35275 is written" "$QIANYIN" lock file.bin "${to[@]}" --gb35275 --key d/sign.key \
	--certificate d/sign.cer -o file.p7
exits 0 "and opened" "$QIANYIN" unlock file.p7 --key c/enc.key -o p7.out
check "to the same" cmp file.bin p7.out
exits 64 "never unsigned" "$QIANYIN" lock file.bin "${to[@]}" --gb35275 -o bare.p7
"$QIANYIN" cms encrypt file.bin --to a/enc.cer -o bare.p7 >"$out" 2>&1
exits 0 "a bare envelope of others opens" "$QIANYIN" unlock bare.p7 --key a/enc.key -o bare.out
has "and is said to be not authenticated" 没有 "$err"
exits 65 "what is no locked file is told" "$QIANYIN" unlock file.bin --key a/enc.key -o z.out
