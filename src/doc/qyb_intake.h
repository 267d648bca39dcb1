/* qyb_intake: the header of a `.qyb` encrypted to the intake key of its tender, so that
 * the file shows nothing of who bids. Internal to doc/qyb*.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_QYB_INTAKE_H
#define QY_DOC_QYB_INTAKE_H

#include "crypto/key.h"
#include "pki/cert.h"

enum { QYB_INTAKE_EXTRA = 512 }; /* octets beyond the padded header, at most */

/* Encrypts the padded header to a certificate; aad binds it to its bid. At most plain.n +
 * QYB_INTAKE_EXTRA octets, DER. ERR_SIGNER when the certificate may not encrypt. */
MUST_USE bool qyb_intake_seal(struct writer *out, struct world *w, const struct cert *to,
	struct bytes aad, struct bytes plain, struct err *e);

/* Decrypts into the arena; one error for every cause, ERR_DECRYPT. `in` is the DER and
 * zeros behind it. */
MUST_USE bool qyb_intake_open(struct bytes *out, struct arena *a, struct key *key,
	struct bytes aad, struct bytes in, struct err *e);

/* The SM3 of the certificate a header is encrypted to. */
MUST_USE bool qyb_intake_recipient(uint8_t sm3[SM3_SIZE], struct bytes in, struct err *e);

#endif
