/* pem: RFC 7468 and what is around it in real files. See pem.h and keyfile.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/pem.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/reader.h"
#include "base/text.h"
#include "crypto/keyfile.h"

#define BEGIN BYTES("-----BEGIN ")

enum { KIND_MAX = 64, LINE = 64 };

/* Where the next line that begins a block stands, or SIZE_MAX. */
static size_t find_begin(struct bytes text)
{
	size_t from = 0, at;

	while ((at = bytes_find(bytes_from(text, from), BEGIN)) != SIZE_MAX) {
		from += at;
		if (from == 0 || text.p[from - 1] == '\n' || text.p[from - 1] == '\r')
			return from;
		from += BEGIN.n;
	}
	return SIZE_MAX;
}

bool pem_block(struct bytes *rest, struct bytes *kind, struct bytes *body, struct err *e)
{
	struct bytes in = *rest, name;
	uint8_t line[9 + KIND_MAX + 5];
	struct writer w = writer_over(line, sizeof line);
	size_t at;

	at = find_begin(in);
	if (at == SIZE_MAX)
		return err_set(e, ERR_NOT_FOUND, "no PEM block");
	in = bytes_from(in, at + BEGIN.n);
	at = bytes_find(bytes_head(in, KIND_MAX + 5), BYTES("-----"));
	if (at == SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "PEM: the first line does not end");
	name = bytes_head(in, at);
	in = bytes_from(in, at + 5);
	write_str(&w, "-----END ");
	write_bytes(&w, name);
	write_str(&w, "-----");
	at = bytes_find(in, writer_bytes(&w));
	if (at == SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "PEM: the block does not end");
	*kind = name;
	*body = bytes_head(in, at);
	*rest = bytes_from(in, at + writer_bytes(&w).n);
	return true;
}

bool pem_next(struct arena *a, struct bytes *rest, const char *kind, struct bytes *der,
	struct err *e)
{
	struct bytes in = *rest, found, body;

	while (pem_block(&in, &found, &body, e)) {
		if (!bytes_equal(found, bytes_str(kind)))
			continue;
		if (!base64_decode(a, body, der, e))
			return err_in(e, "PEM");
		*rest = in;
		return true;
	}
	return false;
}

bool pem_decode(struct secret **out, struct bytes base64, struct err *e)
{
	AUTO(secret) clean = secret_new(base64.n + 4);
	AUTO(secret) plain = secret_new(base64.n / 4 * 3 + 3);
	uint8_t *p = secret_data(clean);
	size_t n = 0, pad = 0;
	int got;

	for (size_t i = 0; i < base64.n; i++) {
		uint8_t c = base64.p[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c == '=')
			pad++;
		else if (pad)
			return err_set(
				e, ERR_MALFORMED, "base64: text behind the padding");
		p[n++] = c;
	}
	/* EVP_DecodeBlock trims what it takes for white space and for the end of a
	 * message; none of that may be left. */
	for (size_t i = 0; i < n; i++)
		if (!((p[i] >= 'A' && p[i] <= 'Z') || (p[i] >= 'a' && p[i] <= 'z') ||
			    (p[i] >= '0' && p[i] <= '9') || p[i] == '+' || p[i] == '/' ||
			    p[i] == '='))
			return err_set(e, ERR_MALFORMED, "base64: another character");
	if (n == 0 || n % 4 || pad > 2 || n > INT32_MAX)
		return err_set(e, ERR_MALFORMED, "base64: %zu characters", n);
	got = EVP_DecodeBlock(secret_data(plain), p, (int)n);
	if (got < (int)pad)
		return err_set(e, ERR_MALFORMED, "base64");
	*out = secret_of(secret_view(plain), (size_t)got - pad);
	return true;
}

struct secret *pem_encode_secret(const char *kind, struct bytes der)
{
	size_t lines = der.n / (LINE / 4 * 3) + 1;
	size_t cap = lines * (LINE + 1) + 2 * (bytes_str(kind).n + 20);
	AUTO(secret) room = secret_new(cap);
	AUTO(secret) line = secret_new(LINE + 1);
	struct writer w = writer_over(secret_data(room), cap);

	write_str(&w, "-----BEGIN ");
	write_str(&w, kind);
	write_str(&w, "-----\n");
	while (der.n) {
		struct bytes part = bytes_head(der, LINE / 4 * 3);
		int n = EVP_EncodeBlock(secret_data(line), part.p, (int)part.n);

		write_bytes(&w, bytes_make(secret_view(line), (size_t)n));
		write_u8(&w, '\n');
		der = bytes_from(der, part.n);
	}
	write_str(&w, "-----END ");
	write_str(&w, kind);
	write_str(&w, "-----\n");
	if (w.full)
		abort();
	return secret_of(secret_view(room), w.n);
}

char *pem_encode(struct arena *a, const char *kind, struct bytes der)
{
	AUTO(secret) s = pem_encode_secret(kind, der);

	return arena_str(a, bytes_make(secret_view(s), secret_size(s)));
}
