/* keyfile_ber: PKCS#12 files of other makers come in BER (RFC 7292 allows it; Bouncy
 * Castle and Windows write it), and so do messages in PDF: this makes DER of them, which
 * der.h reads. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_KEYFILE_BER_H
#define QY_CRYPTO_KEYFILE_BER_H

#include "base/err.h"
#include "base/reader.h"
#include "crypto/secret.h"

enum { BER_DEPTH_MAX = 24 };

/* Rewrites exactly one element of `in` with definite, minimal lengths; octet strings in
 * pieces are joined. Contents of primitive elements are not looked into. *der points into
 * *room, which the caller frees. ERR_MALFORMED beyond BER_DEPTH_MAX levels. */
MUST_USE bool ber_to_der(
	struct secret **room, struct bytes *der, struct bytes in, struct err *e);

/* The same for the first element of *in, which is taken off it; nothing secret. *der
 * lives in the arena. */
MUST_USE bool ber_take(
	struct arena *a, struct bytes *in, struct bytes *der, struct err *e);

#endif
