/* sm2_point: over libcrypto; see sm2_point.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * EC_POINT_mul with a single scalar takes the library's Montgomery ladder, which is
 * constant time; with two scalars it takes the faster way that is not.
 */
#include "crypto/sm2_point.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>

#include "crypto/openssl.h"

//= GB/T 32918.5-2017 §2
const uint8_t sm2_curve[4 * SM2_SCALAR] = {
	0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xfc, /* a */
	0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf,
	0x65, 0x09, 0xa7, 0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc,
	0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93, /* b */
	0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a,
	0x39, 0xc9, 0x94, 0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a,
	0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7, /* x of G */
	0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b,
	0x69, 0x21, 0x53, 0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf,
	0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0, /* y of G */
};

/* The group is only read after it is made, which libcrypto allows from many threads. */
static EC_GROUP *group;
static pthread_once_t group_once = PTHREAD_ONCE_INIT;

static void group_make(void)
{
	group = EC_GROUP_new_by_curve_name(NID_sm2);
	if (!group)
		abort();
}

/* What one computation needs; everything is cleared when it ends. */
struct work {
	BN_CTX *ctx;
	EC_POINT *p, *q;
	BIGNUM *k, *t, *x, *y;
};

static void work_open(struct work *w)
{
	pthread_once(&group_once, group_make);
	w->ctx = BN_CTX_new();
	w->p = EC_POINT_new(group);
	w->q = EC_POINT_new(group);
	if (!w->ctx || !w->p || !w->q)
		abort();
	BN_CTX_start(w->ctx);
	w->k = BN_CTX_get(w->ctx);
	w->t = BN_CTX_get(w->ctx);
	w->x = BN_CTX_get(w->ctx);
	w->y = BN_CTX_get(w->ctx);
	if (!w->y)
		abort();
}

static void work_close(struct work *w)
{
	BN_clear(w->k);
	BN_clear(w->x);
	BN_clear(w->y);
	BN_CTX_end(w->ctx);
	BN_CTX_free(w->ctx);
	EC_POINT_clear_free(w->p);
	EC_POINT_clear_free(w->q);
}

/* Is the public number at p below the field's prime? */
static bool below_p(const uint8_t p[SM2_SCALAR])
{
	static const uint8_t prime[SM2_SCALAR] = {0xff, 0xff, 0xff, 0xfe, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff};

	return bytes_compare(bytes_make(p, SM2_SCALAR), BYTES_OF(prime)) < 0;
}

/* A point from its coordinates; libcrypto checks the equation of the curve. The cofactor
 * is 1: a point on the curve has order n. */
static bool point_load(struct work *w, EC_POINT *to, const uint8_t xy[SM2_POINT])
{
	bool ok = below_p(xy) && below_p(xy + SM2_SCALAR) &&
		  BN_bin2bn(xy, SM2_SCALAR, w->x) &&
		  BN_bin2bn(xy + SM2_SCALAR, SM2_SCALAR, w->y) &&
		  EC_POINT_set_affine_coordinates(group, to, w->x, w->y, w->ctx);

	if (!ok)
		ERR_clear_error();
	return ok;
}

bool sm2_point_is_valid(const uint8_t xy[SM2_POINT])
{
	struct work w;
	bool ok;

	work_open(&w);
	ok = point_load(&w, w.p, xy);
	work_close(&w);
	return ok;
}

bool sm2_point_mul(uint8_t xy[SM2_POINT], const uint8_t k[SM2_SCALAR],
	const uint8_t p[SM2_POINT], struct err *e)
{
	struct work w;
	bool ok;

	work_open(&w);
	if (p && !point_load(&w, w.p, p)) {
		work_close(&w);
		return err_set(e, ERR_MALFORMED, "SM2: not a point of the curve");
	}
	BN_set_flags(w.k, BN_FLG_CONSTTIME);
	ok = BN_bin2bn(k, SM2_SCALAR, w.k) &&
	     (p ? EC_POINT_mul(group, w.q, NULL, w.p, w.k, w.ctx)
		: EC_POINT_mul(group, w.q, w.k, NULL, NULL, w.ctx)) &&
	     EC_POINT_get_affine_coordinates(group, w.q, w.x, w.y, w.ctx) &&
	     BN_bn2binpad(w.x, xy, SM2_SCALAR) == SM2_SCALAR &&
	     BN_bn2binpad(w.y, xy + SM2_SCALAR, SM2_SCALAR) == SM2_SCALAR;
	work_close(&w);
	return ok ? true : err_openssl(e, "SM2 point multiplication");
}

bool sm2_point_check(uint8_t x[SM2_SCALAR], const uint8_t s[SM2_SCALAR],
	const uint8_t t[SM2_SCALAR], const uint8_t p[SM2_POINT])
{
	struct work w;
	bool ok;

	work_open(&w);
	ok = point_load(&w, w.p, p) && BN_bin2bn(s, SM2_SCALAR, w.k) &&
	     BN_bin2bn(t, SM2_SCALAR, w.t) &&
	     EC_POINT_mul(group, w.q, w.k, w.p, w.t, w.ctx) &&
	     !EC_POINT_is_at_infinity(group, w.q) &&
	     EC_POINT_get_affine_coordinates(group, w.q, w.x, NULL, w.ctx) &&
	     BN_bn2binpad(w.x, x, SM2_SCALAR) == SM2_SCALAR;
	work_close(&w);
	if (!ok)
		ERR_clear_error();
	return ok;
}
