#!/usr/bin/env bash
# An OFD is encrypted as GM/T 0099-2020 has it: python3 and openssl open what we write by hand, and
# we open what they write by hand; a sealed file comes back file by file and still verifies; a
# stranger's key opens nothing and leaves no file.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/ofd_kit.sh"
need_qianyin

kit_ca || { nok "a CA with five sealers"; exit 0; }
for who in alice bob eve; do "$QIANYIN" ca issue ca --name "$who" --no-password -o "$who"; done 2>/dev/null
kit_contract 2 contract.ofd
seal_by 1 contract.ofd one.ofd 2>/dev/null
seal_by 5 one.ofd sealed.ofd --straddle right 2>/dev/null
check "two seals stand on the contract" verify sealed.ofd

by_hand() { python3 "$ROOT/tests/scenario/ofd_encrypt_by_hand.py" "$@"; }
same() { by_hand same "$1" "$2"; }
absent() { if [ -e "$2" ]; then nok "$1" "there is $2"; else ok "$1"; fi; }
open() { "$QIANYIN" unlock "$2" --key "$1/enc.key" -o "${@:3}"; }

# --- locked and unlocked ----------------------------------------------------------------------
check "it is encrypted for two" "$QIANYIN" lock --lang en sealed.ofd --to alice/enc.cer --to bob/enc.cer --gmt0099 -o locked.ofd
has "and what that is worth is said" "not authenticated" "$err"
for who in alice bob; do
	check "$who opens it" open "$who" locked.ofd "$who.ofd" --lang en
	has "and is told that nobody vouches for it" "not authenticated" "$err"
	check "it is the same, file by file" same sealed.ofd "$who.ofd"
	check "its seals still hold" verify "$who.ofd"
	if [ "$(stat -c %a "$who.ofd")" = 600 ]; then ok "nobody else may read it"; else nok "nobody else may read it"; fi
done
exits 65 "eve opens nothing" open eve locked.ofd eve.ofd
absent "and gets no file" eve.ofd
exits 65 "nor by way of standard output" open eve locked.ofd -
if [ -s "$out" ]; then nok "which stays empty"; else ok "which stays empty"; fi
exits 65 "an encrypted OFD has no verdict" verify locked.ofd
has "but a hint" unlock "$err"
cp bob.ofd before
exits 77 "nothing is overwritten" open bob locked.ofd bob.ofd
check "not even touched" cmp before bob.ofd

# --- used wrongly -----------------------------------------------------------------------------
lock() { "$QIANYIN" lock "$1" --gmt0099 "${@:2}"; }
exits 64 "it needs a name" lock sealed.ofd --to alice/enc.cer
exits 64 "nobody signs it" lock sealed.ofd --to alice/enc.cer --key u1/sign.key -o never.ofd
exits 64 "it is not two formats" lock sealed.ofd --to alice/enc.cer --gb35275 --key u1/sign.key -o never.ofd
exits 64 "nobody is no recipient" lock sealed.ofd -o never.ofd
exits 77 "a signing certificate receives nothing" lock sealed.ofd --to alice/sign.cer -o never.ofd
exits 65 "a text is no OFD" lock contract.txt --to alice/enc.cer -o never.ofd
exits 65 "what is encrypted is not encrypted again" lock locked.ofd --to alice/enc.cer -o never.ofd
exits 64 "a key is needed" "$QIANYIN" unlock locked.ofd -o never.ofd
absent "and nothing was written" never.ofd

# --- by other hands ---------------------------------------------------------------------------
# openssl's sm4-cbc decrypts and encrypts; SM2 is done by the numbers in python.
if ! openssl enc -sm4-cbc -K 00 -iv 00 </dev/null >/dev/null 2>&1; then
	skip "packages by hand" "this openssl has no SM4"
	exit 0
fi
openssl pkcs8 -topk8 -nocrypt -in alice/enc.key -outform DER -out alice.p8
check "openssl opens it by hand" by_hand open locked.ofd alice.p8 hand.ofd
check "and finds the same files" same sealed.ofd hand.ofd
check "whose seals hold" verify hand.ofd
openssl pkcs8 -topk8 -nocrypt -in eve/enc.key -outform DER -out eve.p8
exits 1 "but not with another's key" by_hand open locked.ofd eve.p8 never.ofd
for way in beside opaque plain-map no-case; do
	check "a package is made by hand ($way)" by_hand make "$way" sealed.ofd alice.p8 "$way.ofd"
	check "we open it" open alice "$way.ofd" "$way.out"
	check "and find the same files" same sealed.ofd "$way.out"
	exits 65 "another's key does not" open eve "$way.ofd" never.ofd
done
printf '12345678\n' >password
printf '12345679\n' >other
check "a package for a password is made by hand" by_hand make password sealed.ofd 12345678 password.ofd
check "we open it" "$QIANYIN" unlock password.ofd --password-file password -o password.out
check "and find the same files" same sealed.ofd password.out
exits 65 "another password does not" "$QIANYIN" unlock password.ofd --password-file other -o never.ofd
exits 64 "nor does a key" open alice password.ofd never.ofd
check "a package with one file in the clear is made by hand" by_hand make partly sealed.ofd alice.p8 partly.ofd
check "we open it" open alice partly.ofd partly.out --lang en
has "and say so" "1 of " "$err"

# --- another maker's file ---------------------------------------------------------------------
if [ -d "$SAMPLES" ]; then
	other=$SAMPLES/ofd/hello_for_encryption.ofd
	check "another maker's file is encrypted" lock "$other" --to alice/enc.cer -o other.ofd
	check "and opened" open alice other.ofd other.out
	check "it is the same, file by file" same "$other" other.out
	check "openssl opens it by hand" by_hand open other.ofd alice.p8 other.hand
	check "it is the same there too" same "$other" other.hand
else
	skip "another maker's file" "no samples in $SAMPLES (set QIANYIN_SAMPLES)"
fi

# --- altered ----------------------------------------------------------------------------------
# Each by hand with right checksums of the zip; and each in the same words.
for way in path-out path-twice path-meta cipher-meta cipher-twice cipher-absent padding odd map seed-key; do
	by_hand alter "$way" sealed.ofd alice.p8 "bad.ofd"
	if open alice bad.ofd never.ofd --lang en >"$out" 2>"$err"; then
		nok "refused: $way"
	elif grep -q 'bad.ofd: it does not open with this key' "$err"; then
		ok "refused: $way"
	else
		nok "refused: $way" "$(cat "$err")"
	fi
done
absent "none of them left a file" never.ofd
if compgen -G '*never*' >/dev/null; then nok "nor part of one" "$(ls -a)"; else ok "nor part of one"; fi
