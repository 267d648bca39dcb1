/* hostile_bid: see hostile_bid.h. The two-key ciphertext is that of the GCM commitment
 * attack: in the field of GHASH one free block makes the tag right under both keys.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "hostile_bid.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asn1/der.h"
#include "crypto/gf256.h"
#include "crypto/kdf.h"
#include "crypto/merkle.h"
#include "doc/cms_write.h"
#include "doc/qyb_put.h"

enum {
	PLAIN = QYB_PRICE_BLOCK,
	BLOCKS = PLAIN / 16,
	FREE_BLOCK = BLOCKS - 1,
	HEADER_ROOM = 1 << 16
};

const char *hostile_name(enum hostile h)
{
	static const char *const names[] = {"two-secrets", "two-prices", "no-polynomial",
		"false-envelope", "false-commitment", "noise", "other-com"};

	return (unsigned)h < sizeof names / sizeof *names ? names[h] : NULL;
}

/* --- GF(2^128) as GCM has it: bit 0 is the highest of the first octet */

struct block {
	uint64_t hi, lo;
};

static struct block block_of(const uint8_t b[16])
{
	struct block v = {0, 0};

	for (int i = 0; i < 8; i++) {
		v.hi = v.hi << 8 | b[i];
		v.lo = v.lo << 8 | b[8 + i];
	}
	return v;
}

static void block_put(uint8_t b[16], struct block v)
{
	for (int i = 7; i >= 0; i--, v.hi >>= 8, v.lo >>= 8) {
		b[i] = (uint8_t)v.hi;
		b[8 + i] = (uint8_t)v.lo;
	}
}

static struct block add(struct block a, struct block b)
{
	return (struct block){a.hi ^ b.hi, a.lo ^ b.lo};
}

static struct block mul(struct block x, struct block y)
{
	struct block z = {0, 0};

	for (int i = 0; i < 128; i++) {
		bool out = y.lo & 1;

		if ((i < 64 ? x.hi >> (63 - i) : x.lo >> (127 - i)) & 1)
			z = add(z, y);
		y.lo = y.lo >> 1 | y.hi << 63;
		y.hi >>= 1;
		if (out)
			y.hi ^= UINT64_C(0xe1) << 56;
	}
	return z;
}

static struct block power(struct block x, uint64_t n)
{
	struct block r = {UINT64_C(1) << 63, 0};

	for (; n; n >>= 1, x = mul(x, x))
		if (n & 1)
			r = mul(r, x);
	return r;
}

/* x^(2^128 - 2) */
static struct block inverse(struct block x)
{
	struct block r = {UINT64_C(1) << 63, 0};

	for (int i = 1; i < 128; i++) {
		x = mul(x, x);
		r = mul(r, x);
	}
	return r;
}

/* One side of the collision: a key with its nonce. */
struct side {
	struct lockbox_keys keys;
	uint8_t stream[PLAIN];
	struct block h, mask; /* GHASH key; what is added to the tag */
};

static bool side_init(struct side *s, struct err *e)
{
	static const uint8_t zero[16];
	uint8_t counter[16] = {0}, out[16];

	memcpy(counter, s->keys.nonce, LOCKBOX_NONCE);
	counter[11] = 1; /* be32(0) ‖ last */
	counter[15] = 1;
	if (!sm4_ecb_encrypt(s->keys.cek, BYTES_OF(zero), out, e))
		return false;
	s->h = block_of(out);
	if (!sm4_ecb_encrypt(s->keys.cek, BYTES_OF(counter), out, e))
		return false;
	s->mask = block_of(out);
	counter[15] = 2;
	memset(s->stream, 0, sizeof s->stream);
	return sm4_ctr(s->keys.cek, counter, BYTES_OF(s->stream), s->stream, e);
}

/* GHASH over AAD, ciphertext and lengths. */
static struct block ghash(const struct side *s, struct bytes aad, const uint8_t *c)
{
	struct block sum = {0, 0}, lengths = {aad.n * 8, (uint64_t)PLAIN * 8};

	for (size_t i = 0; i < aad.n; i += 16)
		sum = mul(add(sum, block_of(aad.p + i)), s->h);
	for (size_t i = 0; i < BLOCKS; i++)
		sum = mul(add(sum, block_of(c + 16 * i)), s->h);
	return mul(add(sum, lengths), s->h);
}

/* A ciphertext with one tag for both sides; each sees its own text at its own place. */
static bool two_prices(uint8_t *stored, struct side *a, struct side *b, struct bytes aad,
	struct bytes first, struct bytes second, struct err *e)
{
	struct block both, v;

