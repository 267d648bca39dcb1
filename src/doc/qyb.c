/* qyb: reading the outer part and the header; see qyb.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb.h"

#include <string.h>

#include "asn1/der.h"
#include "base/text.h"
#include "doc/qyb_intake.h"
#include "doc/qyb_put.h"

enum { ROUND_MAX = 1000, THRESHOLD_MAX = 255, OUTER_HEAD = 16 };

/* --- sizes */

static unsigned log2_of(uint64_t n)
{
	unsigned bits = 0;

	while (n >>= 1)
		bits++;
	return bits;
}

/* Padmé (Nikitin and others, 2019): keeps as many bits of a length as the length's length
 * has bits; at most 12 % more octets, and O(log log n) bits told. */
static uint64_t padme(uint64_t n)
{
	unsigned e = log2_of(n), s = log2_of(e) + 1;
	uint64_t mask = e > s ? (UINT64_C(1) << (e - s)) - 1 : 0;

	return (n + mask) & ~mask;
}

uint64_t qyb_padded(uint64_t n, bool price)
{
	uint64_t all = n + QYB_LENGTH;

	if (price)
		return (all + QYB_PRICE_BLOCK - 1) / QYB_PRICE_BLOCK * QYB_PRICE_BLOCK;
	return n ? padme(all) : 0;
}

uint32_t qyb_chunk_size(const struct qyb_part *p, uint32_t j)
{
	uint64_t left = p->size - (uint64_t)j * LOCKBOX_CHUNK;

	return (uint32_t)(left < LOCKBOX_CHUNK ? left : LOCKBOX_CHUNK) + SM4_TAG;
}

static uint64_t part_stored(const struct qyb_part *p)
{
	return p->size + (uint64_t)p->count * SM4_TAG;
}

static uint64_t chunks_of(uint64_t size)
{
	uint64_t n = (size + LOCKBOX_CHUNK - 1) / LOCKBOX_CHUNK;

	return n ? n : 1;
}

/* --- the outer part */

/* A non-negative INTEGER of at most 63 bits. */
static bool take_size(struct bytes *in, uint64_t *out, struct err *e)
{
	struct bytes v;
	uint64_t n = 0;

	if (!der_integer(in, &v, e))
		return false;
	if (v.n > 8 || (v.n == 8 && v.p[0] & 0x80))
		return err_set(e, ERR_MALFORMED, "size");
	for (size_t i = 0; i < v.n; i++)
		n = n << 8 | v.p[i];
	*out = n;
	return true;
}

static bool take_text(struct bytes *in, struct bytes *out, struct err *e)
{
	if (!der_take(in, DER_UTF8_STRING, out, e))
		return false;
	if (out->n > LOCKBOX_TEXT_MAX || !utf8_is_valid(*out))
		return err_set(e, ERR_MALFORMED, "text");
	return true;
}

static bool take_version(struct bytes *in, enum lockbox_suite *suite, struct err *e)
{
	uint32_t version, number;

	if (!der_small(in, DER_INTEGER, UINT16_MAX, &version, e) ||
		!der_small(in, DER_INTEGER, UINT16_MAX, &number, e))
		return false;
	if (version != QYB_VERSION ||
		(number != LOCKBOX_SUITE_BID && number != LOCKBOX_SUITE_FILE))
		return err_set(
			e, ERR_UNSUPPORTED, "version %u, suite %u", version, number);
	*suite = (enum lockbox_suite)number;
	return true;
}

/* The first element of the file, which is no longer than QYB_OUTER_MAX. */
static bool outer_octets(
	struct bytes *out, struct arena *a, struct source *file, struct err *e)
{
	uint64_t size = source_size(file);
	size_t n = size < QYB_OUTER_MAX ? (size_t)size : QYB_OUTER_MAX;
	uint8_t *p = arena_alloc(a, n + 1);
	struct bytes in = bytes_make(p, n);

	return source_read(file, 0, p, n, e) && der_take_whole(&in, DER_SEQUENCE, out, e);
}

bool qyb_outer_read(
	struct qyb_outer *out, struct arena *a, struct source *file, struct err *e)
{
	struct qyb_outer o = {0};
	struct bytes whole, in, oid;
	uint32_t form = 0;

