/* qyb_put: see qyb_put.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_put.h"

#include <string.h>

#include "asn1/der.h"
#include "crypto/merkle.h"
#include "crypto/sm2_der.h"

bool octets_take(struct bytes *in, uint8_t *out, size_t n, struct err *e)
{
	struct bytes v;

	if (!der_take(in, DER_OCTET_STRING, &v, e))
		return false;
	if (v.n != n)
		return err_set(e, ERR_MALFORMED, "%zu octets, not %zu", v.n, n);
	memcpy(out, v.p, n);
	return true;
}

void qyb_put_envelope(struct writer *w, const struct lockbox_envelope *v)
{
	size_t one = der_open(w, DER_SEQUENCE);
	struct sm2_cipher c = {.c2 = BYTES_OF(v->c2)};

	memcpy(c.c1, v->c1, sizeof c.c1);
	memcpy(c.c3, v->c3, sizeof c.c3);
	sm2_cipher_write(w, &c);
	der_put(w, DER_OCTET_STRING, BYTES_OF(v->w));
	der_put(w, DER_OCTET_STRING, BYTES_OF(v->b));
	der_put(w, DER_OCTET_STRING, BYTES_OF(v->c));
	der_close(w, one);
}

bool qyb_take_envelope(struct bytes *list, struct lockbox_envelope *out, struct err *e)
{
	struct bytes one, cipher;
	struct sm2_cipher c;

	if (!der_take(list, DER_SEQUENCE, &one, e) ||
		!der_take_whole(&one, DER_SEQUENCE, &cipher, e) ||
		!sm2_cipher_read(&c, cipher, e) ||
		!octets_take(&one, out->w, sizeof out->w, e) ||
		!octets_take(&one, out->b, sizeof out->b, e) ||
		!octets_take(&one, out->c, sizeof out->c, e) || !der_end(one, e))
		return err_in(e, "envelope");
	if (c.c2.n != sizeof out->c2)
		return err_set(e, ERR_MALFORMED, "envelope: size of the key");
	memcpy(out->c1, c.c1, sizeof out->c1);
	memcpy(out->c3, c.c3, sizeof out->c3);
	memcpy(out->c2, c.c2.p, sizeof out->c2);
	return true;
}

static void put_size(struct writer *w, uint64_t n)
{
	uint8_t be[8];
	struct writer v = writer_over(be, sizeof be);

	write_be64(&v, n);
	der_put_integer(w, writer_bytes(&v));
}

static void put_part(struct writer *w, const struct qyb *q, const struct qyb_part *part)
{
	size_t one = der_open(w, DER_SEQUENCE), list;

	der_put(w, DER_UTF8_STRING, part->id);
	put_size(w, part->size);
	der_put_small(w, DER_INTEGER, LOCKBOX_CHUNK);
	put_size(w, part->count);
	der_put(w, DER_OCTET_STRING, BYTES_OF(part->root));
	der_put(w, DER_OCTET_STRING, BYTES_OF(part->com));
	list = der_open(w, DER_SEQUENCE);
	for (size_t k = 0; k < q->context.party_count; k++)
		qyb_put_envelope(w, &part->envelopes[k]);
	der_close(w, list);
	der_close(w, one);
}

static void put_parties(struct writer *w, const struct qyb *q)
{
	size_t list = der_open(w, DER_SEQUENCE);

	for (size_t k = 0; k < q->context.party_count; k++) {
		size_t one = der_open(w, DER_SEQUENCE);

		der_put(w, DER_UTF8_STRING, q->context.parties[k].role);
		write_bytes(w, q->certs[k].der);
		der_close(w, one);
	}
	der_close(w, list);
}

void qyb_put_header(struct writer *w, const struct qyb *q)
{
	const struct lockbox_context *c = &q->context;
	size_t all = der_open(w, DER_SEQUENCE), list;

	der_put_small(w, DER_INTEGER, QYB_VERSION);
	der_put_small(w, DER_INTEGER, c->suite);
	der_put(w, DER_UTF8_STRING, c->tender);
	der_put(w, DER_OCTET_STRING, BYTES_OF(c->notice));
	der_put(w, DER_UTF8_STRING, c->lot);
	der_put_small(w, DER_INTEGER, c->round);
	der_put_generalized_time(w, c->deadline);
	der_put(w, DER_OCTET_STRING, BYTES_OF(c->bid));
	der_put(w, DER_UTF8_STRING, c->credit_code);
	der_put(w, DER_OCTET_STRING, BYTES_OF(c->signer));
	der_put_small(w, DER_ENUMERATED, c->policy);
	der_put_small(w, DER_INTEGER, c->t);
	put_parties(w, q);
	list = der_open(w, DER_SEQUENCE);
	for (size_t k = 0; k < q->part_count; k++)
		put_part(w, q, &q->parts[k]);
	der_close(w, list);
	der_put(w, DER_OCTET_STRING,
		bytes_make(q->superseded, q->supersedes ? LOCKBOX_ID : 0));
	der_close(w, all);
}

void qyb_put_outer(struct writer *w, const struct qyb_outer *o)
{
	size_t all = der_open(w, DER_SEQUENCE);

	der_put_oid(w, OID_QY_QYB);
	der_put_small(w, DER_INTEGER, QYB_VERSION);
	der_put_small(w, DER_INTEGER, o->suite);
	der_put(w, DER_UTF8_STRING, o->tender);
	der_put(w, DER_OCTET_STRING, BYTES_OF(o->bid));
	der_put_small(w, DER_ENUMERATED, o->header_sealed);
	put_size(w, o->header_size);
	put_size(w, o->parts_size);
	der_put(w, DER_OCTET_STRING, BYTES_OF(o->root));
	der_close(w, all);
}

void qyb_root(uint8_t root[SM3_SIZE], const struct qyb *q, struct bytes stored)
{
	struct merkle tree = {.n = 0};
	uint8_t node[SM3_SIZE];

	merkle_leaf(node, stored);
	merkle_add(&tree, node);
	for (size_t k = 0; k < q->part_count; k++)
		merkle_add(&tree, q->parts[k].root);
	merkle_finish(root, &tree);
}
