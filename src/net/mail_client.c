/* mail_client: see mail_client.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/mail_client.h"

#include <string.h>

#include "base/arena.h"
#include "net/curl_lib.h"

enum { DEADLINE_DEFAULT_MS = 20000 };

bool mail_address_is_plausible(struct bytes address)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.-_+=@";
	unsigned ats = 0;

	if (address.n < 3 || address.n > MAIL_ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < address.n; i++) {
		if (!address.p[i] || !strchr(fine, address.p[i]))
			return false;
		ats += address.p[i] == '@';
	}
	return ats == 1 && address.p[0] != '@' && address.p[address.n - 1] != '@' &&
	       address.p[0] != '-';
}

/* Every CR before its LF and every LF behind its CR, no NUL. */
static bool message_is_fit(struct bytes m)
{
	if (!m.n || m.n > MAIL_MAX || !bytes_ends(m, BYTES("\r\n")))
		return false;
	for (size_t i = 0; i < m.n; i++) {
		if (!m.p[i] || (m.p[i] == '\n' && (i == 0 || m.p[i - 1] != '\r')) ||
			(m.p[i] == '\r' && (i + 1 == m.n || m.p[i + 1] != '\n')))
			return false;
	}
	return true;
}

static bool is_loopback(struct bytes url)
{
	static const char *const hosts[] = {
		"smtp://127.0.0.1:", "smtp://localhost:", "smtp://[::1]:"};

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		if (bytes_starts(url, bytes_str(hosts[i])))
			return true;
	return false;
}

static size_t on_read(char *p, size_t size, size_t n, void *ctx)
{
	struct bytes *rest = ctx, some = bytes_head(*rest, size * n);

	if (some.n)
		memcpy(p, some.p, some.n);
	*rest = bytes_from(*rest, some.n);
	return some.n;
}

static bool set(CURL *h, CURLoption option, const void *value)
{
	return !value || curl_lib.setopt(h, option, value) == CURLE_OK;
}

static bool set_all(CURL *h, const struct mail_server *s, struct curl_slist *to,
	struct bytes *rest, char *text)
{
	long ms = s->deadline_ms ? (long)s->deadline_ms : (long)DEADLINE_DEFAULT_MS;
	long tls = is_loopback(bytes_str(s->url)) ? CURLUSESSL_NONE : CURLUSESSL_ALL;

	return set(h, CURLOPT_URL, s->url) && set(h, CURLOPT_MAIL_FROM, s->from) &&
	       set(h, CURLOPT_MAIL_RCPT, to) && set(h, CURLOPT_USERNAME, s->user) &&
	       set(h, CURLOPT_PASSWORD, s->password) &&
	       set(h, CURLOPT_CAINFO, s->ca_file) && set(h, CURLOPT_READDATA, rest) &&
	       set(h, CURLOPT_ERRORBUFFER, text) && set(h, CURLOPT_PROXY, "") &&
	       set(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps") &&
	       curl_lib.setopt(h, CURLOPT_READFUNCTION, on_read) == CURLE_OK &&
	       curl_lib.setopt(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)rest->n) ==
		       CURLE_OK &&
	       curl_lib.setopt(h, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
	       curl_lib.setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_lib.setopt(h, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	       curl_lib.setopt(h, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	       curl_lib.setopt(h, CURLOPT_USE_SSL, tls) == CURLE_OK &&
	       curl_lib.setopt(h, CURLOPT_TIMEOUT_MS, ms) == CURLE_OK;
}

static enum err_code code_of(CURLcode code)
{
	switch ((int)code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return ERR_USAGE;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_USE_SSL_FAILED:
	case CURLE_LOGIN_DENIED:
	case CURLE_SEND_ERROR:
	case CURLE_UPLOAD_FAILED:
		return ERR_DENIED;
	default:
		return ERR_BUSY;
	}
}

static bool hand_over(CURL *h, const struct mail_server *s, struct curl_slist *to,
	struct bytes message, struct err *e)
{
	char text[CURL_ERROR_SIZE] = {0};
	CURLcode code;

	if (!set_all(h, s, to, &message, text))
		return err_set(e, ERR_IO, "the mail client does not take %.80s", s->url);
	code = curl_lib.perform(h);
	return code == CURLE_OK || err_set(e, code_of(code), "%.80s: %.120s", s->url,
					   text[0] ? text : curl_lib.strerror(code));
}

bool mail_send(const struct mail_server *server, const char *const *to, size_t count,
	struct bytes message, struct err *e)
{
	struct curl_slist *list = NULL;
	CURL *h;
	bool ok;

	if (!count || count > MAIL_RECIPIENTS_MAX || !message_is_fit(message) ||
		!mail_address_is_plausible(bytes_str(server->from)))
		return err_set(e, ERR_USAGE, "a mail that cannot be sent");
	for (size_t i = 0; i < count; i++)
		if (!mail_address_is_plausible(bytes_str(to[i])))
			return err_set(e, ERR_USAGE, "not a mail address");
	if (!curl_lib_start(e))
		return false;
	h = curl_lib.init();
	for (size_t i = 0; i < count && h; i++)
		list = curl_lib.append(list, to[i]);
	ok = h ? hand_over(h, server, list, message, e)
	       : err_set(e, ERR_UNSUPPORTED, "mail: libcurl does not start");
	curl_lib.free_all(list);
	if (h)
		curl_lib.cleanup(h);
	return ok;
}
