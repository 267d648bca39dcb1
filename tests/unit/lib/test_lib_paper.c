/* test_lib_paper: papers through the public header: set, drawn, looked into, reported on;
 * and what is wrong is refused and leaves nothing behind.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "qianyin/qianyin.h"
#include "unit.h"

#define PNG  "\x89PNG\r\n\x1a\n"
#define TEXT "# 合同\n\n单价{{price|money}}。\n\n甲方：[[slot:buyer.seal]]\n"

struct room {
	char folder[32];
	char pdf[64], ofd[64], report[64], text[64];
	qy_context *ctx;
};

static struct qy_bytes of(const char *s)
{
	return (struct qy_bytes){s, strlen(s)};
}

static int begin(void **state)
{
	struct room *r = NEW(struct room);

	memcpy(r->folder, "test_lib_paper.XXXXXX", 22);
	if (!mkdtemp(r->folder))
		return -1;
	(void)snprintf(r->pdf, sizeof r->pdf, "%s/a.pdf", r->folder);
	(void)snprintf(r->ofd, sizeof r->ofd, "%s/a.ofd", r->folder);
	(void)snprintf(r->report, sizeof r->report, "%s/r.pdf", r->folder);
	(void)snprintf(r->text, sizeof r->text, "%s/a.txt", r->folder);
	r->ctx = qy_context_new("en");
	*state = r;
	return 0;
}

static int end(void **state)
{
	struct room *r = *state;

	(void)unlink(r->pdf);
	(void)unlink(r->ofd);
	(void)unlink(r->report);
	(void)unlink(r->text);
	(void)rmdir(r->folder);
	qy_context_free(r->ctx);
	mem_free(r);
	return 0;
}

static struct qy_typeset_options paper(struct room *r)
{
	return (struct qy_typeset_options){.size = sizeof(struct qy_typeset_options),
		.markdown = of(TEXT),
		.fields = of("{\"price\":123456}"),
		.number = "HT-1",
		.pdf_path = r->pdf,
		.ofd_path = r->ofd};
}

/* Both formats, or the test is skipped where there is no font. */
static void set_both(struct room *r, struct qy_buffer *layout)
{
	struct qy_typeset_options o = paper(r);
	struct qy_error e;

	if (qy_typeset(r->ctx, &o, layout, &e))
		return;
	if (e.code == QY_NOT_FOUND)
		SKIP("no font for pages: %s", e.text);
	fail_msg("%s", e.text);
}

static void assert_refused(int result, const struct qy_error *e, int code)
{
	assert_int_equal(result, 0);
	assert_int_equal(e->code, code);
	assert_true(e->text[0] != 0);
}

static void a_paper_is_set_in_both_formats_and_tells_its_slots(void **state)
{
	struct room *r = *state;
	struct qy_buffer layout = {0};
	struct bytes said;

	set_both(r, &layout);
	assert_int_equal(access(r->pdf, F_OK), 0);
	assert_int_equal(access(r->ofd, F_OK), 0);
	said = bytes_make(layout.data, layout.size);
	assert_int_not_equal(bytes_find(said, BYTES("\"pages\": 1")), SIZE_MAX);
	assert_int_not_equal(bytes_find(said, BYTES("\"buyer.seal\"")), SIZE_MAX);
	qy_buffer_free(&layout);
}

static void a_wrong_paper_is_refused_and_nothing_appears(void **state)
{
	struct room *r = *state;
	struct qy_typeset_options o = paper(r);
	struct qy_error e;

	assert_refused(qy_typeset(r->ctx, NULL, NULL, &e), &e, QY_USAGE);
	o.size--;
	assert_refused(qy_typeset(r->ctx, &o, NULL, &e), &e, QY_USAGE);
	o = paper(r);
	o.pdf_path = o.ofd_path = NULL;
	assert_refused(qy_typeset(r->ctx, &o, NULL, &e), &e, QY_USAGE);
	o.pdf_path = o.ofd_path = r->pdf;
	assert_refused(qy_typeset(r->ctx, &o, NULL, &e), &e, QY_USAGE);
	o = paper(r);
	o.image_count = 1;
	assert_refused(qy_typeset(r->ctx, &o, NULL, &e), &e, QY_USAGE);
	o = paper(r);
	o.fields = of("{}");
	if (!qy_typeset(r->ctx, &o, NULL, &e) && e.code == QY_NOT_FOUND)
		SKIP("no font for pages: %s", e.text);
	assert_refused(qy_typeset(r->ctx, &o, NULL, &e), &e, QY_USAGE);
	o.fields = of("{");
	assert_refused(qy_typeset(r->ctx, &o, NULL, &e), &e, QY_MALFORMED);
	assert_int_equal(access(r->pdf, F_OK), -1);
	assert_int_equal(access(r->ofd, F_OK), -1);
}

