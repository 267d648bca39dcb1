/* pdf_sign_kit: PDF files signed here, and taken apart again.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_PDF_SIGN_KIT_H
#define QY_TESTS_PDF_SIGN_KIT_H

#include <stdlib.h>
#include <unistd.h>

#include "cms_forge.h"
#include "doc/pdf_dss_write.h"
#include "doc/pdf_sign.h"
#include "doc/picture_decode.h"
#include "pdf_kit.h"

enum paper_kind { PAPER_TABLE, PAPER_STREAM, PAPER_HYBRID, PAPER_KINDS };

/* A file whose last section is of a kind; with the catalog's further entries. */
static inline struct bytes paper(
	struct arena *a, enum paper_kind kind, unsigned pages, const char *catalog)
{
	struct pk k = pk_begin(a);
	uint64_t at;

	pk_document(&k, pages, catalog);
	if (kind == PAPER_TABLE) {
		pk_table(&k, "/Root 1 0 R/ID[<01><02>]");
	} else if (kind == PAPER_STREAM) {
		pk_enter(&k, 0, 0, 0, 65535);
		pk_end_stream(&k, 90, "/Root 1 0 R/ID[<01><02>]");
	} else {
		struct pk side = k;

		/* Object 80 is seen by those who read the stream. */
		side.n = 0;
		side.entries = ARENA_ARRAY(a, 10, struct pk_entry);
		pk_open(&side, 80);
		pk_put(&side, "(hidden)\nendobj\n");
		at = pk_xref_stream(&side, 90, "/Root 1 0 R");
		k.w = side.w;
		k.size = 91;
		pk_table(&k, arena_printf(a, "/Root 1 0 R/XRefStm %llu/ID[<01><02>]",
				     (unsigned long long)at));
	}
	return pk_bytes(&k);
}

/* What is done to a file: false and e when it is refused. */
typedef bool work(
	struct pdf *in, struct outfile *to, struct arena *a, void *with, struct err *e);

/* Does it, and gives the octets of the result. */
static inline bool worked(struct arena *a, struct bytes file, work *what, void *with,
	struct bytes *out, struct err *e)
{
	const char *tmp = getenv("TMPDIR");
	char *path = arena_printf(a, "%s/qianyin-pdf-XXXXXX", tmp ? tmp : "/tmp");
	AUTO(source) source = source_of_bytes(file);
	AUTO(outfile) to = NULL;
	AUTO(pdf) p = NULL;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)close(fd);
	(void)unlink(path);
	return pdf_open(&p, source, 0, e) && outfile_open(&to, path, 0600, e) &&
	       what(p, to, a, with, e) &&
	       file_slurp(a, outfile_temporary(to), 64 << 20, out, e);
}

/* A signing: spec and world. */
struct signing_job {
	struct pdf_sign_spec spec;
	struct world *w;
};

static inline bool do_sign(
	struct pdf *in, struct outfile *to, struct arena *a, void *with, struct err *e)
{
	struct signing_job *job = with;

	return pdf_sign(in, to, a, job->w, &job->spec, e);
}

static inline struct signing_job job_of(
	struct desk *d, struct key *key, const struct cert *cert)
{
	return (struct signing_job){.spec = {.key = key,
					    .cert = cert->der,
					    .others = &d->k->ca.der,
					    .others_count = 1,
					    .time = KIT_NOW,
					    .name = "签章人 (甲方)",
					    .reason = "同意"},
		.w = d->w};
}

static inline struct bytes signed_file(
	struct arena *a, struct bytes file, struct signing_job *job)
{
	struct bytes out = {NULL, 0};
	struct err e;

	if (!worked(a, file, do_sign, job, &out, &e))
		fail_msg("%s", e.text);
	/* What stood there stands there. */
	assert_true(out.n > file.n && bytes_starts(out, file));
	return out;
}

static inline void assert_refused(struct arena *a, struct bytes file,
	struct signing_job *job, enum err_code code, int line)
{
	struct bytes out;
	struct err e = {0};

	if (worked(a, file, do_sign, job, &out, &e) || e.code != code)
		fail_msg("line %d: %s: %s", line, err_name(e.code), e.text);
}

/* A file opened, with the dictionary of its form's last field and its value. */
struct look {
	struct source *source;
	struct pdf *pdf;
	struct pdf_value root, form, field, value;
	struct bytes contents; /* with its padding */
	struct source_range covered[2];
};

static inline struct pdf_value get(
	struct look *l, struct arena *a, const struct pdf_value *v, const char *key)
{
	struct pdf_value out;
	struct err e;

	if (!pdf_get(l->pdf, a, v, key, &out, &e))
		fail_msg("%s: %s", key, e.text);
	return out;
}

static inline struct look look_at(struct arena *a, struct bytes file)
{
	struct look l = {.source = source_of_bytes(file)};
	struct pdf_value fields, range;
	struct err e;

	if (!pdf_open(&l.pdf, l.source, 0, &e) || !pdf_root(l.pdf, a, &l.root, &e))
		fail_msg("%s", e.text);
	l.form = get(&l, a, &l.root, "AcroForm");
	fields = get(&l, a, &l.form, "Fields");
	assert_int_equal(fields.kind, PDF_ARRAY);
	assert_true(pdf_resolve(l.pdf, a, &fields.items[fields.count - 1], &l.field, &e));
	l.value = get(&l, a, &l.field, "V");
	l.contents = get(&l, a, &l.value, "Contents").octets;
	range = get(&l, a, &l.value, "ByteRange");
	assert_int_equal(range.count, 4);
	for (size_t i = 0; i < 2; i++)
		l.covered[i] = (struct source_range){(uint64_t)range.items[2 * i].integer,
			(uint64_t)range.items[2 * i + 1].integer};
	return l;
}

static inline void look_end(struct look *l)
{
	pdf_free(l->pdf);
	source_free(l->source);
}

/* The message without the zeros behind it. */
static inline struct bytes trimmed(struct bytes contents)
{
	struct bytes rest = contents;
	struct der d;
	struct err e;

	assert_true(der_next(&rest, &d, &e));
	for (size_t i = 0; i < rest.n; i++)
		assert_int_equal(rest.p[i], 0);
	return d.whole;
}

/* Red with a transparent corner. */
static inline struct picture_pixels red_picture(struct arena *a)
{
	struct picture_pixels px = {.w = 20, .h = 10, .stride = 80};

	px.data = ARENA_ARRAY(a, 200, uint32_t);
	for (size_t i = 1; i < 200; i++)
		px.data[i] = 0xffff0000;
	return px;
}

/* How often a word stands in octets. */
static inline size_t count_of(struct bytes in, const char *word)
{
	size_t n = 0, at;

	while ((at = bytes_find(in, bytes_str(word))) != SIZE_MAX) {
		in = bytes_from(in, at + 1);
		n++;
	}
	return n;
}

#endif
