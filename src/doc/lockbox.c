/* lockbox: what follows from ρ, and how it is compared; see lockbox.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/lockbox.h"

#include <string.h>

#include "asn1/der.h"
#include "base/time.h"
#include "crypto/kdf.h"
#include "crypto/sm2_scalar.h"

enum { NAME_MAX_N = 2 + SM3_SIZE, INFO_MAX = 16 + NAME_MAX_N, NONCE_WIDE = 48 };

const char *lockbox_policy_name(enum lockbox_policy p)
{
	static const char *const names[] = {
		"owner", "owner-or-trustees", "owner-and-trustees"};

	return (unsigned)p < sizeof names / sizeof *names ? names[p] : NULL;
}

/* --- the context */

static size_t trustees_of(const struct lockbox_context *c)
{
	size_t n = 0;

	while (n < c->party_count && c->parties[n].i < LOCKBOX_OWNER_FIRST)
		n++;
	return n;
}

/* One certificate in two trustees' places would count twice towards the threshold. */
static bool trustees_differ(const struct lockbox_context *c, size_t n, struct err *e)
{
	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < k; j++)
			if (bytes_equal(BYTES_OF(c->parties[j].cert),
				    BYTES_OF(c->parties[k].cert)))
				return err_set(e, ERR_MALFORMED,
					"trustees %zu and %zu are one certificate", j + 1,
					k + 1);
	return true;
}

static bool numbers_check(const struct lockbox_context *c, size_t n, struct err *e)
{
	for (size_t k = 0; k < c->party_count; k++) {
		size_t i = k < n ? k + 1 : LOCKBOX_OWNER_FIRST + (k - n);

		if (c->parties[k].i != i)
			return err_set(e, ERR_MALFORMED, "recipient %zu", i);
		if (c->parties[k].role.n > LOCKBOX_TEXT_MAX)
			return err_set(e, ERR_MALFORMED, "role of recipient %zu", i);
	}
	return true;
}

bool lockbox_context_check(const struct lockbox_context *c, struct err *e)
{
	size_t n = trustees_of(c);
	bool shared = c->policy != LOCKBOX_OWNER;

	if (!lockbox_policy_name(c->policy))
		return err_set(e, ERR_MALFORMED, "policy");
	if (n > LOCKBOX_TRUSTEES_MAX || c->party_count - n > LOCKBOX_OWNERS_MAX ||
		c->party_count == n)
		return err_set(e, ERR_MALFORMED, "number of recipients");
	if (shared != (n > 0) ||
		(shared ? c->t < LOCKBOX_THRESHOLD_MIN || c->t > n : c->t != 0))
		return err_set(e, ERR_MALFORMED, "threshold %u of %zu", c->t, n);
	if (c->tender.n > LOCKBOX_TEXT_MAX || c->lot.n > LOCKBOX_TEXT_MAX ||
		c->part.n > LOCKBOX_TEXT_MAX || c->credit_code.n > LOCKBOX_TEXT_MAX)
		return err_set(e, ERR_MALFORMED, "text of the context");
	if (c->deadline < 0 || c->deadline % 1000000)
		return err_set(e, ERR_MALFORMED, "deadline");
	return numbers_check(c, n, e) && trustees_differ(c, n, e);
}

void lockbox_context_write(struct writer *w, const struct lockbox_context *c)
{
	size_t all = der_open(w, DER_SEQUENCE), list;

	der_put_small(w, DER_INTEGER, c->suite);
	der_put(w, DER_UTF8_STRING, c->tender);
	der_put(w, DER_OCTET_STRING, BYTES_OF(c->notice));
	der_put(w, DER_UTF8_STRING, c->lot);
	der_put_small(w, DER_INTEGER, c->round);
	der_put(w, DER_UTF8_STRING, c->part);
	der_put_generalized_time(w, c->deadline);
	der_put(w, DER_OCTET_STRING, BYTES_OF(c->bid));
	der_put(w, DER_UTF8_STRING, c->credit_code);
	der_put(w, DER_OCTET_STRING, BYTES_OF(c->signer));
	der_put_small(w, DER_ENUMERATED, c->policy);
	der_put_small(w, DER_INTEGER, c->t);
	list = der_open(w, DER_SEQUENCE);
	for (size_t k = 0; k < c->party_count; k++) {
		size_t one = der_open(w, DER_SEQUENCE);

		der_put(w, DER_UTF8_STRING, c->parties[k].role);
		der_put(w, DER_OCTET_STRING, BYTES_OF(c->parties[k].cert));
		der_close(w, one);
	}
	der_close(w, list);
	der_close(w, all);
}