	if (!side_init(a, e) || !side_init(b, e))
		return false;
	memcpy(stored, a->stream, PLAIN);
	for (size_t i = 0; i < 32; i++)
		stored[i] = a->stream[i] ^ (i < first.n ? first.p[i] : 0);
	for (size_t i = 0; i < 32; i++)
		stored[64 + i] = b->stream[64 + i] ^ (i < second.n ? second.p[i] : 0);
	memset(stored + 16 * (size_t)FREE_BLOCK, 0, 16);
	/* The free block counts with h^2: it is the last before the lengths. */
	both = add(
		add(ghash(a, aad, stored), a->mask), add(ghash(b, aad, stored), b->mask));
	v = mul(both, inverse(add(power(a->h, 2), power(b->h, 2))));
	block_put(stored + 16 * (size_t)FREE_BLOCK, v);
	block_put(stored + PLAIN, add(ghash(a, aad, stored), a->mask));
	return true;
}

/* --- the dealing */

struct scheme {
	struct lockbox_context c;
	uint8_t ctx[SM3_SIZE], rho[2][LOCKBOX_SECRET];
	struct lockbox_envelope *envelopes;
	uint8_t shares[LOCKBOX_TRUSTEES_MAX][LOCKBOX_SECRET];
};

/* An envelope around a value, honest in form. */
static bool envelope_make(
	struct scheme *s, struct world *w, size_t k, const uint8_t *v, struct err *e)
{
	return lockbox_wrap(&s->envelopes[k], w, s->ctx, &s->c.parties[k], v, e);
}

/* The share at place x that makes the t shares at `places` rebuild `secret`. */
static bool share_solve(uint8_t out[LOCKBOX_SECRET], const struct scheme *s,
	const uint8_t *places, size_t t, const uint8_t *secret, struct err *e)
{
	uint8_t all[LOCKBOX_TRUSTEES_MAX * LOCKBOX_SECRET], with_zero[LOCKBOX_SECRET];
	uint8_t l = 1, x = places[t - 1];

	for (size_t k = 0; k + 1 < t; k++) {
		memcpy(all + k * LOCKBOX_SECRET, s->shares[places[k] - 1],
			LOCKBOX_SECRET);
		l = gf256_mul(l, gf256_mul(places[k], gf256_inverse(places[k] ^ x)));
	}
	memset(all + (t - 1) * LOCKBOX_SECRET, 0, LOCKBOX_SECRET);
	if (!shamir_combine(with_zero, places, all, t, e))
		return false;
	for (size_t i = 0; i < LOCKBOX_SECRET; i++)
		out[i] = secret[i] ^ with_zero[i];
	gf256_scale(out, gf256_inverse(l), LOCKBOX_SECRET);
	return true;
}

/* Trustees 1 … t give the first secret, t … 2t-1 the second. */
static bool two_secrets(struct scheme *s, struct world *w, struct err *e)
{
	uint8_t places[2][LOCKBOX_TRUSTEES_MAX];
	size_t t = s->c.t;

	for (size_t k = 0; k < LOCKBOX_TRUSTEES_MAX; k++)
		w->random(w, s->shares[k], LOCKBOX_SECRET);
	for (size_t k = 0; k < t; k++) {
		places[0][k] = (uint8_t)(k + 1);
		places[1][k] = (uint8_t)(t + k);
	}
	if (!share_solve(s->shares[t - 1], s, places[0], t, s->rho[0], e) ||
		!share_solve(s->shares[2 * t - 2], s, places[1], t, s->rho[1], e))
		return false;
	for (size_t k = 0; k < 2 * t - 1; k++)
		if (!envelope_make(s, w, k, s->shares[k], e))
			return false;
	return true;
}

static bool deal(struct scheme *s, struct world *w, enum hostile how, struct err *e)
{
	uint8_t other[LOCKBOX_SECRET];
	struct lockbox_envelope honest;

	if (!lockbox_deal(s->envelopes, &s->c, s->rho[0], e))
		return false;
	w->random(w, other, sizeof other);
	switch (how) {
	case HOSTILE_TWO_SECRETS:
	case HOSTILE_TWO_PRICES:
		return two_secrets(s, w, e);
	case HOSTILE_NO_POLYNOMIAL:
		return envelope_make(s, w, 1, other, e);
	case HOSTILE_FALSE_ENVELOPE:
		honest = s->envelopes[1];
		if (!envelope_make(s, w, 1, other, e))
			return false;
		memcpy(s->envelopes[1].c, honest.c, sizeof honest.c);
		return true;
	case HOSTILE_FALSE_COMMITMENT:
		s->envelopes[1].c[0] ^= 1;
		return true;
	case HOSTILE_NOISE:
		s->envelopes[1].c3[0] ^= 1;
		return true;
	case HOSTILE_OTHER_COM:
	case HOSTILE_COUNT:
		break;
	}
	return true;
}

/* --- the file */

