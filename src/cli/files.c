/* files: reading whole inputs, and outputs that appear whole or not at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/source.h"
#include "cli/cli.h"

static bool is_standard(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

static bool read_standard(struct cli *c, size_t max, struct bytes *out, struct err *e)
{
	AUTO_BUF buf = buf_make(max);
	uint8_t chunk[8192];

	for (;;) {
		ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_system(e, ERR_IO, "stdin");
		if (n == 0)
			break;
		if (!buf_put(&buf, bytes_make(chunk, (size_t)n), e))
			return err_in(e, "stdin");
	}
	*out = arena_dup(c->arena, buf_bytes(&buf));
	return true;
}

bool cli_read(
	struct cli *c, const char *path, size_t max, struct bytes *out, struct err *e)
{
	if (is_standard(path))
		return read_standard(c, max, out, e);
	return file_slurp(c->arena, path, max, out, e);
}

bool cli_may_create(struct cli *c, const char *path, struct err *e)
{
	struct stat st;

	if (is_standard(path) || cli_flag(c, "force") || lstat(path, &st) != 0)
		return true;
	return err_set(e, ERR_DENIED, "%s", cli_say(c, MSG_CLI_EXISTS, path));
}

struct cli_output {
	FILE *stream; /* standard output, a device or a pipe … */
	bool opened;  /* … that we opened */
	char *path;
	struct outfile *file; /* … or a file that appears at the end */
};

bool cli_output_open(struct cli_output **out, struct cli *c, const char *path,
	unsigned mode, struct err *e)
{
	AUTO(cli_output) o = NEW(struct cli_output);
	struct stat st;

	if (is_standard(path)) {
		o->stream = c->out;
		o->path = mem_str("stdout");
	} else if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		/* Renaming over /dev/full would replace the device. */
		o->path = mem_str(path);
		o->stream = fopen(path, "we");
		if (!o->stream)
			return err_system(e, ERR_WRITE, path);
		o->opened = true;
	} else {
		o->path = mem_str(path);
		if (!outfile_open(&o->file, path, mode, e))
			return false;
	}
	*out = cli_output_move(&o);
	return true;
}

bool cli_output_put(struct cli_output *o, struct bytes b, struct err *e)
{
	if (o->file)
		return outfile_put(o->file, b, e);
	if (b.n && fwrite(b.p, 1, b.n, o->stream) != b.n)
		return err_system(e, errno == EPIPE ? ERR_IO : ERR_WRITE, o->path);
	return true;
}

bool cli_output_commit(struct cli_output *o, struct err *e)
{
	if (o->file)
		return outfile_commit(o->file, e);
	if (fflush(o->stream) != 0)
		return err_system(e, errno == EPIPE ? ERR_IO : ERR_WRITE, o->path);
	return true;
}

void cli_output_free(struct cli_output *o)
{
	if (!o)
		return;
	if (o->opened)
		(void)fclose(o->stream);
	outfile_free(o->file);
	mem_free(o->path);
	mem_free(o);
}

bool cli_write(
	struct cli *c, const char *path, unsigned mode, struct bytes b, struct err *e)
{
	AUTO(cli_output) o = NULL;

	return cli_output_open(&o, c, path, mode, e) && cli_output_put(o, b, e) &&
	       cli_output_commit(o, e);
}
