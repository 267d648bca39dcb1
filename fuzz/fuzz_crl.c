/* CRL: what is parsed can be walked, found again, compared and laid over itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "pki/crl.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void walk(const struct crl *c)
{
	struct crl_entry entry, found;
	struct bytes rest = c->entries;
	size_t count = 0;

	while (crl_next(&rest, &entry)) {
		demand(entry.serial.n > 0 && entry.reason != 7);
		demand(entry.reason != CRL_REMOVE || c->is_delta);
		if (count++ < 64)
			demand(crl_find(c, entry.serial, &found) &&
				bytes_equal(found.serial, entry.serial));
	}
	/* Parsing looked at each entry: walking stops at none. */
	demand(rest.n == 0 && count == c->entry_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct crl_entry entry;
	struct crl c;
	struct err e;

	if (!crl_parse(&c, bytes_make(p, n), &e)) {
		demand(e.code != ERR_NONE);
		return 0;
	}
	walk(&c);
	demand(crl_order(&c, &c) == CRL_EQUAL);
	demand(!crl_delta_fits(&c, &c));
	(void)crl_find_merged(&c, &c, BYTES("\x01"), &entry);
	return 0;
}
