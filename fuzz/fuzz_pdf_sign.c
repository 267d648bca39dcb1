/* Adding to any PDF: a document time stamp and evidence. What is added to keeps every
 * octet, and opens again with one revision more each time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/world.h"
#include "doc/pdf.h"
#include "doc/pdf_dss_write.h"
#include "doc/pdf_sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { RESULT_MAX = 4 << 20 };

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static bool stamp(void *ctx, struct arena *a, struct bytes imprint, struct bytes *token,
	struct err *e)
{
	(void)ctx;
	(void)a;
	(void)e;
	demand(imprint.n == SHA256_SIZE);
	*token = BYTES("\x30\x03\x02\x01\x05");
	return true;
}

static int64_t no_time(struct world *w)
{
	(void)w;
	return 0;
}

static void no_chance(struct world *w, void *p, size_t n)
{
	(void)w;
	memset(p, 7, n);
}

static struct world still = {no_time, no_chance};

static bool add(struct pdf *p, struct outfile *to, struct arena *a, bool evidence,
	bool *added, struct err *e)
{
	static const struct stamper stamper = {NULL, DIGEST_SHA256, stamp};
	static const struct bytes certs[] = {{(const uint8_t *)"\x30\x00", 2}};
	static const struct pdf_vri vri = {.evidence = {.certs = certs, .cert_count = 1}};
	static const struct pdf_dss dss = {.vris = &vri, .vri_count = 1};

	*added = true;
	return evidence ? pdf_add_dss(p, to, a, &still, &dss, added, e)
			: pdf_add_timestamp(p, to, a, &still, &stamper, e);
}

static void try_adding(struct pdf *p, struct bytes was, bool evidence)
{
	const char *tmp = getenv("TMPDIR");
	AUTO(arena) a = arena_new();
	AUTO(outfile) to = NULL;
	AUTO(source) s = NULL;
	AUTO(pdf) again = NULL;
	struct bytes is;
	bool added;
	struct err e;

	demand(outfile_open(
		&to, arena_printf(a, "%s/fuzz-pdf-sign", tmp ? tmp : "/tmp"), 0600, &e));
	if (!add(p, to, a, evidence, &added, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return;
	}
	demand(file_slurp(a, outfile_temporary(to), RESULT_MAX, &is, &e));
	demand(bytes_starts(is, was));
	demand(source_open(&s, outfile_temporary(to), &e) && pdf_open(&again, s, 0, &e));
	demand(pdf_revisions(again) == pdf_revisions(p) + added);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
	struct bytes b = bytes_make(octets, n);
	AUTO(source) s = source_of_bytes(b);
	AUTO(pdf) p = NULL;
	struct err e;

	if (n > 65536 || !pdf_open(&p, s, 0, &e))
		return 0;
	try_adding(p, b, false);
	try_adding(p, b, true);
	return 0;
}
