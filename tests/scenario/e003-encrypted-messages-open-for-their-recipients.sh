#!/usr/bin/env bash
# Encrypted messages open for each recipient and for nobody else; a signature inside is verified
# before anything is written; every failure is told in the same words.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
for who in alice bob eve; do "$QIANYIN" ca issue ca --name "$who" --no-password -o "$who"; done 2>/dev/null
"$QIANYIN" ca crl ca -o crl
"$QIANYIN" ca trust ca -o trust
printf '投标文件' >doc
: >empty
open() { "$QIANYIN" cms decrypt --lang en --key "$1/enc.key" --certificate "$1/enc.cer" --trust trust --crl crl --demo "${@:2}"; }

absent() { if [ -e "$2" ]; then nok "$1" "there is $2"; else ok "$1"; fi; }

check "encrypts to two" "$QIANYIN" cms encrypt --to alice/enc.cer --to bob/enc.cer doc -o two.p7
for who in alice bob; do
	check "$who opens it" open "$who" two.p7 -o "$who.out"
	check "and reads what was written" cmp doc "$who.out"
done
exits 65 "eve does not" open eve two.p7 -o eve.out
absent "and gets no file" eve.out
cp "$err" wrong-key
check "encrypts nothing" "$QIANYIN" cms encrypt --to alice/enc.cer empty -o empty.p7
check "and opens to nothing" open alice empty.p7 -o empty.out
check "of no octets" cmp empty empty.out

check "signs and encrypts" "$QIANYIN" cms encrypt --to bob/enc.cer --key alice/sign.key \
	--certificate alice/sign.cer doc -o signed.p7
check "bob opens it and the signature holds" open bob signed.p7 -o signed.out
check "the content is right" cmp doc signed.out
exits 2 "who only looks at it cannot tell" "$QIANYIN" verify --trust trust --demo --crl crl signed.p7

# One bit of the content; then the last octet, and half the file.
size=$(stat -c %s two.p7)
flip() { { head -c "$2" "$1"; printf '%b' "$3"; tail -c +$(($2 + 2)) "$1"; } >"$4"; }
flip two.p7 $((size - 1)) '\x00' altered.p7
if open alice altered.p7 -o altered.out >/dev/null 2>altered.err; then
	# CBC: a flip may leave the padding whole. Then the content has to differ.
	if cmp -s doc altered.out; then nok "altered content is not the content"; else ok "altered content is not the content"; fi
else
	check "altered content is refused in the words of a wrong key" cmp altered.err <(sed 's/two.p7/altered.p7/' wrong-key)
fi
head -c $((size / 2)) two.p7 >half.p7
exits 65 "half a message is refused" open alice half.p7 -o half.out
absent "and leaves no file" half.out
exits 77 "a signing certificate is not encrypted to" "$QIANYIN" cms encrypt --to alice/sign.cer doc -o never.p7
exits 65 "a text is no message" open alice doc -o never
exits 66 "a file that is not there is said to be missing" open alice nowhere.p7 -o never
exits 64 "nobody is no recipient" "$QIANYIN" cms encrypt doc -o never.p7
absent "nothing was written" never.p7
absent "nor under the other name" never

# A signature of a key that is not the sender's: nothing is written.
exits 77 "a key that is not the certificate's signs nothing" "$QIANYIN" cms encrypt --to bob/enc.cer \
	--key eve/sign.key --certificate alice/sign.cer doc -o never.p7
