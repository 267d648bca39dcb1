/* What a PDF shows comes out of the sandboxed child; what would harm does not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include <cairo-pdf.h>
#include <cairo.h>

#include "doc/picture_decode.h"
#include "doc/poppler.h"
#include "doc/poppler_child.h"
#include "unit.h"

static cairo_status_t gather(void *to, const unsigned char *p, unsigned n)
{
	struct err e;

	return buf_put(to, bytes_make(p, n), &e) ? CAIRO_STATUS_SUCCESS
						 : CAIRO_STATUS_WRITE_ERROR;
}

/* Two pages of 100 × 50 mm: a red square of 20 mm at 10, 10; two words on the second. */
static void make_pdf(struct buf *to)
{
	double mm = 72 / 25.4;
	cairo_surface_t *s =
		cairo_pdf_surface_create_for_stream(gather, to, 100 * mm, 50 * mm);
	cairo_t *cr = cairo_create(s);

	cairo_scale(cr, mm, mm);
	cairo_set_source_rgb(cr, 1, 0, 0);
	cairo_rectangle(cr, 10, 10, 20, 20);
	cairo_fill(cr);
	cairo_show_page(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	cairo_set_font_size(cr, 8);
	cairo_move_to(cr, 20, 30);
	cairo_show_text(cr, "Hello seal");
	cairo_show_page(cr);
	cairo_destroy(cr);
	cairo_surface_destroy(s);
}

/* An open PDF, or a skip where the tools are missing. */
static struct poppler *open_pdf(struct arena *a, struct bytes pdf)
{
	AUTO(source) s = source_of_bytes(pdf);
	struct poppler_page_size *sizes;
	struct poppler *p;
	struct err e;
	size_t n;

	assert_true(poppler_of_source(&p, s, &e));
	if (!poppler_sizes(p, a, &sizes, &n, &e) && e.code == ERR_UNSUPPORTED) {
		poppler_free(p);
		SKIP("%s", e.text);
	}
	return p;
}

static void tells_sizes_and_draws_a_page(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF pdf = buf_make(1 << 20);
	AUTO(poppler) p = NULL;
	struct poppler_page_size *sizes;
	struct picture_pixels px;
	struct bytes png;
	struct err e;
	size_t n;

	(void)state;
	make_pdf(&pdf);
	p = open_pdf(a, buf_bytes(&pdf));
	assert_true(poppler_sizes(p, a, &sizes, &n, &e));
	assert_int_equal(n, 2);
	assert_true(sizes[0].width_mm > 99.9 && sizes[0].width_mm < 100.1);
	assert_true(sizes[1].height_mm > 49.9 && sizes[1].height_mm < 50.1);
	assert_true(poppler_page_png(p, a, 1, 254, &png, &e));
	assert_true(picture_decode(a, png, 0, 0, &px, &e));
	assert_true(px.w == 1000 || px.w == 1001);
	assert_int_equal(px.data[px.w * 200 + 200], 0xffff0000);
	assert_int_equal(px.data[px.w * 50 + 50], 0xffffffff);
	assert_false(poppler_page_png(p, a, 3, 100, &png, &e));
	assert_false(poppler_page_png(p, a, 0, 100, &png, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
}

static void tells_where_words_stand(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF pdf = buf_make(1 << 20);
	AUTO(poppler) p = NULL;
	struct poppler_word *words;
	struct err e;
	size_t n;

	(void)state;
	make_pdf(&pdf);
	p = open_pdf(a, buf_bytes(&pdf));
	assert_true(poppler_words(p, a, 1, 0, &words, &n, &e));
	assert_int_equal(n, 2);
	assert_bytes(words[0].text, BYTES("Hello"));
	assert_bytes(words[1].text, BYTES("seal"));
	assert_int_equal(words[0].page, 2);
	assert_true(words[0].x > 19 && words[0].x < 21.5);
	/* The baseline stands at 30 mm. */
	assert_true(words[0].y < 26 && words[0].y + words[0].h > 30);
	assert_true(words[1].x > words[0].x + words[0].w);
	assert_true(poppler_words(p, a, 1, 1, &words, &n, &e));
	assert_int_equal(n, 0);
	assert_false(poppler_words(p, a, 3, 0, &words, &n, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
}

static void refuses_what_is_no_pdf(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(poppler) p = open_pdf(a, BYTES("%PDF-1.7\nno more"));
	AUTO(poppler) none = NULL;
	struct poppler_page_size *sizes;
	struct poppler_word *words;
	struct bytes png;
	struct err e;
	size_t n;

	(void)state;
	assert_false(poppler_sizes(p, a, &sizes, &n, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(poppler_words(p, a, 1, 0, &words, &n, &e));
	assert_false(poppler_page_png(p, a, 1, 100, &png, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(poppler_open(&none, "/nowhere/x.pdf", &e));
	assert_int_equal(e.code, ERR_NO_INPUT);
	assert_false(poppler_open(&none, "/dev/zero", &e));
}

/* What a service run by root is given belongs to others. */
static void reads_what_belongs_to_somebody_else(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF pdf = buf_make(1 << 20);
	AUTO(poppler) p = NULL;
	struct poppler_page_size *sizes;
	const char *tmp = getenv("TMPDIR");
	char *path = arena_printf(a, "%s/qianyin-pdf-XXXXXX", tmp ? tmp : "/tmp");
	int fd = mkstemp(path);
	struct err e;
	size_t n;
	bool good;

	(void)state;
	make_pdf(&pdf);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, pdf.p, pdf.n), pdf.n);
	if (geteuid() == 0)
		assert_int_equal(fchown(fd, 65534, 65534), 0);
	assert_int_equal(fchmod(fd, 0600), 0);
	close(fd);
	good = poppler_open(&p, path, &e) && poppler_sizes(p, a, &sizes, &n, &e);
	unlink(path);
	if (!good && e.code == ERR_UNSUPPORTED)
		SKIP("%s", e.text);
	if (!good)
		fail_msg("%s", e.text);
	assert_int_equal(n, 2);
}

static void lists_the_pictures_of_a_sample(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(poppler) p = NULL;
	struct poppler_image *images;
	struct err e;
	size_t n;

	(void)state;
	assert_true(poppler_open(&p, sample_path(a, "pdf/sm2sign.pdf"), &e));
	if (!poppler_images(p, a, &images, &n, &e)) {
		assert_int_equal(e.code, ERR_UNSUPPORTED);
		SKIP("%s", e.text);
	}
	assert_int_equal(n, 2);
	assert_int_equal(images[0].w, 280);
	assert_false(images[0].is_mask);
	assert_true(images[1].is_mask);
	assert_true(images[0].width_mm > 40.5 && images[0].width_mm < 41.5);
}

/* In the sandbox: 0 when everything that harms is refused, else a number that tells. */
static int try_to_harm(void *ctx)
{
	(void)ctx;
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM)
		return 1;
	if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
		return 2;
	if (fork() >= 0)
		return 3;
	if (ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0 || errno != EPERM)
		return 4;
	if (kill(getppid(), 0) == 0)
		return 5;
	if (open("written-by-a-child", O_WRONLY | O_CREAT, 0600) >= 0)
		return 6;
	if (unlink("/nowhere") == 0 || errno != EPERM)
		return 7;
	if (open("/dev/null", O_RDONLY) < 0)
		return 8;
	if (fcntl(9, F_GETFD) >= 0)
		return 9;
	return 0;
}

static int hang(void *ctx)
{
	while (!ctx)
		pause();
	return 0;
}

static int crash(void *ctx)
{
	(void)ctx;
	raise(SIGKILL);
	return 0;
}

static const struct child_limits two_seconds = {2, (size_t)1 << 40};

static void the_child_can_do_no_harm(void **state)
{
	struct err e;
	int code, fd = dup2(0, 9);

	(void)state;
	assert_true(child_try(try_to_harm, NULL, two_seconds, &code, &e));
	if (fd == 9)
		close(9);
	assert_int_equal(code, 0);
}

static void a_child_that_hangs_is_ended(void **state)
{
	struct timespec before, after;
	struct err e;
	int code;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_false(child_try(hang, NULL, two_seconds, &code, &e));
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_int_equal(e.code, ERR_BUSY);
	assert_true(after.tv_sec - before.tv_sec >= 1);
}

static void a_child_that_dies_is_told(void **state)
{
	struct err e;
	int code;

	(void)state;
	/* Signals to itself are refused too where they go through kill or tkill; raise
	 * uses tgkill, which abort() needs. */
	assert_true(child_try(crash, NULL, two_seconds, &code, &e));
	assert_int_equal(code, -SIGKILL);
}

static void output_beyond_the_limit_is_refused(void **state)
{
	static const char *const args[] = {"cat", NULL};
	AUTO_BUF out = buf_make(1000);
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct err e;

	(void)state;
	assert_true(fd >= 0);
	assert_false(child_run("cat", args, fd, two_seconds, &out, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_int_equal(out.n, 1000);
	close(fd);
	assert_false(child_run("no-such-program", args, 0, two_seconds, &out, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_sizes_and_draws_a_page),
		cmocka_unit_test(tells_where_words_stand),
		cmocka_unit_test(refuses_what_is_no_pdf),
		cmocka_unit_test(reads_what_belongs_to_somebody_else),
		cmocka_unit_test(lists_the_pictures_of_a_sample),
		cmocka_unit_test(the_child_can_do_no_harm),
		cmocka_unit_test(a_child_that_hangs_is_ended),
		cmocka_unit_test(a_child_that_dies_is_told),
		cmocka_unit_test(output_beyond_the_limit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
