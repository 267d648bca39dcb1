/* order_kit: a platform with an order key, a supplier, a paper with fields, and orders.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_ORDER_KIT_H
#define QY_TESTS_ORDER_KIT_H

#include <string.h>

#include "doc/login.h"
#include "doc/order_check.h"
#include "doc/typeset_page.h"
#include "judge_kit.h"

#define PLATFORM BYTES("platform.example")
#define ORIGIN   BYTES("https://platform.example")

struct bench {
	struct desk *d;
	struct key *root_key, *order_key;
	struct cert root, order_cert;
	struct bytes taken[64]; /* nonces */
	size_t taken_count;
};

static inline int64_t bench_now(const struct bench *b)
{
	return b->d->k->world.at;
}

static inline struct cert bench_order_cert(
	struct bench *b, struct key *key, const char *origin, int64_t life)
{
	struct issue_spec spec = kit_spec(ISSUE_ORDER, "签署单");

	spec.origin = origin;
	spec.not_after = spec.not_before + life;
	return kit_issue(b->d->k, &spec, &key->pub, &b->root, b->root_key);
}

static inline int bench_begin(void **state)
{
	struct issue_spec spec = kit_spec(ISSUE_ROOT, "平台根");
	struct bench *b = NEW(struct bench);
	void *desk;

	desk_begin(&desk);
	b->d = desk;
	b->root_key = kit_key(b->d->k, KEY_SM2);
	b->order_key = kit_key(b->d->k, KEY_SM2);
	b->root = kit_issue(b->d->k, &spec, &b->root_key->pub, NULL, b->root_key);
	b->order_cert = bench_order_cert(
		b, b->order_key, "https://platform.example", 90 * TIME_DAY);
	*state = b;
	return 0;
}

static inline int bench_end(void **state)
{
	struct bench *b = *state;
	void *desk = b->d;

	key_free(b->root_key);
	key_free(b->order_key);
	desk_end(&desk);
	mem_free(b);
	return 0;
}

/* --- the memory of nonces */

static inline bool bench_seen(
	void *to, const uint8_t nonce[ORDER_NONCE], bool *is, struct err *e)
{
	struct bench *b = to;

	(void)e;
	*is = false;
	for (size_t i = 0; i < b->taken_count; i++)
		*is |= bytes_equal(b->taken[i], bytes_make(nonce, ORDER_NONCE));
	return true;
}

static inline bool bench_take(void *to, const uint8_t nonce[ORDER_NONCE], int64_t expiry,
	bool *fresh, struct err *e)
{
	struct bench *b = to;
	bool is;

	(void)expiry;
	if (!bench_seen(to, nonce, &is, e))
		return false;
	*fresh = !is;
	if (!is)
		b->taken[b->taken_count++] =
			arena_dup(b->d->a, bytes_make(nonce, ORDER_NONCE));
	return true;
}

static inline struct order_conditions bench_conditions(
	struct bench *b, struct order_nonces *nonces)
{
	*nonces = (struct order_nonces){bench_take, bench_seen, b};
	return (struct order_conditions){.arena = b->d->a,
		.lang = LANG_EN,
		.now = bench_now(b),
		.platform = PLATFORM,
		.origin = ORIGIN,
		.root = &b->root,
		.page_origin = ORIGIN,
		.nonces = nonces,
		.cert = &b->d->signer};
}

/* --- orders */

static inline struct order bench_order(struct bench *b, enum order_act act)
{
	return (struct order){.platform = PLATFORM,
		.origin = ORIGIN,
		.act = act,
		.issued = bench_now(b) - TIME_MINUTE,
		.expiry = bench_now(b) + TIME_HOUR,
		.signer = {.purposes = ORDER_FOR_SIGNING}};
}

static inline struct order_document bench_document(
	struct bytes octets, enum order_format format)
{
	struct order_document d = {.format = format, .size = octets.n};

	sm3_of(octets, d.sm3);
	digest_of(DIGEST_SHA256, octets, d.sha256);
	return d;
}

static inline struct bytes bench_sign(struct bench *b, const struct order *o)
{
	struct bytes der;
	struct err e;

	if (!order_sign(b->d->a, &der, b->d->w, o, b->order_key, b->order_cert.der, &e))
		fail_msg("%s", e.text);
	return der;
}

#endif
