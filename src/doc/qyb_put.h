/* qyb_put: the octets of a `.qyb`: outer part, header, envelopes. Internal to doc/qyb*.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_QYB_PUT_H
#define QY_DOC_QYB_PUT_H

#include "base/reader.h"
#include "doc/qyb.h"

/* SEQUENCE { SM2Cipher, w, b, c } */
void qyb_put_envelope(struct writer *w, const struct lockbox_envelope *v);
MUST_USE bool qyb_take_envelope(
	struct bytes *list, struct lockbox_envelope *out, struct err *e);

/* The header of what q says: context, certs, parts, superseded. Byte for byte what
 * qyb_read takes apart. */
void qyb_put_header(struct writer *w, const struct qyb *q);
/* The outer part; its length depends on no digest. */
void qyb_put_outer(struct writer *w, const struct qyb_outer *o);
/* The root over a stored header and the parts' digests. */
void qyb_root(uint8_t root[SM3_SIZE], const struct qyb *q, struct bytes stored);

/* Takes an OCTET STRING of exactly n octets. */
MUST_USE bool octets_take(struct bytes *in, uint8_t *out, size_t n, struct err *e);

#endif
