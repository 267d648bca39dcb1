/* site: see site.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "site.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/source.h"
#include "base/text.h"
#include "crypto/kdf.h"
#include "crypto/keyfile.h"

enum { JOURNAL_MAX = 64 << 20, SMALL_MAX = 64 * 1024 };

static const char *const witness_names[LOG_WITNESSES] = {
	"witness-1.key", "witness-2.key"};
static const char *const last_names[LOG_WITNESSES] = {"last-1", "last-2"};

const char *site_file(const struct site *s, const char *name)
{
	return arena_printf(s->a, "%s/%s", s->folder, name);
}

/* --- the clock, and places */

static int64_t clock_now(struct world *w)
{
	struct site_clock *c = (struct site_clock *)w;

	return c->at == TIME_NONE ? world_system()->now(world_system()) : c->at;
}

static void clock_random(struct world *w, void *p, size_t n)
{
	(void)w;
	world_system()->random(world_system(), p, n);
}

/* A stream of octets from the epoch key. */
static void places_random(struct world *w, void *p, size_t n)
{
	struct site_places *x = (struct site_places *)w;
	uint8_t count[8], block[SM3_SIZE], *out = p;
	struct bytes run = BYTES_OF(count);

	while (n) {
		struct writer to = writer_over(count, sizeof count);
		size_t some = n < sizeof block ? n : sizeof block;

		write_be64(&to, x->counter++);
		hmac_sm3(bytes_make(x->key, STREAM_KEY), &run, 1, block);
		memcpy(out, block, some);
		out += some;
		n -= some;
	}
}

int64_t site_now(struct site *s)
{
	return clock_now(&s->clock.w);
}

bool site_set_clock(struct site *s, int64_t at, struct err *e)
{
	const char *text = at == TIME_NONE ? "" : time_iso(s->a, at);

	s->clock.at = at;
	return file_write(site_file(s, "clock"), 0644, bytes_str(text), e);
}

/* --- keys */

static bool key_make(struct site *s, const char *name, struct err *e)
{
	AUTO(secret) pem = NULL;
	AUTO(key) key = NULL;

	return key_generate(&key, &s->clock.w, KEY_SM2, e) &&
	       keyfile_write_pkcs8(&pem, &s->clock.w, key, NULL, e) &&
	       file_write(site_file(s, name), 0600,
		       bytes_make(secret_view(pem), secret_size(pem)), e);
}

static bool key_load(struct site *s, struct key **out, const char *name, struct err *e)
{
	struct keyfile f;
	struct bytes file;

	if (!file_slurp(s->a, site_file(s, name), KEYFILE_MAX, &file, e) ||
		!keyfile_read(&f, s->a, file, NULL, e))
		return false;
	*out = f.key;
	return true;
}

static void site_worlds(struct site *s)
{
	s->clock.w = (struct world){clock_now, clock_random};
	s->places.w = (struct world){clock_now, places_random};
	s->clock.at = TIME_NONE;
}

bool site_init(struct site *s, struct bytes id, struct err *e)
{
	uint8_t epoch[STREAM_KEY];

	site_worlds(s);
	(void)mkdir(s->folder, 0700);
	clock_random(NULL, epoch, sizeof epoch);
	for (size_t k = 0; k < LOG_WITNESSES; k++)
		if (!key_make(s, witness_names[k], e))
			return false;
	return key_make(s, "log.key", e) && key_make(s, "receipt.key", e) &&
	       file_write(site_file(s, "id"), 0644, id, e) &&
	       file_write(site_file(s, "epoch"), 0600, BYTES_OF(epoch), e) &&
	       file_write(site_file(s, "journal"), 0600, BYTES(""), e) &&
	       site_set_clock(s, TIME_NONE, e);
}

/* --- the journal */

static bool note(struct site *s, const char *line, struct err *e)
{
	struct bytes old;
	struct writer w;

	if (!file_slurp(s->a, site_file(s, "journal"), JOURNAL_MAX, &old, e))
		return false;
	w = writer_in(s->a, old.n + strlen(line) + 1);
	write_bytes(&w, old);
	write_str(&w, line);
	write_u8(&w, '\n');
	return file_write(site_file(s, "journal"), 0600, writer_bytes(&w), e);
}

