/* passphrase: see passphrase.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keeper/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "crypto/password.h"

/* Up to the end of the file, or of the line. */
static bool read_in(
	struct secret *room, size_t *n, int fd, bool seekable, bool line, struct err *e)
{
	uint8_t *p = secret_data(room);
	size_t size = secret_size(room);

	for (*n = 0; *n < size;) {
		ssize_t got = seekable ? pread(fd, p + *n, size - *n, (off_t)*n)
				       : read(fd, p + *n, size - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_system(e, ERR_NO_INPUT, "passphrase");
		if (got == 0)
			break;
		*n += (size_t)got;
		if (line && p[*n - 1] == '\n')
			break;
	}
	return true;
}

static bool take(struct secret **out, int fd, bool seekable, bool line, struct err *e)
{
	AUTO(secret) room = secret_new(PASSWORD_MAX + 2);
	size_t n;

	if (!read_in(room, &n, fd, seekable, line, e))
		return false;
	if (n && secret_view(room)[n - 1] == '\n')
		n--;
	if (n == 0 || n > PASSWORD_MAX)
		return err_set(
			e, ERR_USAGE, "a passphrase of 1 to %d octets", PASSWORD_MAX);
	*out = secret_of(secret_view(room), n);
	return true;
}

bool passphrase_of_file(struct secret **out, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool ok;

	if (fd < 0)
		return err_system(e, ERR_NO_INPUT, path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		ok = err_set(e, ERR_NO_INPUT, "%s: not a regular file", path);
	else if (st.st_mode & 077 || (st.st_uid != geteuid() && st.st_uid != 0))
		ok = err_set(e, ERR_DENIED, "%s: others can read it (chmod 600)", path);
	else
		ok = take(out, fd, true, false, e) || err_in(e, "%s", path);
	(void)close(fd);
	return ok;
}

bool passphrase_of_fd(struct secret **out, int fd, struct err *e)
{
	return take(out, fd, lseek(fd, 0, SEEK_CUR) >= 0, false, e);
}

static bool type(struct secret **out, int tty, const char *prompt, struct err *e)
{
	struct termios before, quiet;
	bool ok;

	if (tcgetattr(tty, &before) != 0)
		return err_system(e, ERR_NO_INPUT, "terminal");
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	(void)!write(tty, prompt, strlen(prompt));
	(void)tcsetattr(tty, TCSAFLUSH, &quiet);
	ok = take(out, tty, false, true, e);
	(void)tcsetattr(tty, TCSAFLUSH, &before);
	(void)!write(tty, "\n", 1);
	return ok;
}

bool passphrase_of_terminal(
	struct secret **out, const char *prompt, bool twice, struct err *e)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	AUTO(secret) first = NULL;
	AUTO(secret) second = NULL;
	bool ok;

	if (tty < 0)
		return err_set(e, ERR_NO_INPUT, "no terminal to ask for the passphrase");
	ok = type(&first, tty, prompt, e) && (!twice || type(&second, tty, prompt, e));
	(void)close(tty);
	if (ok && twice &&
		(secret_size(first) != secret_size(second) ||
			!secret_equal(secret_view(first), secret_view(second),
				secret_size(first))))
		return err_set(e, ERR_PASSWORD, "the two are not the same");
	if (ok)
		*out = secret_move(&first);
	return ok;
}