void lockbox_ctx(uint8_t ctx[SM3_SIZE], const struct lockbox_context *c)
{
	struct writer count = {0};
	AUTO_MEM uint8_t *der = NULL;
	struct writer w;
	AUTO(digest) d = digest_new(DIGEST_SM3);

	lockbox_context_write(&count, c);
	der = mem_alloc(count.n);
	w = writer_over(der, count.n);
	lockbox_context_write(&w, c);
	digest_put(d, BYTES("qyb/1 ctx\0"));
	digest_put(d, writer_bytes(&w));
	digest_finish(d, ctx);
}

/* --- what follows from ρ */

/* X(label ‖ tail, n) = HKDF-Expand(PRK, "qyb/1 " ‖ label ‖ tail, n) */
static void expand(const uint8_t prk[SM3_SIZE], const char *label, struct bytes tail,
	uint8_t *out, size_t n)
{
	uint8_t info[INFO_MAX];
	struct writer w = writer_over(info, sizeof info);

	write_str(&w, "qyb/1 ");
	write_str(&w, label);
	write_bytes(&w, tail);
	hkdf_sm3_expand(prk, writer_bytes(&w), out, n);
}

static void put_be16(struct writer *w, uint16_t v)
{
	write_u8(w, (uint8_t)(v >> 8));
	write_u8(w, (uint8_t)v);
}

/* u = be16(i) ‖ h_i */
static struct bytes name_of(uint8_t u[NAME_MAX_N], const struct lockbox_party *p)
{
	struct writer w = writer_over(u, NAME_MAX_N);

	put_be16(&w, p->i);
	write_bytes(&w, BYTES_OF(p->cert));
	return writer_bytes(&w);
}

static void prk_of(uint8_t prk[SM3_SIZE], const uint8_t ctx[SM3_SIZE],
	const uint8_t rho[LOCKBOX_SECRET])
{
	hkdf_sm3_extract(bytes_make(ctx, SM3_SIZE), bytes_make(rho, LOCKBOX_SECRET), prk);
}

void lockbox_keys_of(struct lockbox_keys *keys, const uint8_t ctx[SM3_SIZE],
	const uint8_t rho[LOCKBOX_SECRET])
{
	AUTO(secret) prk = secret_new(SM3_SIZE);
	const uint8_t *p = secret_view(prk);

	prk_of(secret_data(prk), ctx, rho);
	expand(p, "cek", (struct bytes){0}, keys->cek, sizeof keys->cek);
	expand(p, "nonce", (struct bytes){0}, keys->nonce, sizeof keys->nonce);
	expand(p, "com", (struct bytes){0}, keys->com, sizeof keys->com);
}

/* The pad over v: HKDF(salt = ctx, IKM = W_i, info = "qyb/1 box" ‖ u). */
static void pad_put(uint8_t out[LOCKBOX_SECRET], const uint8_t ctx[SM3_SIZE],
	const uint8_t *big_w, struct bytes u, const uint8_t in[LOCKBOX_SECRET])
{
	AUTO(secret) prk = secret_new(SM3_SIZE);
	AUTO(secret) pad = secret_new(LOCKBOX_SECRET);

	hkdf_sm3_extract(bytes_make(ctx, SM3_SIZE), bytes_make(big_w, LOCKBOX_SECRET),
		secret_data(prk));
	expand(secret_view(prk), "box", u, secret_data(pad), LOCKBOX_SECRET);
	for (size_t k = 0; k < LOCKBOX_SECRET; k++)
		out[k] = in[k] ^ secret_view(pad)[k];
}

static void commit(uint8_t out[SM3_SIZE], const uint8_t ctx[SM3_SIZE], struct bytes u,
	const uint8_t v[LOCKBOX_SECRET])
{
	AUTO(digest) d = digest_new(DIGEST_SM3);

	digest_put(d, BYTES("qyb/1 share\0"));
	digest_put(d, bytes_make(ctx, SM3_SIZE));
	digest_put(d, u);
	digest_put(d, bytes_make(v, LOCKBOX_SECRET));
	digest_finish(d, out);
}

/* --- the dealing */

