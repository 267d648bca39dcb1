#!/usr/bin/env bash
# A file sealed here is right in the opinion of programs that are not ours: the digests, the values
# of seal, seal maker and signature, and the certificates, by openssl; python3 only takes apart.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/ofd_kit.sh"
need_qianyin
SM2_ID=1234567812345678

kit_ca || { nok "a CA with five sealers"; exit 0; }
kit_contract 1 contract.ofd
seal_by 1 contract.ofd one.ofd 2>/dev/null
seal_by 5 one.ofd two.ofd --straddle right 2>/dev/null || seal_by 5 one.ofd two.ofd 2>/dev/null
sign_by 2 two.ofd signed.ofd 2>/dev/null
python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall("x")' signed.ofd

for cert in ca/root ca/ca ca/seal-maker u1/sign u2/sign u5/sign; do
	openssl x509 -in "$cert.cer" -outform DER -out "$cert.der"
done

sm3() { openssl dgst -sm3 -binary "$1"; }

# part FILE OUT INDEX…: the element that stands at INDEX inside INDEX … of a DER file, whole.
part() { python3 "$ROOT/tests/scenario/der_part.py" "$@"; }
# content: the same without tag and length (and without the unused-bits octet of a BIT STRING).
content() { python3 "$ROOT/tests/scenario/der_part.py" --content "$@"; }

public_key() { openssl x509 -inform DER -in "$1" -pubkey -noout >"$2"; }

# value_holds CERTIFICATE OVER VALUE, by two doors of openssl
value_holds() {
	public_key "$1" key.pem &&
		openssl dgst -sm3 -sigopt "distid:$SM2_ID" -verify key.pem -signature "$3" "$2" &&
		openssl pkeyutl -verify -pubin -inkey key.pem -rawin -digest sm3 -pkeyopt "distid:$SM2_ID" \
			-in "$2" -sigfile "$3"
}

# --- digests ----------------------------------------------------------------------------------
for n in 0 1 2; do
	xml=x/Doc_0/Signs/Sign_$n/Signature.xml
	xmllint --nonet --xpath '//*[local-name()="Reference"]/@FileRef' "$xml" | sed 's/^ *FileRef="\(.*\)"$/\1/' >files
	xmllint --nonet --xpath '//*[local-name()="CheckValue"]/text()' "$xml" >values
	wrong=
	while read -r file && read -r value <&3; do
		[ "$(sm3 "x$file" | base64 -w0)" = "$value" ] || wrong="$wrong $file"
	done <files 3<values
	if [ -z "$wrong" ] && [ "$(wc -l <files)" -ge 6 ]; then
		ok "signature $n: openssl finds the same digest for each of $(wc -l <files) files"
	else
		nok "signature $n: digests" "wrong:$wrong, $(wc -l <files) files"
	fi
	has "signature $n says SM3" 'CheckMethod="1.2.156.10197.1.401"' "$xml"
done
check "the last signature covers each file but the list and its own two" python3 - <<'END'
import re, zipfile
z = zipfile.ZipFile("signed.ofd")
names = set(z.namelist()) - {"Doc_0/Signs/Signatures.xml"}
names -= {"Doc_0/Signs/Sign_2/Signature.xml", "Doc_0/Signs/Sign_2/SignedValue.dat"}
xml = z.read("Doc_0/Signs/Sign_2/Signature.xml").decode()
assert set(re.findall('FileRef="/([^"]*)"', xml)) == names, names
END

# --- seals of version 4 and 5 -----------------------------------------------------------------
# SES_Signature { toSign { version, eseal { eSealInfo, cert, OID, BIT STRING }, time, dataHash, … },
#                 cert, OID, BIT STRING }
for n in 0 1; do
	folder=x/Doc_0/Signs/Sign_$n
	check "seal $n: openssl reads it as DER" openssl asn1parse -inform DER -in "$folder/SignedValue.dat"
	part "$folder/SignedValue.dat" tbs 0
	content "$folder/SignedValue.dat" signer.der 1
	content "$folder/SignedValue.dat" value 3
	part "$folder/SignedValue.dat" seal 0 1
	content "$folder/SignedValue.dat" hash 0 3
	check "seal $n: the seal inside is Seal.esl" cmp seal "$folder/Seal.esl"
	sm3 "$folder/Signature.xml" >digest
	check "seal $n: dataHash is SM3 of Signature.xml" cmp digest hash
	check "seal $n: the signer's value is right over TBS_Sign" value_holds signer.der tbs value
	part "$folder/Seal.esl" info 0
	content "$folder/Seal.esl" maker.der 1
	content "$folder/Seal.esl" made 3
	check "seal $n: the maker's value is right over eSealInfo" value_holds maker.der info made
	printf '\1' | dd of=tbs bs=1 seek=40 conv=notrunc 2>/dev/null
	if value_holds signer.der tbs value >"$out" 2>&1; then nok "seal $n: openssl notices an octet changed"; else ok "seal $n: openssl notices an octet changed"; fi
	check "seal $n: the signer is who should have signed" cmp signer.der "$([ "$n" = 0 ] && echo u1 || echo u5)/sign.der"
	check "seal $n: the maker is the seal maker" cmp maker.der ca/seal-maker.der
done

# The chain; the critical extension of demonstration CAs is one openssl cannot know.
# `openssl verify` gives the user id to the certificate named last only, so link by link.
link() {
	openssl verify -ignore_critical -partial_chain -no-CApath -no-CAfile -trusted "$1" -vfyopt "distid:$SM2_ID" "$2"
}
check "openssl finds the signer's certificate by the CA" link ca/ca.cer u1/sign.cer
check "and the seal maker's" link ca/ca.cer ca/seal-maker.cer
check "and the CA's by the root" link ca/root.cer ca/ca.cer
part ca/root.der root-tbs 0
content ca/root.der root-value 2
part u1/sign.der tbs 0
content u1/sign.der value 2
check "the certificate's value is right under its issuer's key" value_holds ca/ca.der tbs value
check "the root's under its own" value_holds ca/root.der root-tbs root-value

# --- GB/T 35275 -------------------------------------------------------------------------------
# ContentInfo { OID, [0] SignedData { 1, digests, content, [0] certs, signers { SignerInfo
#   { 1, issuer and serial, digest, [0] attributes, algorithm, value } } } }
cms=x/Doc_0/Signs/Sign_2/SignedValue.dat
check "SignedData: openssl reads it as DER" openssl asn1parse -inform DER -in "$cms"
part "$cms" signer.der 1 0 3 0
part "$cms" attributes 1 0 4 0 3
content "$cms" value 1 0 4 0 5
printf '\x31' | dd of=attributes bs=1 conv=notrunc 2>/dev/null # SET OF instead of [0]: RFC 5652 §5.4
check "SignedData: the value is right over the attributes" value_holds signer.der attributes value
check "SignedData: the signer is who should have signed" cmp signer.der u2/sign.der
sm3 x/Doc_0/Signs/Sign_2/Signature.xml | od -An -tx1 -v | tr -d ' \n' >digest
od -An -tx1 -v attributes | tr -d ' \n' >text
has "SignedData: messageDigest is SM3 of Signature.xml" "0420$(cat digest)" text