bool site_receive(struct site *s, struct bytes leaf, struct err *e)
{
	(void)log_receive(s->log, leaf);
	return note(s, arena_printf(s->a, "receive %s", hex_encode(s->a, leaf)), e);
}

bool site_tick(struct site *s, int64_t time, struct err *e)
{
	return log_tick(s->log, time, e) &&
	       note(s, arena_printf(s->a, "tick %s", time_iso(s->a, time)), e);
}

static bool replay_line(struct site *s, struct bytes line, struct err *e)
{
	struct bytes octets;
	int64_t time;

	if (bytes_starts(line, BYTES("receive "))) {
		if (!hex_decode(s->a, bytes_from(line, 8), &octets, e))
			return false;
		(void)log_receive(s->log, octets);
		return true;
	}
	return time_parse_iso(bytes_from(line, 5), &time, e) && log_tick(s->log, time, e);
}

static bool replay(struct site *s, struct err *e)
{
	struct bytes all;

	if (!file_slurp(s->a, site_file(s, "journal"), JOURNAL_MAX, &all, e))
		return false;
	while (all.n) {
		size_t n = bytes_find(all, BYTES("\n"));

		if (!replay_line(s, bytes_head(all, n), e))
			return err_in(e, "journal");
		all = bytes_from(all, n + 1);
	}
	return true;
}

/* --- opening, checkpoints */

static bool last_load(struct site *s, struct err *e)
{
	struct checkpoint c;
	struct err none;

	for (size_t k = 0; k < LOG_WITNESSES; k++)
		(void)!file_slurp(s->a, site_file(s, last_names[k]), SMALL_MAX,
			&s->log->last_signed[k], &none);
	if (!file_slurp(
		    s->a, site_file(s, "last"), SMALL_MAX, &s->log->checkpoint, &none))
		return true;
	if (!checkpoint_read(&c, s->a, s->log->checkpoint, e))
		return false;
	s->log->number = c.number;
	return true;
}

bool site_open(struct site *s, struct err *e)
{
	struct bytes id, clock, epoch;

	site_worlds(s);
	if (!file_slurp(s->a, site_file(s, "id"), SMALL_MAX, &id, e) ||
		!file_slurp(s->a, site_file(s, "clock"), SMALL_MAX, &clock, e) ||
		!file_slurp(s->a, site_file(s, "epoch"), SMALL_MAX, &epoch, e) ||
		!key_load(s, &s->log_key, "log.key", e) ||
		!key_load(s, &s->receipt_key, "receipt.key", e))
		return false;
	for (size_t k = 0; k < LOG_WITNESSES; k++)
		if (!key_load(s, &s->witness_keys[k], witness_names[k], e))
			return false;
	if (epoch.n != STREAM_KEY)
		return err_set(e, ERR_MALFORMED, "epoch");
	if (clock.n && !time_parse_iso(clock, &s->clock.at, e))
		return false;
	s->log = NEW(struct log);
	log_init(s->log, s->a, &s->clock.w, id, s->log_key, s->receipt_key,
		s->witness_keys);
	memcpy(s->log->epoch, epoch.p, STREAM_KEY);
	s->places.key = s->log->epoch;
	s->log->placing = &s->places.w;
	return replay(s, e) && last_load(s, e);
}

void site_close(struct site *s)
{
	key_free(s->log_key);
	key_free(s->receipt_key);
	for (size_t k = 0; k < LOG_WITNESSES; k++)
		key_free(s->witness_keys[k]);
	mem_free(s->log);
}

bool site_checkpoint(struct site *s, unsigned witnessed, struct bytes *out, struct err *e)
{
	if (!log_checkpoint(s->log, witnessed, out, e) ||
		!file_write(site_file(s, "last"), 0644, s->log->checkpoint, e))
		return false;
	for (size_t k = 0; k < LOG_WITNESSES; k++)
		if (s->log->last_signed[k].n && !file_write(site_file(s, last_names[k]),
							0644, s->log->last_signed[k], e))
			return false;
	return true;
}
