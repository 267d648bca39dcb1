/* fuzz_order: signing orders, batches and login tokens. What reads is written again the
 * same; without a trusted platform every one is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/login.h"
#include "doc/order.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void content(struct arena *a, struct bytes in)
{
	struct order o;
	struct bytes again;
	struct err e = {0};

	if (order_read(&o, a, in, &e)) {
		demand(order_write(a, &again, &o, &e) && bytes_equal(again, in));
		demand(o.expiry > o.issued && order_total(&o) >= 0);
	} else {
		demand(e.code != ERR_NONE && e.text[0]);
	}
}

static void tokens(struct bytes in)
{
	uint8_t room[2 * LOGIN_TOKEN_MAX];
	struct writer w = writer_over(room, sizeof room);
	struct login_token t;
	struct err e;

	if (!login_token_read(&t, in, &e))
		return;
	login_token_write(&w, &t);
	demand(!w.full && bytes_equal(writer_bytes(&w), in));
}

/* A platform that trusts nobody. */
static void answers(struct arena *a, struct bytes in)
{
	struct login_conditions c = {.arena = a,
		.lang = LANG_ZH,
		.platform = BYTES("platform"),
		.origin = BYTES("https://platform.example")};
	struct login_finding f;

	login_check(&f, in, &c);
	demand(login_is_refused(&f));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_make(p, n);
	AUTO(arena) a = arena_new();
	struct order_signed signed_order;
	struct order_batch batch;
	struct err e;

	content(a, in);
	tokens(in);
	answers(a, in);
	if (order_open(&signed_order, a, in, &e))
		content(a, signed_order.statement.content);
	if (batch_open(&batch, a, in, &e))
		for (uint32_t i = 0; i < batch.count; i++)
			(void)!order_open(&signed_order, a, batch.rows[i], &e);
	return 0;
}