static bool header_sign(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_pack_spec *spec, struct bytes header, struct err *e)
{
	AUTO(source) content = source_of_bytes(header);
	struct cms_sign_spec sign = {.content = content,
		.content_type = OID_QY_QYB_HEADER,
		.key = spec->signer,
		.cert = spec->signer_cert,
		.signing_time = spec->signing_time};

	return cms_sign(a, out, w, &sign, e);
}

/* An honest file of the same spec, read back: what is then altered. The caller frees the
 * file. */
static bool honest(struct qyb **q, struct source **file, struct arena *a, struct world *w,
	const struct qyb_pack_spec *spec, struct err *e)
{
	char path[] = "/tmp/hostile.XXXXXX";
	int fd = mkstemp(path);
	AUTO(outfile) to = NULL;
	struct bytes all;
	bool ok;

	if (fd < 0)
		return err_system(e, ERR_WRITE, path);
	(void)close(fd);
	ok = outfile_open(&to, path, 0600, e) && qyb_pack(to, w, spec, NULL, e) &&
	     outfile_commit(to, e) && file_slurp(a, path, 1 << 22, &all, e);
	(void)unlink(path);
	if (!ok)
		return false;
	*file = source_of_bytes(all);
	return qyb_read(q, a, *file, NULL, e);
}

static bool assemble(struct bytes *out, struct arena *a, struct world *w, struct qyb *q,
	const struct qyb_pack_spec *spec, struct bytes stored, struct err *e)
{
	struct writer h = writer_in(a, HEADER_ROOM), blob, file;
	struct bytes signature, header;
	size_t open;

	qyb_put_header(&h, q);
	header = writer_bytes(&h);
	if (!header_sign(&signature, a, w, spec, header, e))
		return false;
	q->outer.header_size = HEADER_ROOM;
	q->outer.parts_size = stored.n;
	blob = writer_in(a, HEADER_ROOM);
	open = der_open(&blob, DER_SEQUENCE);
	write_bytes(&blob, header);
	der_put(&blob, DER_OCTET_STRING, signature);
	der_close(&blob, open);
	qyb_root(q->outer.root, q, bytes_make(blob.p, HEADER_ROOM));
	file = writer_in(a, QYB_OUTER_MAX + HEADER_ROOM + stored.n);
	qyb_put_outer(&file, &q->outer);
	write_bytes(&file, bytes_make(blob.p, HEADER_ROOM));
	write_bytes(&file, stored);
	*out = writer_bytes(&file);
	return true;
}

/* The price with its length before it, padded. */
static bool plain_make(uint8_t *plain, struct source *content, struct err *e)
{
	size_t n = (size_t)source_size(content);

	memset(plain, 0, PLAIN);
	plain[6] = (uint8_t)(n >> 8);
	plain[7] = (uint8_t)n;
	return source_read(content, 0, plain + QYB_LENGTH, n, e);
}

bool hostile_pack(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_pack_spec *spec, enum hostile how, struct bytes second,
	struct err *e)
{
	struct scheme *s = ARENA_NEW(a, struct scheme);
	struct side *one = ARENA_NEW(a, struct side), *two = ARENA_NEW(a, struct side);
	uint8_t *plain = arena_alloc(a, PLAIN), *stored = arena_alloc(a, PLAIN + SM4_TAG);
	uint8_t leaf[SM3_SIZE];
	AUTO(source) file = NULL;
	struct qyb_part *part;
	struct qyb *q;

	if (!honest(&q, &file, a, w, spec, e) ||
		!plain_make(plain, spec->parts[0].content, e))
		return false;
	s->c = qyb_context_of(q, 0);
	lockbox_ctx(s->ctx, &s->c);
	w->random(w, s->rho, sizeof s->rho);
	s->envelopes = ARENA_ARRAY(a, s->c.party_count, struct lockbox_envelope);
	if (!deal(s, w, how, e))
		return false;
	lockbox_keys_of(&one->keys, s->ctx, s->rho[0]);
	lockbox_keys_of(&two->keys, s->ctx, s->rho[1]);
	part = &q->parts[0];
	part->envelopes = s->envelopes;
	memcpy(part->com, (how == HOSTILE_OTHER_COM ? two : one)->keys.com, SM3_SIZE);
	if (how == HOSTILE_TWO_PRICES) {
		if (!two_prices(stored, one, two, BYTES_OF(one->keys.com),
			    bytes_make(plain, 32), second, e))
			return false;
	} else if (!lockbox_chunk_seal(
			   stored, &one->keys, 0, true, bytes_make(plain, PLAIN), e)) {
		return false;
	}
	merkle_leaf(leaf, bytes_make(stored, PLAIN + SM4_TAG));
	memcpy(part->root, leaf, SM3_SIZE);
	return assemble(out, a, w, q, spec, bytes_make(stored, PLAIN + SM4_TAG), e);
}
