/* poppler: see poppler.h. What the tools print is as hostile as the file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/poppler.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "doc/poppler_child.h"
#include "doc/poppler_print.h"

#define THE_INPUT "/dev/fd/0"

enum { COPY_MAX = 512 << 20, COPY_PIECE = 1 << 16, LIST_MAX = 16 << 20 };
enum { PAGES_AT_ONCE = 40 };

struct poppler {
	int fd;
};

static const struct child_limits limits = {
	.seconds = POPPLER_SECONDS, .memory = (size_t)2 << 30};

bool poppler_open(struct poppler **out, const char *path, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_system(e, ERR_NO_INPUT, path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(e, ERR_NO_INPUT, "%s: not a file", path);
	}
	*out = NEW(struct poppler);
	(*out)->fd = fd;
	return true;
}

static bool put_whole(int fd, const uint8_t *p, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = write(fd, p, n);

		if (k <= 0)
			return err_system(e, ERR_IO, "copying a PDF");
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static bool source_copy(int fd, struct source *s, struct err *e)
{
	AUTO_MEM uint8_t *piece = mem_alloc(COPY_PIECE);
	uint64_t size = source_size(s);

	for (uint64_t at = 0; at < size;) {
		size_t n = size - at < COPY_PIECE ? (size_t)(size - at) : COPY_PIECE;

		if (!source_read(s, at, piece, n, e) || !put_whole(fd, piece, n, e))
			return false;
		at += n;
	}
	return true;
}

bool poppler_of_source(struct poppler **out, struct source *s, struct err *e)
{
	int fd;

	if (source_size(s) > COPY_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "a PDF of more than %d MB", COPY_MAX >> 20);
	fd = memfd_create("pdf", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return err_system(e, ERR_IO, "memory for a PDF");
	if (!source_copy(fd, s, e)) {
		close(fd);
		return false;
	}
	if (fcntl(fd, F_ADD_SEALS,
		    F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
		close(fd);
		return err_system(e, ERR_IO, "memory for a PDF");
	}
	*out = NEW(struct poppler);
	(*out)->fd = fd;
	return true;
}

void poppler_free(struct poppler *p)
{
	if (!p)
		return;
	close(p->fd);
	mem_free(p);
}

/* Runs a tool over the file from its beginning. */
static bool tool_run(struct poppler *p, const char *program, const char *const args[],
	struct buf *out, struct err *e)
{
	if (lseek(p->fd, 0, SEEK_SET) != 0)
		return err_system(e, ERR_IO, "PDF");
	return child_run(program, args, p->fd, limits, out, e);
}

bool poppler_sizes(struct poppler *p, struct arena *a, struct poppler_page_size **out,
	size_t *n, struct err *e)
{
	static const char *const args[] = {
		"pdfinfo", "-enc", "UTF-8", "-f", "1", "-l", "100000", THE_INPUT, NULL};
	AUTO_BUF text = buf_make(LIST_MAX);

	return tool_run(p, args[0], args, &text, e) &&
	       print_sizes(a, buf_bytes(&text), out, n, e);
}

bool poppler_page_png(struct poppler *p, struct arena *a, unsigned page, unsigned dpi,
	struct bytes *out, struct err *e)
{
	const char *number = arena_printf(a, "%u", page);
	const char *const args[] = {"pdftocairo", "-png", "-singlefile", "-cropbox", "-f",
		number, "-l", number, "-r", arena_printf(a, "%u", dpi), THE_INPUT, "-",
		NULL};
	AUTO_BUF png = buf_make(POPPLER_PNG_MAX);
	struct bytes made;

	if (page == 0 || page > POPPLER_PAGES_MAX)
		return err_set(e, ERR_NOT_FOUND, "no page %u", page);
	if (dpi == 0 || dpi > POPPLER_DPI_MAX)
		return err_set(e, ERR_USAGE, "1 to %d dots per inch", POPPLER_DPI_MAX);
	if (!tool_run(p, args[0], args, &png, e))
		return false;
	made = buf_bytes(&png);
	/* Beyond the last page the tool is content with drawing nothing. */
	if (!bytes_starts(made, BYTES("\x89PNG")))
		return err_set(e, ERR_NOT_FOUND, "no page %u", page);
	*out = arena_dup(a, made);
	return true;
}

/* The words of a few pages, behind those in w. *pages: how many there were. */
static bool words_some(struct poppler *p, struct arena *a, unsigned first, unsigned last,
	struct print_words *w, size_t *pages, struct err *e)
{
	const char *const args[] = {"pdftotext", "-bbox", "-cropbox", "-enc", "UTF-8",
		"-f", arena_printf(a, "%u", first), "-l", arena_printf(a, "%u", last),
		THE_INPUT, "-", NULL};
	AUTO_BUF text = buf_make(POPPLER_TEXT_MAX);

	return tool_run(p, args[0], args, &text, e) &&
	       print_words(a, &text, first, w, pages, e);
}

bool poppler_words(struct poppler *p, struct arena *a, unsigned first, unsigned last,
	struct poppler_word **out, size_t *n, struct err *e)
{
	struct poppler_page_size *sizes;
	struct print_words w = {0};
	size_t count, pages;

	if (!poppler_sizes(p, a, &sizes, &count, e))
		return false;
	if (last == 0 || last > count)
		last = (unsigned)count;
	if (first == 0 || first > last)
		return err_set(e, ERR_NOT_FOUND, "no page %u", first);
	for (unsigned at = first; at <= last; at += PAGES_AT_ONCE) {
		unsigned to = last - at < PAGES_AT_ONCE ? last : at + PAGES_AT_ONCE - 1;

		if (!words_some(p, a, at, to, &w, &pages, e))
			return false;
	}
	*out = w.words;
	*n = w.count;
	return true;
}

bool poppler_images(struct poppler *p, struct arena *a, struct poppler_image **out,
	size_t *n, struct err *e)
{
	static const char *const args[] = {"pdfimages", "-list", THE_INPUT, NULL};
	AUTO_BUF text = buf_make(LIST_MAX);

	return tool_run(p, args[0], args, &text, e) &&
	       print_images(a, buf_bytes(&text), out, n, e);
}
