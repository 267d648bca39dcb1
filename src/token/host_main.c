/* qianyin-token: holds one vendor's library for another program, on descriptor 3.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: qianyin-token skf|sdf|pkcs11 LIBRARY (nobody types it). It has no other way to
 * the world: what the library prints is thrown away, it gains no rights, leaves no core,
 * and dies with its parent.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "base/child.h"
#include "crypto/secret.h"
#include "token/driver.h"

enum { FIXED_C1 = 64, FIXED_C3 = 32 };

static const struct {
	const char *name;
	const struct token_driver *driver;
} kinds[] = {{"skf", &token_driver_skf}, {"sdf", &token_driver_sdf},
	{"pkcs11", &token_driver_pkcs11}};

char token_driver_text[120];

enum wire_answer driver_failed(enum wire_answer answer, const char *what, uint32_t code)
{
	(void)snprintf(
		token_driver_text, sizeof token_driver_text, "%s: 0x%08X", what, code);
	return answer;
}

driver_any driver_symbol(void *library, const char *name)
{
	void *p = dlsym(library, name);
	driver_any out;

	memcpy(&out, &p, sizeof out);
	return out;
}

static enum wire_answer do_unwrap(
	const struct token_driver *d, struct reader *r, struct writer *w)
{
	struct bytes key = wire_get(r), c1 = wire_get(r), c3 = wire_get(r),
		     c2 = wire_get(r), sealed = wire_get(r);
	AUTO(secret) out = secret_new(sealed.n + 1);
	enum wire_answer answer;

	if (r->short_read || c1.n != FIXED_C1 || c3.n != FIXED_C3 || !d->unwrap)
		return WIRE_UNSUPPORTED;
	answer = d->unwrap(key, c1.p, c3.p, c2, sealed, secret_data(out));
	if (answer == WIRE_OK)
		wire_put(w, bytes_make(secret_view(out), sealed.n));
	return answer;
}

/* Fields of the answer behind its first octet. */
static enum wire_answer handle(
	const struct token_driver *d, struct bytes request, struct writer *w)
{
	struct reader r = reader_of(request);
	enum wire_op op = (enum wire_op)read_u8(&r);
	enum wire_answer answer;
	struct bytes a, b, key;
	uint32_t tries = 0, how;

	switch (op) {
	case WIRE_LIST:
		return d->list(w);
	case WIRE_LOGIN:
		a = wire_get(&r);
		key = wire_get(&r);
		b = wire_get(&r);
		answer = r.short_read ? WIRE_UNSUPPORTED : d->login(a, key, b, &tries);
		wire_put_number(w, tries);
		return answer;
	case WIRE_SIGN:
		a = wire_get(&r);
		how = wire_get_number(&r);
		b = wire_get(&r);
		return r.short_read || how >= SIG_COUNT
			       ? WIRE_UNSUPPORTED
			       : d->sign(a, (enum sig_alg)how, b, w);
	case WIRE_UNWRAP:
		return do_unwrap(d, &r, w);
	case WIRE_DECRYPT:
		a = wire_get(&r);
		how = wire_get_number(&r);
		b = wire_get(&r);
		return r.short_read || !d->decrypt ? WIRE_UNSUPPORTED
						   : d->decrypt(a, how != 0, b, w);
	case WIRE_LOGOUT:
		d->logout();
		return WIRE_OK;
	}
	return WIRE_UNSUPPORTED;
}

/* One request, one answer; false when the parent is gone. */
static bool serve(const struct token_driver *d, uint8_t *in, uint8_t *out)
{
	struct writer fields = writer_over(out + 1, WIRE_MAX - 1);
	struct bytes request;
	enum wire_answer answer;
	struct err e;

	if (!wire_receive(CHILD_CHANNEL, in, -1, &request, &e))
		return false;
	token_driver_text[0] = 0;
	answer = handle(d, request, &fields);
	if (fields.full)
		answer = WIRE_FAILED;
	if (answer != WIRE_OK && answer != WIRE_PIN_WRONG && answer != WIRE_PIN_LOCKED) {
		fields = writer_over(out + 1, WIRE_MAX - 1);
		wire_put(&fields, bytes_str(token_driver_text));
	}
	out[0] = (uint8_t)answer;
	return wire_send(CHILD_CHANNEL, bytes_make(out, fields.n + 1), &e);
}

int main(int argc, char **argv)
{
	AUTO(secret) in = secret_new(WIRE_MAX);
	AUTO(secret) out = secret_new(WIRE_MAX);
	const struct token_driver *d = NULL;
	struct err e;

	for (size_t i = 0; argc == 3 && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			d = kinds[i].driver;
	if (!d)
		return 64;
	child_confine();
	if (!d->load(argv[2], &e)) {
		uint8_t *p = secret_data(out);
		struct writer w = writer_over(p + 1, 512);

		p[0] = WIRE_FAILED;
		wire_put(&w, bytes_str(e.text));
		return wire_send(CHILD_CHANNEL, bytes_make(p, w.n + 1), &e) ? 65 : 74;
	}
	while (serve(d, secret_data(in), secret_data(out)))
		mem_wipe(secret_data(in), WIRE_MAX);
	d->logout();
	return 0;
}
