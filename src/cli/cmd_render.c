/* cmd_render: pages as pictures.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "cli/ofd_command.h"
#include "cli/register.h"
#include "doc/poppler.h"
#include "doc/render.h"
#include "doc/verify.h"

struct job {
	struct cli *c;
	const char *path, *out;
	struct source *file;
	struct report *report; /* null: no marks */
	struct render_options options;
	size_t first, last; /* pages, from 0 */
	bool many;          /* output names get numbers */
	json_t *pages;
};

/* What the file's signatures are worth, by the trust store and evidence given. */
static bool report_make(struct job *j, struct err *e)
{
	struct cli *c = j->c;
	struct judge judge = {.arena = c->arena, .lang = c->lang};
	struct trust *trust;
	struct evidence *evidence;

	if (!cli_flag(c, "marks"))
		return true;
	if (!cli_trust(c, &trust, e) || !cli_evidence(c, &evidence, e))
		return false;
	judge.trust = trust;
	judge.evidence = evidence;
	judge.now = cli_time(c, "at", c->world->now(c->world));
	if (!verify_file(&j->report, &judge,
		    text_printable(c->arena, bytes_str(j->path), 1000), j->file, NULL,
		    NULL, e))
		return false;
	j->options.report = j->report;
	return true;
}

/* "out.png" for one page, "out-3.png" for the third of several. */
static const char *page_path(const struct job *j, size_t page)
{
	struct bytes path = bytes_str(j->out);
	size_t n = path.n;

	if (!j->many)
		return j->out;
	if (bytes_ends(path, BYTES(".png")))
		n -= 4;
	return arena_printf(j->c->arena, "%.*s-%zu.png", (int)n, j->out, page + 1);
}

static json_t *tally_json(const struct render_tally *t)
{
	return json_pack("{s:I,s:I,s:I,s:I}", "present", (json_int_t)t->present, "drawn",
		(json_int_t)t->drawn, "hidden", (json_int_t)t->hidden, "failed",
		(json_int_t)t->failed);
}

static json_t *counts_json(const struct render_counts *k)
{
	json_t *notes = json_array();
	json_t *out = json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:I,s:I}", "text",
		tally_json(&k->text), "path", tally_json(&k->path), "image",
		tally_json(&k->image), "composite", tally_json(&k->composite),
		"annotation", tally_json(&k->annotation), "stamp", tally_json(&k->stamp),
		"glyphs", (json_int_t)k->glyphs, "glyphs_missing",
		(json_int_t)k->glyphs_missing, "glyphs_replaced",
		(json_int_t)k->glyphs_replaced);

	for (size_t i = 0; i < k->note_count; i++)
		json_array_append_new(notes, json_string(k->notes[i]));
	json_object_set_new(out, "notes", notes);
	json_object_set_new(out, "whole", json_boolean(render_is_whole(k)));
	return out;
}

static void page_tell(struct job *j, size_t page, const char *path, double w_mm,
	double h_mm, const struct render_counts *k)
{
	struct cli *c = j->c;
	json_t *one = json_pack("{s:I,s:f,s:f}", "page", (json_int_t)page + 1, "width_mm",
		w_mm, "height_mm", h_mm);

	if (path && strcmp(path, "-") != 0)
		json_object_set_new(one, "file", json_string(path));
	if (k) {
		json_object_set_new(one, "objects", counts_json(k));
		if (!render_is_whole(k))
			cli_note(c, cli_say(c, MSG_RENDER_INCOMPLETE,
					    arena_printf(c->arena, "%zu", page + 1),
					    k->note_count ? k->notes[0] : ""));
	}
	json_array_append_new(j->pages, one);
}

static bool png_pages(struct job *j, struct render *r, struct err *e)
{
	for (size_t i = j->first; i <= j->last; i++) {
		AUTO(arena) a = arena_new();
		struct render_counts counts = {0};
		const char *path = page_path(j, i);
		struct bytes png;
		double w, h;

		if (!render_page_size(r, i, &w, &h, e) ||
			!render_png(r, i, &j->options, a, &png, &counts, e) ||
			!cli_write(j->c, path, 0644, png, e))
			return false;
		page_tell(j, i, path, w, h, &counts);
	}
	return true;
}

static bool pdf_file(struct job *j, struct render *r, struct err *e)
{
	AUTO(cli_output) out = NULL;
	struct render_counts counts = {0};
	double w, h;

	if (!render_page_size(r, j->first, &w, &h, e) ||
		!cli_output_open(&out, j->c, j->out, 0644, e) ||
		!render_pdf(r, j->first, j->last, &j->options, j->c->arena,
			sink_to_output(out), &counts, e) ||
		!cli_output_commit(out, e))
		return false;
	page_tell(j, j->first, j->out, w, h, &counts);
	return true;
}

