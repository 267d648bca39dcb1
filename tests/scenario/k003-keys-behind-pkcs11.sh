#!/usr/bin/env bash
# Keys behind PKCS#11 (a real SoftHSM2: RSA and P-256) sign a PDF and an OFD that verify and decrypt
# messages; a wrong PIN counts once.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

module=$(for f in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do [ -e "$f" ] && echo "$f" && break; done)
if [ -z "$module" ] || ! command -v pkcs11-tool >/dev/null; then
	skip "keys behind PKCS#11" "no SoftHSM2 or pkcs11-tool (make setup)"
	exit 0
fi
mkdir tokens
export SOFTHSM2_CONF=$TMP/softhsm2.conf
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$TMP" >"$SOFTHSM2_CONF"
printf 258369 >pin
printf 000000 >wrong
echo 合同 >text
printf '# 合同\n\n合同总价：人民币壹佰贰拾捌万元整\n' >text.md

# One token for each kind, as cards come: a key, its certificate, one CKA_ID.
token() {
	"$QIANYIN" ca init "ca-$1" --name "示范 $1" --kind "$1" >"$out" 2>&1 &&
		"$QIANYIN" ca issue "ca-$1" --name 单位 --credit-code 91999999MA00000079 --single --no-password -o "$1" >"$out" 2>&1 &&
		"$QIANYIN" ca crl "ca-$1" -o "$1.crl" >"$out" 2>&1 &&
		softhsm2-util --init-token --free --label "card-$1" --pin 258369 --so-pin 12121212 >"$out" 2>&1 &&
		openssl pkcs8 -topk8 -nocrypt -in "$1/sign.key" -out "$1.pem" 2>"$out" &&
		softhsm2-util --import "$1.pem" --token "card-$1" --label key --id 0a01 --pin 258369 >"$out" 2>&1 &&
		openssl x509 -in "$1/sign.cer" -outform DER -out "$1.der" 2>"$out" &&
		pkcs11-tool --module "$module" --token-label "card-$1" --login --pin 258369 --write-object "$1.der" \
			--type cert --id 0a01 >"$out" 2>&1
}
for kind in rsa p256; do check "$kind: a card is made" token $kind; done
trust() { "$QIANYIN" ca trust ca-rsa ca-p256 -o ca.trust && "$QIANYIN" ofd make text --title 合同 -o plain.ofd &&
	"$QIANYIN" typeset text.md -o plain.pdf; }
check "a trust store and papers" trust

exits 0 "cards are listed" "$QIANYIN" token list "pkcs11:$module"
has "with their labels" card-rsa "$out"
has "and the name of their key" "key=0a01" "$out"
has "and what the certificate says" 单位 "$out"

for kind in rsa p256; do
	key=(--key "pkcs11:$module?token=card-$kind" --password-file pin)
	judge=("$QIANYIN" verify --trust ca.trust --demo --crl rsa.crl --crl p256.crl)
	exits 0 "$kind: a PDF is signed" "$QIANYIN" sign "${key[@]}" -o "$kind.pdf" plain.pdf
	exits 0 "$kind: and verifies" "${judge[@]}" "$kind.pdf"
	exits 0 "$kind: an OFD is signed" "$QIANYIN" sign "${key[@]}" -o "$kind.ofd" plain.ofd
	exits 0 "$kind: and verifies" "${judge[@]}" "$kind.ofd"
	cp "$kind.ofd" altered.zip && (cd "$TMP" && mkdir -p Doc_0 && unzip -p altered.zip Doc_0/Pages/Page_0/Content.xml |
		sed 's/合同/合约/' >c.xml; mkdir -p Doc_0/Pages/Page_0 && mv c.xml Doc_0/Pages/Page_0/Content.xml &&
		zip -q altered.zip Doc_0/Pages/Page_0/Content.xml)
	exits 1 "$kind: an altered copy does not" "${judge[@]}" altered.zip
done
exits 77 "a wrong PIN is refused" "$QIANYIN" sign --key "pkcs11:$module?token=card-rsa" --password-file wrong -o x.pdf plain.pdf
exits 64 "which of two cards is asked" "$QIANYIN" sign --key "pkcs11:$module" --password-file pin -o x.pdf plain.pdf
exits 66 "a card that is not there is told" "$QIANYIN" sign --key "pkcs11:$module?token=card-x" --password-file pin -o x.pdf plain.pdf
exits 66 "and a key" "$QIANYIN" sign --key "pkcs11:$module?token=card-rsa&key=0b" --password-file pin -o x.pdf plain.pdf
exits 74 "another's certificate gets no signature" "$QIANYIN" sign \
	--key "pkcs11:$module?token=card-rsa&certificate=p256/sign.cer" --password-file pin -o x.pdf plain.pdf
check "nothing of these was written" test ! -e x.pdf

openssl cms -encrypt -binary -sm4-cbc -in text -outform DER -out message.p7 rsa/sign.cer 2>"$err"
exits 0 "a message to the RSA card opens" "$QIANYIN" cms decrypt message.p7 --key "pkcs11:$module?token=card-rsa" \
	--password-file pin -o text.out
check "to the same" cmp text text.out