struct dealer {
	const struct lockbox_context *c;
	uint8_t ctx[SM3_SIZE];
	struct secret *prk;
	struct secret *owners;       /* what owners get: ρ, or α */
	struct secret *coefficients; /* a_0 = σ, a_1 … a_{t-1} */
};

static void dealer_fini(struct dealer *d)
{
	secret_free(d->prk);
	secret_free(d->owners);
	secret_free(d->coefficients);
}

static void dealer_init(struct dealer *d, const struct lockbox_context *c,
	const uint8_t rho[LOCKBOX_SECRET])
{
	uint8_t *a;

	d->c = c;
	lockbox_ctx(d->ctx, c);
	d->prk = secret_new(SM3_SIZE);
	prk_of(secret_data(d->prk), d->ctx, rho);
	d->owners = secret_of(rho, LOCKBOX_SECRET);
	d->coefficients = secret_new((c->t ? c->t : 1u) * (size_t)LOCKBOX_SECRET);
	a = secret_data(d->coefficients);
	memcpy(a, rho, LOCKBOX_SECRET);
	if (c->policy == LOCKBOX_OWNER_AND_TRUSTEES) {
		expand(secret_view(d->prk), "alpha", (struct bytes){0},
			secret_data(d->owners), LOCKBOX_SECRET);
		for (size_t k = 0; k < LOCKBOX_SECRET; k++)
			a[k] ^= secret_view(d->owners)[k];
	}
	for (uint16_t k = 1; k < c->t; k++) {
		uint8_t tail[2];
		struct writer w = writer_over(tail, sizeof tail);

		put_be16(&w, k);
		expand(secret_view(d->prk), "coef", writer_bytes(&w),
			a + (size_t)k * LOCKBOX_SECRET, LOCKBOX_SECRET);
	}
}

/* k_i = OS2I(X("k" ‖ u, 48)) mod (q-1) + 1 */
static void ephemeral(uint8_t k[SM2_SCALAR], const uint8_t *prk, struct bytes u)
{
	AUTO(secret) wide = secret_new(NONCE_WIDE);
	AUTO(secret) scalar = secret_new(sizeof(struct sm2_scalar));
	struct sm2_scalar *s = (struct sm2_scalar *)(void *)secret_data(scalar);

	expand(prk, "k", u, secret_data(wide), NONCE_WIDE);
	sm2_scalar_wide(s, bytes_make(secret_view(wide), NONCE_WIDE), 0);
	sm2_scalar_write(k, s);
}

static bool deal_one(struct lockbox_envelope *out, const struct dealer *d,
	const struct lockbox_party *p, struct err *e)
{
	AUTO(secret) room = secret_new(SM2_SCALAR + SM4_KEY + 2 * LOCKBOX_SECRET);
	uint8_t *k = secret_data(room), *kek = k + SM2_SCALAR, *big_w = kek + SM4_KEY,
		*v = big_w + LOCKBOX_SECRET;
	const uint8_t *prk = secret_view(d->prk);
	struct sm2_cipher cipher;
	uint8_t name[NAME_MAX_N];
	struct bytes u = name_of(name, p);

	expand(prk, "kek", u, kek, SM4_KEY);
	expand(prk, "w", u, big_w, LOCKBOX_SECRET);
	ephemeral(k, prk, u);
	if (!sm2_encrypt_with(
		    &cipher, out->c2, p->point, k, bytes_make(kek, SM4_KEY), e) ||
		!sm4_ecb_encrypt(kek, bytes_make(big_w, LOCKBOX_SECRET), out->w, e))
		return err_in(e, "recipient %u", p->i);
	memcpy(out->c1, cipher.c1, sizeof out->c1);
	memcpy(out->c3, cipher.c3, sizeof out->c3);
	if (p->i >= LOCKBOX_OWNER_FIRST)
		memcpy(v, secret_view(d->owners), LOCKBOX_SECRET);
	else
		shamir_share(v, secret_view(d->coefficients), d->c->t, (uint8_t)p->i);
	pad_put(out->b, d->ctx, big_w, u, v);
	commit(out->c, d->ctx, u, v);
	return true;
}

bool lockbox_deal(struct lockbox_envelope *out, const struct lockbox_context *c,
	const uint8_t rho[LOCKBOX_SECRET], struct err *e)
{
	struct dealer d;
	bool ok = true;

	if (!lockbox_context_check(c, e))
		return false;
	dealer_init(&d, c, rho);
	for (size_t k = 0; ok && k < c->party_count; k++)
		ok = deal_one(&out[k], &d, &c->parties[k], e);
	dealer_fini(&d);
	return ok;
}