	if (!outer_octets(&whole, a, file, e) || !der_only(whole, DER_SEQUENCE, &in, e) ||
		!der_oid(&in, &oid, e) || !oid_is(oid, OID_QY_QYB))
		return err_set(e, ERR_MALFORMED, "not a .qyb file");
	if (!take_version(&in, &o.suite, e))
		return err_in(e, ".qyb");
	if (!take_text(&in, &o.tender, e) || !octets_take(&in, o.bid, sizeof o.bid, e) ||
		!der_small(&in, DER_ENUMERATED, 1, &form, e) ||
		!take_size(&in, &o.header_size, e) || !take_size(&in, &o.parts_size, e) ||
		!octets_take(&in, o.root, sizeof o.root, e) || !der_end(in, e))
		return err_in(e, ".qyb: outer part");
	o.header_sealed = form;
	o.size = whole.n;
	if (!o.header_size || o.header_size % QYB_HEADER_BLOCK ||
		o.header_size > QYB_HEADER_MAX)
		return err_set(e, ERR_MALFORMED, ".qyb: size of the header");
	if (source_size(file) - o.size < o.header_size ||
		source_size(file) - o.size - o.header_size != o.parts_size)
		return err_set(e, ERR_MALFORMED, ".qyb: %s",
			source_size(file) - o.size > o.header_size + o.parts_size
				? "octets behind the last part"
				: "cut short");
	*out = o;
	return true;
}

/* --- the header */

static bool party_read(struct qyb *q, struct bytes *list, struct lockbox_party *p,
	struct cert *cert, struct err *e)
{
	struct bytes one, der;

	if (!der_take(list, DER_SEQUENCE, &one, e) || !take_text(&one, &p->role, e) ||
		!der_take_whole(&one, DER_SEQUENCE, &der, e) || !der_end(one, e) ||
		!cert_parse(cert, der, e))
		return err_in(e, "recipient");
	if (!cert->key_known || cert->key.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "recipient: key is not SM2");
	memcpy(p->cert, cert->sm3, sizeof p->cert);
	memcpy(p->point, cert->key.point.p, sizeof p->point);
	(void)q;
	return true;
}

/* Trustees come first; how many they are follows from the role "owner" behind them. */
static bool parties_read(struct qyb *q, struct arena *a, struct bytes list, struct err *e)
{
	struct lockbox_party *p =
		ARENA_ARRAY(a, LOCKBOX_PARTIES_MAX, struct lockbox_party);
	struct bytes owner = BYTES("owner");
	size_t n = 0, owners = 0;

	q->certs = ARENA_ARRAY(a, LOCKBOX_PARTIES_MAX, struct cert);
	for (; list.n; n++) {
		if (n == LOCKBOX_PARTIES_MAX)
			return err_set(e, ERR_TOO_LARGE, "recipients");
		if (!party_read(q, &list, &p[n], &q->certs[n], e))
			return false;
		if (bytes_equal(p[n].role, owner))
			p[n].i = (uint16_t)(LOCKBOX_OWNER_FIRST + owners++);
		else if (owners)
			return err_set(e, ERR_MALFORMED, "a trustee behind the owner");
		else
			p[n].i = (uint16_t)(n + 1);
	}
	q->context.parties = p;
	q->context.party_count = n;
	return true;
}

static bool envelopes_read(const struct qyb *q, struct qyb_part *p, struct arena *a,
	struct bytes list, struct err *e)
{
	struct lockbox_envelope *all =
		ARENA_ARRAY(a, q->context.party_count, struct lockbox_envelope);

	for (size_t k = 0; k < q->context.party_count; k++)
		if (!qyb_take_envelope(&list, &all[k], e))
			return false;
	p->envelopes = all;
	return der_end(list, e);
}

static bool part_read(const struct qyb *q, struct qyb_part *p, struct arena *a,
	struct bytes *list, struct err *e)
{
	struct bytes one, envelopes;
	uint32_t chunk;
	uint64_t count;

