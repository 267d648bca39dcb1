#!/usr/bin/env bash
# What SM2 signs in a PDF is right in the opinion of openssl's primitives alone: PAdES with its
# attributes, and GB/T 38540 seals; python3 only takes the file apart. No verifier of ours.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/ofd_kit.sh"
need_qianyin
SM2_ID=1234567812345678

kit_ca || { nok "a CA with five sealers"; exit 0; }
python3 "$ROOT/tests/scenario/pdf_make.py" table doc.pdf 3
sign() { "$QIANYIN" sign --key u1/sign.key --certificate u1/sign.cer "$@"; }
seal() { "$QIANYIN" seal --key u2/sign.key --certificate u2/sign.cer --seal u2/seal.esl "$@"; }
check "a person signs" sign doc.pdf -o signed.pdf --reason 同意
check "a party seals as PAdES" seal signed.pdf -o pades.pdf --as pades --page last --straddle right
check "and as GB/T 38540" seal pades.pdf -o ses.pdf --at-text 'Party A (seal)'
for cert in ca/ca ca/seal-maker u1/sign u2/sign; do
	openssl x509 -in "$cert.cer" -outform DER -out "$cert.der"
done

sm3() { openssl dgst -sm3 -binary "$1"; }
hex() { od -An -tx1 -v "$1" | tr -d ' \n'; }
part() { python3 "$ROOT/tests/scenario/der_part.py" "$@"; }
content() { python3 "$ROOT/tests/scenario/der_part.py" --content "$@"; }
value_holds() {
	openssl x509 -inform DER -in "$1" -pubkey -noout >key.pem &&
		openssl dgst -sm3 -sigopt "distid:$SM2_ID" -verify key.pem -signature "$3" "$2" &&
		openssl pkeyutl -verify -pubin -inkey key.pem -rawin -digest sm3 -pkeyopt "distid:$SM2_ID" \
			-in "$2" -sigfile "$3"
}

# ContentInfo { OID, [0] SignedData { 1, digests, content, [0] certs, signers { SignerInfo
#   { 1, issuer and serial, digest, [0] attributes, algorithm, value } } } }
for file in signed pades; do
	who=$([ "$file" = signed ] && echo u1 || echo u2)
	check "$file: ByteRange and Contents fit" python3 "$ROOT/tests/scenario/pdf_part.py" "$file.pdf" covered cms
	check "$file: openssl reads it as DER" openssl asn1parse -inform DER -in cms
	openssl asn1parse -inform DER -in cms >tree
	# RFC 5652's own identifiers, and those of SM3 and SM2-with-SM3.
	has "$file: it is a SignedData of RFC 5652" 'pkcs7-signedData' tree
	content cms type 0
	if [ "$(hex type)" = 2a864886f70d010702 ]; then ok "$file: by its OID"; else nok "$file: by its OID" "$(hex type)"; fi
	content cms alg 1 0 4 0 4 0
	if [ "$(hex alg)" = 2a811ccf55018375 ]; then ok "$file: SM2-with-SM3"; else nok "$file: SM2-with-SM3" "$(hex alg)"; fi
	part cms attributes 1 0 4 0 3
	content cms value 1 0 4 0 5
	printf '\x31' | dd of=attributes bs=1 conv=notrunc 2>/dev/null # SET OF instead of [0]: RFC 5652 §5.4
	check "$file: the value is right over the attributes" value_holds "$who/sign.der" attributes value
	sm3 covered >digest
	hex attributes >text
	has "$file: messageDigest is SM3 of what is covered" "0420$(hex digest)" text
	sm3 "$who/sign.der" >digest
	# ESSCertIDv2 { hashAlgorithm SM3, hash }: 1.2.156.10197.1.401
	has "$file: signing-certificate-v2 names the certificate by SM3" "06082a811ccf550183110420$(hex digest)" text
	lacks "$file: there is no signing-time" 06092a864886f70d010905 text
	hex cms >text
	has "$file: the certificate is inside" "$(hex "$who/sign.der")" text
	printf '\1' | dd of=attributes bs=1 seek=60 conv=notrunc 2>/dev/null
	if value_holds "$who/sign.der" attributes value >"$out" 2>&1; then nok "$file: openssl notices an octet changed"; else ok "$file: openssl notices an octet changed"; fi
done

check "seal: ByteRange and Contents fit" python3 "$ROOT/tests/scenario/pdf_part.py" ses.pdf covered ses
part ses tbs 0
content ses signer.der 1
content ses value 3
part ses seal 0 1
content ses hash 0 3
content ses property 0 4
check "seal: the seal inside is that of the file" cmp seal u2/seal.esl
sm3 covered >digest
check "seal: dataHash is SM3 of what is covered" cmp digest hash
has "seal: propertyInfo is the byte range" "ByteRange $(cat property)" <(LC_ALL=C tr -s ' ' <ses.pdf | LC_ALL=C sed 's/ \]/]/')
check "seal: the value is right over TBS_Sign" value_holds signer.der tbs value
check "seal: the signer is who should have signed" cmp signer.der u2/sign.der
part seal info 0
content seal maker.der 1
content seal made 3
check "seal: the maker's value is right over eSealInfo" value_holds maker.der info made
