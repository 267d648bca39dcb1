/* password: reading what must not be seen.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Fills p with up to cap octets until the end of the input. */
static bool read_all(
	int fd, uint8_t *p, size_t cap, size_t *n, const char *what, struct err *e)
{
	for (*n = 0; *n < cap;) {
		ssize_t got = read(fd, p + *n, cap - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_system(
				e, errno == EISDIR ? ERR_NO_INPUT : ERR_IO, what);
		if (got == 0)
			break;
		*n += (size_t)got;
	}
	return true;
}

bool secret_slurp(struct secret **out, const char *path, size_t max, struct err *e)
{
	bool standard = strcmp(path, "-") == 0, good;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	AUTO(secret) room = NULL;
	size_t n = 0;

	if (fd < 0)
		return err_system(e, ERR_NO_INPUT, path);
	room = secret_new(max + 1);
	good = read_all(fd, secret_data(room), max + 1, &n, path, e);
	if (!standard)
		(void)close(fd);
	if (!good)
		return false;
	if (n > max)
		return err_set(e, ERR_TOO_LARGE, "%s: more than %zu octets", path, max);
	*out = secret_of(secret_view(room), n);
	return true;
}

/* Octets before the first line end. */
static size_t first_line(const uint8_t *p, size_t n)
{
	size_t len = 0;

	while (len < n && p[len] != '\n' && p[len] != '\r')
		len++;
	return len;
}

bool password_of_file(struct secret **out, const char *path, struct err *e)
{
	AUTO(secret) file = NULL;
	size_t n;

	if (!secret_slurp(&file, path, PASSWORD_MAX + 2, e))
		return false;
	n = first_line(secret_view(file), secret_size(file));
	if (!n || n > PASSWORD_MAX)
		return err_set(e, ERR_PASSWORD, "%s: empty or too long", path);
	*out = secret_of(secret_view(file), n);
	return true;
}

/* Asks on the controlling terminal, which is not standard input when that is a pipe. */
static bool ask(struct secret **out, int tty, const char *prompt, struct err *e)
{
	AUTO(secret) room = secret_new(PASSWORD_MAX + 1);
	uint8_t *p = secret_data(room);
	struct termios before, quiet;
	size_t n = 0;
	ssize_t got;

	if (tcgetattr(tty, &before) != 0)
		return err_system(e, ERR_PASSWORD, "terminal");
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ECHONL;
	(void)tcsetattr(tty, TCSAFLUSH, &quiet);
	(void)!write(tty, prompt, strlen(prompt));
	while (n <= PASSWORD_MAX && (got = read(tty, p + n, PASSWORD_MAX + 1 - n)) > 0) {
		n += (size_t)got;
		if (p[n - 1] == '\n')
			break;
	}
	(void)tcsetattr(tty, TCSAFLUSH, &before);
	n = first_line(p, n);
	if (!n || n > PASSWORD_MAX)
		return err_set(e, ERR_PASSWORD, "empty or too long");
	*out = secret_of(p, n);
	return true;
}

static bool ask_twice(struct cli *c, struct secret **out, int tty, const char *prompt,
	bool twice, struct err *e)
{
	AUTO(secret) first = NULL;
	AUTO(secret) second = NULL;

	if (!ask(&first, tty, cli_say(c, MSG_CLI_PROMPT, prompt), e))
		return false;
	if (twice) {
		if (!ask(&second, tty, cli_say(c, MSG_CLI_PROMPT_AGAIN, prompt), e))
			return false;
		if (secret_size(first) != secret_size(second) ||
			!secret_equal(secret_view(first), secret_view(second),
				secret_size(first)))
			return err_set(e, ERR_PASSWORD, "%s",
				msg_text(c->lang, MSG_CLI_PASSWORDS_DIFFER));
	}
	*out = secret_move(&first);
	return true;
}

static bool given_by(struct secret **out, const char *path, struct err *e)
{
	if (!path)
		path = getenv("QIANYIN_PASSWORD_FILE");
	if (!path || !*path) {
		*out = NULL;
		return true;
	}
	return password_of_file(out, path, e);
}

bool cli_password_given(struct cli *c, struct secret **out, struct err *e)
{
	return given_by(out, cli_text(c, "password-file"), e);
}

static bool on_terminal(
	struct cli *c, struct secret **out, const char *prompt, bool twice, struct err *e)
{
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	bool good;

	if (tty < 0)
		return err_set(
			e, ERR_PASSWORD, "%s", msg_text(c->lang, MSG_CLI_NO_PASSWORD));
	good = ask_twice(c, out, tty, prompt, twice, e);
	(void)close(tty);
	return good;
}

bool cli_password(
	struct cli *c, struct secret **out, const char *prompt, bool twice, struct err *e)
{
	struct secret *given = NULL;

	if (!cli_password_given(c, &given, e))
		return false;
	if (!given)
		return on_terminal(c, out, prompt, twice, e);
	*out = given;
	return true;
}

bool password_elsewhere(
	struct cli *c, struct secret **out, const char *prompt, struct err *e)
{
	struct secret *given = NULL;

	if (!given_by(&given, NULL, e))
		return false;
	if (!given)
		return on_terminal(c, out, prompt, false, e);
	*out = given;
	return true;
}
