/* DER: every reader at every place of an input; what was read is written back the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "asn1/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { DEPTH_MAX = 12 };

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void try_scalars(struct arena *a, struct bytes in)
{
	struct bytes at, out, params;
	uint32_t small, bits;
	int64_t when;
	bool flag, any = false;
	struct err e;

	at = in;
	if (der_integer(&at, &out, &e))
		demand(out.n > 0 && (out.n == 1 || out.p[0] != 0));
	at = in;
	if (der_integer_any(&at, &out, &e))
		demand(out.n > 0);
	at = in;
	if (der_small(&at, DER_INTEGER, 1000, &small, &e))
		demand(small <= 1000);
	at = in;
	any |= der_boolean(&at, &flag, &e);
	at = in;
	any |= der_oid(&at, &out, &e);
	at = in;
	any |= der_bit_string(&at, &out, &e);
	at = in;
	any |= der_named_bits(&at, &bits, &e);
	at = in;
	any |= der_time(&at, &when, &e);
	at = in;
	if (der_algorithm(&at, &out, &params, &e))
		(void)der_params_empty(params);
	at = in;
	any |= der_string(a, &at, &out, &e);
	/* What any of them takes, der_next takes too. */
	at = in;
	demand(!any || der_next(&at, &(struct der){0}, &e));
}

static void walk(struct arena *a, struct bytes in, int depth)
{
	struct der d;
	struct err e;

	(void)der_is_series(in);
	while (in.n) {
		struct bytes was = in;
		struct writer w;

		try_scalars(a, in);
		if (!der_next(&in, &d, &e)) {
			demand(bytes_equal(in, was));
			return;
		}
		demand(in.n < was.n);
		w = writer_in(a, d.whole.n);
		/* The encoding is distinguished: there is no second one. */
		der_put(&w, d.tag, d.body);
		demand(bytes_equal(writer_bytes(&w), d.whole));
		if (d.tag & 0x20 && depth < DEPTH_MAX)
			walk(a, d.body, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();

	if (n <= 65536)
		walk(a, bytes_make(p, n), 0);
	return 0;
}