static char envelope_difference(
	const struct lockbox_envelope *a, const struct lockbox_envelope *b)
{
	if (!secret_equal(a->c1, b->c1, sizeof a->c1) ||
		!secret_equal(a->c3, b->c3, sizeof a->c3) ||
		!secret_equal(a->c2, b->c2, sizeof a->c2))
		return 'E';
	if (!secret_equal(a->w, b->w, sizeof a->w))
		return 'w';
	if (!secret_equal(a->b, b->b, sizeof a->b))
		return 'b';
	return secret_equal(a->c, b->c, sizeof a->c) ? 0 : 'c';
}

bool lockbox_compare(bool *equal, struct lockbox_difference *first,
	const struct lockbox_context *c, const struct lockbox_envelope *dealt,
	const uint8_t rho[LOCKBOX_SECRET], struct err *e)
{
	struct dealer d;
	bool ok = true, same = true;

	if (!lockbox_context_check(c, e))
		return false;
	dealer_init(&d, c, rho);
	for (size_t k = 0; ok && same && k < c->party_count; k++) {
		struct lockbox_envelope again;

		ok = deal_one(&again, &d, &c->parties[k], e);
		if (!ok)
			break;
		*first = (struct lockbox_difference){
			c->parties[k].i, envelope_difference(&again, &dealt[k])};
		same = !first->element;
		mem_wipe(&again, sizeof again);
	}
	dealer_fini(&d);
	if (ok)
		*equal = same;
	return ok;
}

/* --- opening */

bool lockbox_is_committed(const uint8_t ctx[SM3_SIZE], const struct lockbox_party *party,
	const struct lockbox_envelope *in, const uint8_t v[LOCKBOX_SECRET])
{
	uint8_t name[NAME_MAX_N], c[SM3_SIZE];

	commit(c, ctx, name_of(name, party), v);
	return secret_equal(c, in->c, sizeof c);
}

bool lockbox_take(uint8_t v[LOCKBOX_SECRET], bool *committed, const uint8_t ctx[SM3_SIZE],
	const struct lockbox_party *party, const struct lockbox_envelope *in,
	struct key *key, struct err *e)
{
	AUTO(secret) big_w = secret_new(LOCKBOX_SECRET);
	struct sm2_cipher cipher = {.c2 = BYTES_OF(in->c2)};
	uint8_t name[NAME_MAX_N];

	memcpy(cipher.c1, in->c1, sizeof cipher.c1);
	memcpy(cipher.c3, in->c3, sizeof cipher.c3);
	if (!key_unwrap_blocks(key, &cipher, BYTES_OF(in->w), secret_data(big_w), e))
		return err_in(e, "recipient %u", party->i);
	pad_put(v, ctx, secret_view(big_w), name_of(name, party), in->b);
	*committed = lockbox_is_committed(ctx, party, in, v);
	return true;
}

bool lockbox_wrap(struct lockbox_envelope *out, struct world *w,
	const uint8_t ctx[SM3_SIZE], const struct lockbox_party *party,
	const uint8_t v[LOCKBOX_SECRET], struct err *e)
{
	AUTO(secret) room = secret_new(SM4_KEY + LOCKBOX_SECRET);
	uint8_t *kek = secret_data(room), *big_w = kek + SM4_KEY, name[NAME_MAX_N];
	struct bytes u = name_of(name, party);
	struct sm2_cipher cipher;

	w->random(w, kek, SM4_KEY + LOCKBOX_SECRET);
	if (!sm2_encrypt(
		    &cipher, out->c2, w, party->point, bytes_make(kek, SM4_KEY), e) ||
		!sm4_ecb_encrypt(kek, bytes_make(big_w, LOCKBOX_SECRET), out->w, e))
		return false;
	memcpy(out->c1, cipher.c1, sizeof out->c1);
	memcpy(out->c3, cipher.c3, sizeof out->c3);
	pad_put(out->b, ctx, big_w, u, v);
	commit(out->c, ctx, u, v);
	return true;
}

