/* fuzz_notice: the fields of a tender notice, and an acceptance: what reads is written
 * again the same; no finding lets an unsealed notice through.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "base/time.h"
#include "doc/notice_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void fields(struct arena *a, struct bytes in)
{
	json_t *o = json_loadb((const char *)in.p, in.n, JSON_REJECT_DUPLICATES, NULL);
	struct lockbox_party *parties;
	struct notice n;
	struct bytes again;
	size_t count;
	struct err e = {0};

	if (o && notice_of_json(&n, a, o, &e)) {
		demand(notice_fields(a, &again, &n, &e));
		demand(notice_parties(&n, a, &parties, &count, &e));
		demand(count == n.trustee_count && notice_template(a, &n).n > 0);
	} else if (o) {
		demand(e.code != ERR_NONE && e.text[0]);
	}
	json_decref(o);
}

static void acceptances(struct arena *a, struct bytes in)
{
	struct acceptance x;
	struct statement s;
	struct err e = {0};

	if (!acceptance_read(&x, &s, a, in, &e))
		demand(e.code != ERR_NONE && e.text[0]);
}

static void files(struct arena *a, struct bytes in)
{
	AUTO(source) file = source_of_bytes(in);
	struct notice_conditions c = {
		.arena = a, .lang = LANG_ZH, .now = TIME_DAY, .file = file};
	struct notice_finding *f = ARENA_NEW(a, struct notice_finding);

	notice_check(f, &c);
	demand(notice_is_refused(f));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	struct bytes in = bytes_make(p, n);

	fields(a, in);
	acceptances(a, in);
	files(a, in);
	return 0;
}