	if (!der_take(list, DER_SEQUENCE, &one, e) || !take_text(&one, &p->id, e) ||
		!take_size(&one, &p->size, e) ||
		!der_small(&one, DER_INTEGER, LOCKBOX_CHUNK, &chunk, e) ||
		!take_size(&one, &count, e) ||
		!octets_take(&one, p->root, sizeof p->root, e) ||
		!octets_take(&one, p->com, sizeof p->com, e) ||
		!der_take(&one, DER_SEQUENCE, &envelopes, e) || !der_end(one, e))
		return false;
	if (p->size > QYB_PART_MAX || chunk != LOCKBOX_CHUNK ||
		count != chunks_of(p->size) || !p->id.n)
		return err_set(e, ERR_MALFORMED, "sizes");
	p->count = (uint32_t)count;
	return envelopes_read(q, p, a, envelopes, e);
}

static bool parts_read(struct qyb *q, struct arena *a, struct bytes list, struct err *e)
{
	uint64_t at = q->outer.size + q->outer.header_size;

	q->parts = ARENA_ARRAY(a, QYB_PARTS_MAX, struct qyb_part);
	for (; list.n; q->part_count++) {
		struct qyb_part *p = &q->parts[q->part_count];
		size_t other;
		struct err none;

		if (q->part_count == QYB_PARTS_MAX)
			return err_set(e, ERR_TOO_LARGE, "parts");
		if (!part_read(q, p, a, &list, e))
			return err_in(e, "part %zu", q->part_count + 1);
		if (qyb_part_find(q, p->id, &other, &none))
			return err_set(e, ERR_MALFORMED, "two parts of one name");
		p->at = at;
		at += part_stored(p);
	}
	if (!q->part_count || (q->file && at != source_size(q->file)))
		return err_set(e, ERR_MALFORMED, "parts do not fill the file");
	return true;
}

static bool context_read(struct qyb *q, struct bytes *in, struct err *e)
{
	struct lockbox_context *c = &q->context;
	uint32_t policy, t;

	if (!take_version(in, &c->suite, e) || !take_text(in, &c->tender, e) ||
		!octets_take(in, c->notice, sizeof c->notice, e) ||
		!take_text(in, &c->lot, e) ||
		!der_small(in, DER_INTEGER, ROUND_MAX, &c->round, e) ||
		!der_time(in, &c->deadline, e) ||
		!octets_take(in, c->bid, sizeof c->bid, e) ||
		!take_text(in, &c->credit_code, e) ||
		!octets_take(in, c->signer, sizeof c->signer, e) ||
		!der_small(in, DER_ENUMERATED, LOCKBOX_OWNER_AND_TRUSTEES, &policy, e) ||
		!der_small(in, DER_INTEGER, THRESHOLD_MAX, &t, e))
		return false;
	c->policy = (enum lockbox_policy)policy;
	c->t = (uint8_t)t;
	return true;
}

static bool header_read(struct qyb *q, struct arena *a, struct err *e)
{
	struct bytes in, parties, parts, superseded;

	if (!der_only(q->header, DER_SEQUENCE, &in, e) || !context_read(q, &in, e) ||
		!der_take(&in, DER_SEQUENCE, &parties, e) ||
		!parties_read(q, a, parties, e) ||
		!der_take(&in, DER_SEQUENCE, &parts, e) || !parts_read(q, a, parts, e) ||
		!der_take(&in, DER_OCTET_STRING, &superseded, e) || !der_end(in, e))
		return false;
	if (superseded.n && superseded.n != LOCKBOX_ID)
		return err_set(e, ERR_MALFORMED, "superseded bid");
	q->supersedes = superseded.n > 0;
	if (q->supersedes)
		memcpy(q->superseded, superseded.p, LOCKBOX_ID);
	return lockbox_context_check(&q->context, e);
}

/* The root needs no octet of the parts: their digests stand in the header. */
static bool root_agrees(const struct qyb *q, struct bytes stored, struct err *e)
{
	uint8_t node[SM3_SIZE];

	qyb_root(node, q, stored);
	if (!bytes_equal(bytes_make(node, SM3_SIZE), BYTES_OF(q->outer.root)))
		return err_set(e, ERR_MALFORMED, "the outer part is of another file");
	return true;
}

static bool outer_agrees(const struct qyb *q, struct err *e)
{
	if (q->context.suite != q->outer.suite ||
		!bytes_equal(q->context.tender, q->outer.tender) ||
		!bytes_equal(BYTES_OF(q->context.bid), BYTES_OF(q->outer.bid)))
		return err_set(e, ERR_MALFORMED, "the outer part is another bid's");
	return true;
}