/* The shares in `values`, the t lowest, without repetition. */
static bool shares_of(const struct lockbox_context *c, const struct lockbox_value *values,
	size_t count, const uint8_t *of[LOCKBOX_OWNER_FIRST], size_t *n, struct err *e)
{
	*n = 0;
	for (size_t k = 0; k < count; k++) {
		uint16_t i = values[k].i;

		if (i >= LOCKBOX_OWNER_FIRST)
			continue;
		if (!i || i > trustees_of(c) || of[i])
			return err_set(e, ERR_USAGE, "share %u: twice, or of nobody", i);
		of[i] = values[k].v;
		++*n;
	}
	return true;
}

static bool shared_secret(uint8_t sigma[LOCKBOX_SECRET], const struct lockbox_context *c,
	const struct lockbox_value *values, size_t count, struct err *e)
{
	const uint8_t *of[LOCKBOX_OWNER_FIRST] = {0};
	AUTO(secret) room = secret_new(c->t * (size_t)LOCKBOX_SECRET);
	uint8_t x[SHAMIR_SHARES_MAX];
	size_t n, used = 0;

	if (!shares_of(c, values, count, of, &n, e))
		return false;
	if (n < c->t)
		return err_set(
			e, ERR_NOT_FOUND, "%zu shares, and %u are needed", n, c->t);
	for (uint16_t i = 1; i < LOCKBOX_OWNER_FIRST && used < c->t; i++)
		if (of[i]) {
			memcpy(secret_data(room) + used * LOCKBOX_SECRET, of[i],
				LOCKBOX_SECRET);
			x[used++] = (uint8_t)i;
		}
	return shamir_combine(sigma, x, secret_view(room), used, e);
}

bool lockbox_secret(uint8_t rho[LOCKBOX_SECRET], const struct lockbox_context *c,
	const struct lockbox_value *values, size_t count, struct err *e)
{
	const struct lockbox_value *owner = NULL;

	for (size_t k = 0; k < count && !owner; k++)
		if (values[k].i >= LOCKBOX_OWNER_FIRST)
			owner = &values[k];
	if (c->policy != LOCKBOX_OWNER_AND_TRUSTEES && owner) {
		memcpy(rho, owner->v, LOCKBOX_SECRET);
		return true;
	}
	if (c->policy == LOCKBOX_OWNER ||
		(c->policy == LOCKBOX_OWNER_AND_TRUSTEES && !owner))
		return err_set(e, ERR_NOT_FOUND, "the owner's value is missing");
	if (!shared_secret(rho, c, values, count, e))
		return false;
	if (owner)
		for (size_t k = 0; k < LOCKBOX_SECRET; k++)
			rho[k] ^= owner->v[k];
	return true;
}

bool lockbox_matches(const uint8_t ctx[SM3_SIZE], const uint8_t rho[LOCKBOX_SECRET],
	const uint8_t com[SM3_SIZE])
{
	AUTO(secret) room = secret_new(sizeof(struct lockbox_keys));
	struct lockbox_keys *k = (struct lockbox_keys *)(void *)secret_data(room);

	lockbox_keys_of(k, ctx, rho);
	return secret_equal(k->com, com, SM3_SIZE);
}

/* --- chunks */

static void chunk_nonce(
	uint8_t out[SM4_GCM_NONCE], const struct lockbox_keys *k, uint32_t j, bool last)
{
	struct writer w = writer_over(out, SM4_GCM_NONCE);

	write_bytes(&w, BYTES_OF(k->nonce));
	write_be32(&w, j);
	write_u8(&w, last);
}

bool lockbox_chunk_seal(uint8_t *out, const struct lockbox_keys *k, uint32_t j, bool last,
	struct bytes in, struct err *e)
{
	uint8_t nonce[SM4_GCM_NONCE];

	chunk_nonce(nonce, k, j, last);
	return sm4_gcm_seal(k->cek, nonce, BYTES_OF(k->com), in, out, out + in.n, e);
}

bool lockbox_chunk_open(uint8_t *out, const struct lockbox_keys *k, uint32_t j, bool last,
	struct bytes in, struct err *e)
{
	uint8_t nonce[SM4_GCM_NONCE];

	if (in.n < SM4_TAG)
		return err_set(e, ERR_DECRYPT, "chunk %u is too short", j);
	chunk_nonce(nonce, k, j, last);
	return sm4_gcm_open(k->cek, nonce, BYTES_OF(k->com),
		bytes_head(in, in.n - SM4_TAG), in.p + in.n - SM4_TAG, out, e);
}
