/* fuzz_cms: messages of GB/T 35275 and CMS: read, judged, opened.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/cms_verify.h"
#include "doc/cms_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void judge(struct bytes der)
{
	AUTO(arena) a = arena_new();
	AUTO(source) content = source_of_bytes(BYTES("document"));
	struct judge j = {.arena = a, .lang = LANG_ZH, .evidence = evidence_new(a)};
	struct report *r = report_new(&j, "fuzz", "cms");
	struct cms_given given = {.content = der.n & 1 ? content : NULL};
	struct err e = {0};

	if (!cms_judge(r, &j, der, &given, &e))
		demand(e.code != ERR_NONE && e.text[0]);
	report_conclude(r);
	/* Without a trust store nothing is ever total-passed. */
	demand(r->indication != INDICATION_PASSED);
	demand(report_json(r)[0] == '{' && report_text(r)[0]);
}

static void open_it(struct bytes der)
{
	static const uint8_t d[SM2_SCALAR] = {1, 2, 3};
	AUTO(key) key = NULL;
	struct cms_opened o;
	struct err e = {0};

	demand(key_of_sm2(&key, d, &e));
	if (cms_open(&o, der, key, NULL, &e))
		secret_free(o.content);
	else
		demand(e.code != ERR_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes der = bytes_make(p, n);
	struct cms c;
	struct err e;

	(void)cms_content_is_confusable(der);
	demand(!cms_read(&c, der, &e) || cms_is(der));
	judge(der);
	open_it(der);
	return 0;
}