/* SEQUENCE { header, signature OCTET STRING } and zeros to the end of the block. */
static bool signed_read(struct qyb *q, struct bytes in, struct err *e)
{
	struct bytes all;

	if (!der_take(&in, DER_SEQUENCE, &all, e) ||
		!der_take_whole(&all, DER_SEQUENCE, &q->header, e) ||
		!der_take(&all, DER_OCTET_STRING, &q->signature, e) || !der_end(all, e))
		return false;
	for (size_t i = 0; i < in.n; i++)
		if (in.p[i])
			return err_set(e, ERR_MALFORMED, "octets behind the header");
	if (!q->signature.n && q->outer.suite == LOCKBOX_SUITE_BID)
		return err_set(e, ERR_SIGNER, "the bid is not signed");
	sm3_of(q->header, q->header_sm3);
	return true;
}

bool qyb_read(struct qyb **out, struct arena *a, struct source *file, struct key *intake,
	struct err *e)
{
	struct qyb *q = ARENA_NEW(a, struct qyb);
	struct bytes stored, plain;
	uint8_t *p;

	q->file = file;
	if (!qyb_outer_read(&q->outer, a, file, e))
		return false;
	if (q->outer.header_sealed && !intake)
		return err_set(e, ERR_KEY_MISMATCH,
			".qyb: the header is encrypted to an intake key");
	p = arena_alloc(a, (size_t)q->outer.header_size);
	if (!source_read(file, q->outer.size, p, (size_t)q->outer.header_size, e))
		return err_in(e, ".qyb");
	plain = stored = bytes_make(p, (size_t)q->outer.header_size);
	if (q->outer.header_sealed &&
		!qyb_intake_open(&plain, a, intake, BYTES_OF(q->outer.bid), stored, e))
		return err_in(e, ".qyb");
	if (!signed_read(q, plain, e) || !header_read(q, a, e) || !outer_agrees(q, e) ||
		!root_agrees(q, stored, e))
		return err_in(e, ".qyb");
	*out = q;
	return true;
}

bool qyb_header_read(struct qyb **out, struct arena *a, struct bytes der, struct err *e)
{
	struct qyb *q = ARENA_NEW(a, struct qyb);
	struct bytes whole, in = der;

	if (der.n > QYB_HEADER_MAX)
		return err_set(e, ERR_TOO_LARGE, "header of a bid");
	if (!der_take_whole(&in, DER_SEQUENCE, &whole, e) || !der_end(in, e) ||
		!der_only(whole, DER_SEQUENCE, &in, e) ||
		!der_take_whole(&in, DER_SEQUENCE, &q->header, e) ||
		!der_take(&in, DER_OCTET_STRING, &q->signature, e) || !der_end(in, e) ||
		!header_read(q, a, e))
		return err_in(e, "header of a bid");
	q->outer.suite = q->context.suite;
	q->outer.tender = q->context.tender;
	memcpy(q->outer.bid, q->context.bid, LOCKBOX_ID);
	sm3_of(q->header, q->header_sm3);
	*out = q;
	return true;
}

/* --- asking */

struct lockbox_context qyb_context_of(const struct qyb *q, size_t part)
{
	struct lockbox_context c = q->context;

	c.part = q->parts[part].id;
	return c;
}

void qyb_ctx(uint8_t ctx[SM3_SIZE], const struct qyb *q, size_t part)
{
	struct lockbox_context c = qyb_context_of(q, part);

	lockbox_ctx(ctx, &c);
}

bool qyb_part_find(const struct qyb *q, struct bytes id, size_t *part, struct err *e)
{
	for (size_t k = 0; k < q->part_count; k++)
		if (bytes_equal(q->parts[k].id, id)) {
			*part = k;
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "no part %.*s", (int)id.n, (const char *)id.p);
}

size_t qyb_party_find(const struct qyb *q, const uint8_t cert[SM3_SIZE], size_t first)
{
	for (size_t k = first; k < q->context.party_count; k++)
		if (bytes_equal(BYTES_OF(q->context.parties[k].cert),
			    bytes_make(cert, SM3_SIZE)))
			return k;
	return SIZE_MAX;
}
