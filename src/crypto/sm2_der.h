/* sm2_der: SM2 signatures and ciphertexts as GB/T 35276 writes them, and as others do.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_SM2_DER_H
#define QY_CRYPTO_SM2_DER_H

#include "base/reader.h"
#include "crypto/sm2.h"

enum { SM2_SIG_DER_MAX = 72 };

/* How a signature value was written. */
enum sm2_sig_form { SM2_SIG_FORM_DER, SM2_SIG_FORM_RAW, SM2_SIG_FORM_PADDED };

/* Reads SM2Signature in DER (minimal positive integers, nothing behind), or exactly 64
 * octets r || s, or DER but for integers padded with zeros to 32 octets: real seals carry
 * both (standards §2.3). A verdict notes any form but the first. */
MUST_USE bool sm2_sig_read(
	uint8_t rs[SM2_SIG], enum sm2_sig_form *form, struct bytes value, struct err *e);
/* Writes SM2Signature in DER. //= GB/T 35276-2017 §7.3 */
void sm2_sig_write(struct writer *w, const uint8_t rs[SM2_SIG]);

/* Reads SM2Cipher in DER; c2 points into value. */
MUST_USE bool sm2_cipher_read(struct sm2_cipher *out, struct bytes value, struct err *e);
/* Reads the raw forms C1 C3 C2 and C1 C2 C3 with or without the octet 04, as CFCA's older
 * kits write them; `order` is tried by the caller. */
enum sm2_cipher_order { SM2_C1C3C2, SM2_C1C2C3 };
MUST_USE bool sm2_cipher_read_raw(struct sm2_cipher *out, enum sm2_cipher_order order,
	struct bytes value, struct err *e);
/* Writes SM2Cipher in DER. //= GB/T 35276-2017 §7.2 */
void sm2_cipher_write(struct writer *w, const struct sm2_cipher *c);

#endif
