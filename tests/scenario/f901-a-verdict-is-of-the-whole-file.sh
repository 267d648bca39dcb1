#!/usr/bin/env bash
# What `verify` says of a file holds for all of it: text around a PEM block is signed by nobody,
# and a message is judged as itself, not as the certificate that its content quotes.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

"$QIANYIN" ca init ca --name 示范认证中心 2>/dev/null
"$QIANYIN" ca init evil --name 冒名 2>/dev/null
"$QIANYIN" ca issue ca --name 张三 --no-password -o zhang 2>/dev/null
"$QIANYIN" ca issue evil --name 坏人 --no-password -o bad 2>/dev/null
"$QIANYIN" ca trust ca -o trust
"$QIANYIN" ca crl ca -o crl
judge() { "$QIANYIN" verify --trust trust --demo --crl crl "$@"; }
message() { # OUT WHO CONTENT
	"$QIANYIN" cms sign --attached --key "$2/sign.key" --certificate "$2/sign.cer" -o "$1" "$3" 2>/dev/null
}
pem() { # FILE
	echo "-----BEGIN PKCS7-----"
	base64 "$1"
	echo "-----END PKCS7-----"
}

echo 好 >good.txt
message good.p7 zhang good.txt
pem good.p7 >good.pem
exits 0 "a message passes" judge good.p7
exits 0 "and in PEM" judge good.pem
base64 good.p7 >good.b64
exits 0 "and in base64" judge good.b64
{ echo 我欠你一百万元; cat good.pem; } >before.txt
exits 65 "with a text before it the file is no message" judge before.txt
{ cat good.pem; echo 我欠你一百万元; } >after.txt
exits 65 "nor with a text behind it" judge after.txt
{ cat zhang/sign.cer good.pem; } >two.pem
exits 65 "two blocks have no verdict in common" judge two.pem

exits 0 "a certificate passes" judge zhang/sign.cer --cert ca/ca.cer
{ echo 合同; cat zhang/sign.cer; } >quoting.txt
message evil.p7 bad quoting.txt
exits 2 "a stranger's message that quotes it does not" judge evil.p7 --cert ca/ca.cer
