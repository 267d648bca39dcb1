/* bench_paper: setting a paper of a hundred pages beside LibreOffice, drawing a page
 * beside poppler, and starting up. usage: bench_paper FOLDER QIANYIN
 * SPDX-License-Identifier: Apache-2.0
 *
 * LibreOffice is given the same words, type size, leading, margins and page breaks as a
 * flat OpenDocument, and converts them without a screen.
 */
#include "base/source.h"
#include "bench.h"
#include "doc/render.h"
#include "doc/typeset.h"

enum { FILE_OCTETS_MAX = 16 << 20 };

static const struct bench_unit pages = {"pages/s", 100}, page = {"pages/s", 1};
static const struct side nobody = {"", NULL, NULL};

static void must(bool ok, const char *what, const char *why)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_paper: %s: %s\n", what, why);
	exit(1);
}

/* --- in the library --------------------------------------------------------------- */

typedef bool (*writer)(const struct typeset *t, struct sink to, struct err *e);

static void typeset_by(writer write, size_t times)
{
	while (times--) {
		struct typeset_spec spec = {.world = world_system()};
		AUTO(arena) a = arena_new();
		struct typeset *t = NULL;
		AUTO_BUF file = buf_make(FILE_OCTETS_MAX);
		struct err e = {0};

		must(file_slurp(a, "long-100.md", FILE_OCTETS_MAX, &spec.template, &e) &&
				typeset(a, &spec, &t, &e) &&
				write(t, sink_to_buf(&file), &e),
			"typeset", e.text);
		must(typeset_pages(t) == 100, "typeset", "not a hundred pages");
	}
}

static void typeset_pdf_ours(void *ctx, size_t times)
{
	(void)ctx;
	typeset_by(typeset_pdf, times);
}

static void typeset_ofd_ours(void *ctx, size_t times)
{
	(void)ctx;
	typeset_by(typeset_ofd, times);
}

static void render_ours(void *path, size_t times)
{
	while (times--) {
		struct render_options options = {.dpi = 150};
		struct render_counts counts = {0};
		AUTO(arena) a = arena_new();
		AUTO(source) file = NULL;
		AUTO(ofd) package = NULL;
		AUTO(render) r = NULL;
		struct bytes png = {0};
		struct err e = {0};

		must(source_open(&file, path, &e) && ofd_open(&package, file, &e) &&
				render_open(&r, package, &e) &&
				render_png(r, 49, &options, a, &png, &counts, &e),
			"render", e.text);
		must(render_is_whole(&counts), "render", "something is not drawn");
	}
}

/* --- the rows --------------------------------------------------------------------- */

static void rows_typeset(const char *folder, const char *qianyin)
{
	char settings[300];
	const char *ours[] = {
		qianyin, "typeset", "long-100.md", "-o", "again-100.pdf", NULL};
	const char *both[] = {qianyin, "typeset", "long-100.md", "-o", "again-100.pdf",
		"-o", "again-100.ofd", NULL};
	const char *office[] = {"soffice", "--headless", settings, "--convert-to", "pdf",
		"--outdir", "office-out", "long-100.fodt", NULL};

	(void)snprintf(settings, sizeof settings,
		"-env:UserInstallation=file://%s/office", folder);
	(void)bench_row_in("typeset 100 pages, PDF, library", pages,
		(struct side){"qianyin", typeset_pdf_ours, NULL}, nobody);
	(void)bench_row_in("typeset 100 pages, OFD, library", pages,
		(struct side){"qianyin", typeset_ofd_ours, NULL}, nobody);
	if (access("peers/soffice", F_OK) == 0)
		(void)bench_row_in("typeset 100 pages, PDF, process", pages,
			(struct side){"qianyin", bench_process, ours},
			(struct side){"LibreOffice", bench_process, office});
	else
		bench_skip("LibreOffice", "not here: make setup-peers");
	(void)bench_row_in("typeset 100 pages, PDF and OFD, process", pages,
		(struct side){"qianyin", bench_process, both}, nobody);
}

static void rows_render(const char *qianyin)
{
	const char *ours[] = {qianyin, "render", "--page", "50", "--dpi", "150", "-o",
		"page.png", "long-100.ofd", NULL};
	const char *pdf[] = {qianyin, "render", "--page", "50", "--dpi", "150", "-o",
		"page.png", "long-100.pdf", NULL};
	const char *poppler[] = {"pdftoppm", "-f", "50", "-l", "50", "-r", "150", "-png",
		"long-100.pdf", "poppler", NULL};
	char paper[] = "long-100.ofd";

	(void)bench_row_in("draw a page of OFD at 150 dpi, library", page,
		(struct side){"qianyin", render_ours, paper}, nobody);
	(void)bench_row("draw a page of OFD at 150 dpi, process", 0,
		(struct side){"qianyin", bench_process, ours},
		(struct side){"pdftoppm", bench_process, poppler});
	(void)bench_row("draw a page of PDF at 150 dpi, process", 0,
		(struct side){"qianyin", bench_process, pdf},
		(struct side){"pdftoppm", bench_process, poppler});
}

static void rows_start(const char *qianyin)
{
	const char *ours[] = {qianyin, "verify", "--trust", "bench.trust", "--demo",
		"--crl", "bench.crl", "--cert", "party/chain.pem", "small.ofd", NULL};
	const char *openssl[] = {"openssl", "cms", "-verify", "-binary", "-content",
		"text", "-in", "small.p7", "-inform", "DER", "-CAfile", "p256.cer",
		"-out", "/dev/null", NULL};
	const char *pdf[] = {qianyin, "verify", "--trust", "bench.trust", "--demo",
		"--crl", "p256.crl", "--cert", "p256/chain.pem", "small.pdf", NULL};
	const char *pdfsig[] = {"pdfsig", "-nocert", "small.pdf", NULL};

	(void)bench_row("verify a small OFD, process", 0,
		(struct side){"qianyin", bench_process, ours},
		(struct side){"openssl cms", bench_process, openssl});
	(void)bench_row("verify a small PDF, process", 0,
		(struct side){"qianyin", bench_process, pdf},
		(struct side){"pdfsig", bench_process, pdfsig});
}

int main(int argc, char **argv)
{
	must(argc == 3 && chdir(argv[1]) == 0, "usage", "bench_paper FOLDER QIANYIN");
	rows_start(argv[2]);
	rows_typeset(argv[1], argv[2]);
	rows_render(argv[2]);
	return 0;
}