/* Which pages of n; sets first, last and many. */
static bool pages_choose(struct job *j, size_t n, bool all_usual, struct err *e)
{
	struct cli *c = j->c;
	uint64_t page = cli_number(c, "page", 0);
	bool all = cli_text(c, "pages") || (all_usual && page == 0);

	if (n == 0)
		return err_set(e, ERR_MALFORMED, "no pages");
	if (page > n || (page == 0 && cli_text(c, "page")))
		return err_set(
			e, ERR_USAGE, "--page %llu / %zu", (unsigned long long)page, n);
	j->first = all || page == 0 ? 0 : (size_t)page - 1;
	j->last = all ? n - 1 : j->first;
	j->many = cli_text(c, "pages") && !all_usual;
	return true;
}

static bool ofd_render(struct job *j, struct err *e)
{
	bool pdf = bytes_ends(bytes_str(j->out), BYTES(".pdf"));
	AUTO(ofd) o = NULL;
	AUTO(render) r = NULL;

	if (!ofd_open(&o, j->file, e) || !render_open(&r, o, e) ||
		!pages_choose(j, render_pages_n(r), pdf, e))
		return false;
	return pdf ? pdf_file(j, r, e) : png_pages(j, r, e);
}

static bool pdf_render(struct job *j, struct err *e)
{
	AUTO(poppler) p = NULL;
	struct poppler_page_size *sizes;
	unsigned dpi =
		j->options.dpi == 0 ? RENDER_DPI_DEFAULT : (unsigned)j->options.dpi;
	size_t n;

	if (bytes_ends(bytes_str(j->out), BYTES(".pdf")))
		return err_set(e, ERR_USAGE, "%s", cli_say(j->c, MSG_RENDER_PDF_TO_PDF));
	if (!poppler_open(&p, j->path, e) ||
		!poppler_sizes(p, j->c->arena, &sizes, &n, e) ||
		!pages_choose(j, n, false, e))
		return false;
	for (size_t i = j->first; i <= j->last; i++) {
		AUTO(arena) a = arena_new();
		const char *path = page_path(j, i);
		struct bytes png;

		if (!poppler_page_png(p, a, (unsigned)i + 1, dpi, &png, e) ||
			(j->report &&
				!marks_beside(a, png, sizes[i].width_mm,
					sizes[i].height_mm, i + 1, j->report, &png, e)) ||
			!cli_write(j->c, path, 0644, png, e))
			return false;
		page_tell(j, i, path, sizes[i].width_mm, sizes[i].height_mm, NULL);
	}
	return true;
}

static bool is_pdf(struct source *file)
{
	uint8_t head[1024] = {0};
	size_t n =
		source_size(file) < sizeof head ? (size_t)source_size(file) : sizeof head;
	struct err e;

	return source_read(file, 0, head, n, &e) &&
	       bytes_find(bytes_make(head, n), BYTES("%PDF-")) != SIZE_MAX;
}

static int run(struct cli *c)
{
	struct job j = {.c = c,
		.path = cli_operand(c, 0),
		.out = cli_text(c, "out"),
		.options = {.dpi = (double)cli_number(c, "dpi", 0),
			.without_stamps = cli_flag(c, "no-stamps")}};
	AUTO(source) file = NULL;
	struct err e;
	bool good;

	if (cli_text(c, "page") && cli_text(c, "pages"))
		return cli_misuse(c, cli_say(c, MSG_CLI_ONE_OF, "--page", "--pages"));
	if (!source_open(&file, j.path, &e))
		return cli_fail(c, &e);
	j.file = file;
	j.pages = json_array();
	good = report_make(&j, &e) &&
	       (is_pdf(file) ? pdf_render(&j, &e) : ofd_render(&j, &e));
	if (!good) {
		json_decref(j.pages);
		(void)err_in(&e, "%s", j.path);
		return cli_fail(c, &e);
	}
	if (c->json)
		cli_json(c, json_pack("{s:o}", "pages", j.pages));
	else
		json_decref(j.pages);
	return 0;
}

static const struct cli_option options[] = {
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_RENDER_OUT, 0},
	{"page", 0, CLI_NUMBER, 0, NULL, MSG_OPT_RENDER_PAGE, 1000000},
	{"pages", 0, CLI_CHOICE, 0, "all", MSG_OPT_RENDER_PAGES, 0},
	{"dpi", 0, CLI_NUMBER, 0, NULL, MSG_OPT_RENDER_DPI, 1200},
	{"marks", 0, CLI_FLAG, 0, NULL, MSG_OPT_RENDER_MARKS, 0},
	{"no-stamps", 0, CLI_FLAG, 0, NULL, MSG_OPT_RENDER_NO_STAMPS, 0},
	CLI_TRUST_ROWS,
	{"at", 0, CLI_TIME, 0, NULL, MSG_OPT_VERIFY_AT, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_RENDER_FILE},
	CLI_END,
};

const struct cli_command cmd_render = {
	.name = "render",
	.run = run,
	.summary = MSG_CMD_RENDER,
	.about = MSG_CMD_RENDER_ABOUT,
	.options = options,
	.operands = operands,
	.json = true,
};