static void pages_are_drawn_and_others_refused(void **state)
{
	struct room *r = *state;
	const char *const paths[] = {r->pdf, r->ofd};

	set_both(r, NULL);
	for (size_t i = 0; i < 2; i++) {
		struct qy_render_options o = {.size = sizeof o, .page = 1, .dpi = 50};
		struct qy_buffer png = {0};
		struct qy_error e = {0};
		int whole = 0;

		if (!qy_render_png(r->ctx, paths[i], &o, &png, &whole, &e)) {
			if (e.code == QY_UNSUPPORTED)
				SKIP("no tool draws PDF: %s", e.text);
			fail_msg("%s: %s", paths[i], e.text);
		}
		assert_true(bytes_starts(bytes_make(png.data, png.size), BYTES(PNG)));
		assert_int_equal(whole, 1);
		qy_buffer_free(&png);
		o.page = 2;
		assert_refused(qy_render_png(r->ctx, paths[i], &o, &png, NULL, &e), &e,
			QY_USAGE);
		o.page = 0;
		assert_refused(qy_render_png(r->ctx, paths[i], &o, &png, NULL, &e), &e,
			QY_USAGE);
		o.page = 1;
		o.dpi = 1201;
		assert_refused(qy_render_png(r->ctx, paths[i], &o, &png, NULL, &e), &e,
			QY_USAGE);
		o.dpi = 0;
		o.size++;
		assert_refused(qy_render_png(r->ctx, paths[i], &o, &png, NULL, &e), &e,
			QY_USAGE);
		assert_null(png.data);
	}
}

static void what_we_set_is_closed_and_other_files_are_refused(void **state)
{
	struct room *r = *state;
	struct qy_buffer json = {0};
	struct qy_error qe;
	int closed = 0;
	struct err e;

	set_both(r, NULL);
	assert_int_equal(qy_closed(r->ctx, r->ofd, &closed, &json, &qe), 1);
	assert_int_equal(closed, 1);
	assert_int_not_equal(
		bytes_find(bytes_make(json.data, json.size), BYTES("\"findings\": []")),
		SIZE_MAX);
	qy_buffer_free(&json);
	assert_int_equal(qy_closed(r->ctx, r->pdf, &closed, NULL, &qe), 1);
	assert_int_equal(closed, 1);
	/* What cannot be read is not closed. */
	assert_true(file_write(r->text, 0600, BYTES("%PDF-1.7\nnothing"), &e));
	assert_int_equal(qy_closed(r->ctx, r->text, &closed, NULL, &qe), 1);
	assert_int_equal(closed, 0);
	assert_true(file_write(r->text, 0600, BYTES("plain text"), &e));
	assert_refused(
		qy_closed(r->ctx, r->text, &closed, NULL, &qe), &qe, QY_UNSUPPORTED);
	assert_refused(qy_closed(r->ctx, NULL, &closed, NULL, &qe), &qe, QY_USAGE);
}

static void a_report_becomes_a_paper_or_says_why_not(void **state)
{
	struct room *r = *state;
	struct qy_render_options o = {.size = sizeof o, .page = 1, .dpi = 40};
	struct qy_buffer png = {0};
	qy_report *report = NULL;
	struct qy_error e = {0};

	set_both(r, NULL);
	assert_int_equal(qy_verify_file(r->ctx, r->ofd, NULL, &report, &e), 1);
	assert_int_equal(qy_report_pdf(report, r->report, &e), 1);
	assert_int_equal(access(r->report, F_OK), 0);
	assert_refused(qy_report_pdf(report, NULL, &e), &e, QY_USAGE);
	assert_refused(qy_report_pdf(NULL, r->report, &e), &e, QY_USAGE);
	assert_refused(qy_report_pdf(report, r->folder, &e), &e, QY_WRITE);
	o.report = report;
	assert_int_equal(qy_render_png(r->ctx, r->ofd, &o, &png, NULL, &e), 1);
	qy_buffer_free(&png);
	qy_report_free(report);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_paper_is_set_in_both_formats_and_tells_its_slots),
		WITH(a_wrong_paper_is_refused_and_nothing_appears),
		WITH(pages_are_drawn_and_others_refused),
		WITH(what_we_set_is_closed_and_other_files_are_refused),
		WITH(a_report_becomes_a_paper_or_says_why_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
