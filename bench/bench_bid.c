/* bench_bid: what an opening costs. A thousand bids of three parts are packed, then each
 * part is opened by three of five trustees with keys in files, and what it costs to
 * derive the whole dealing anew and compare it stands apart. No peer does this; the rows
 * are seconds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "crypto/keyfile.h"
#include "doc/qyb_open.h"
#include "doc/qyb_pack.h"

enum { BIDS = 1000, PARTS = 3, TRUSTEES = 5, NEEDED = 3, FILE_MAX = 1 << 16 };

enum phase { PACK, READ, SHARES, COMPARE, CONTENT, PHASES };

struct person {
	struct key *key;
	struct bytes cert;
};

static double spent[PHASES];
static uint64_t octets;

static void must(bool ok, const struct err *e)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_bid: %s\n", e->text);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	/* allow clock_gettime: how long, not when */
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void person_read(struct person *p, struct arena *a, const char *folder,
	const char *name, const char *use)
{
	struct keyfile k;
	struct bytes file;
	struct err e;

	must(file_slurp(a, arena_printf(a, "%s/%s/%s.key", folder, name, use), FILE_MAX,
		     &file, &e) &&
			keyfile_read(&k, a, file, NULL, &e),
		&e);
	p->key = k.key;
	must(file_slurp(a, arena_printf(a, "%s/%s/%s.cer", folder, name, use), FILE_MAX,
		     &file, &e) &&
			cert_decode(a, file, &p->cert, &e),
		&e);
}

struct hall {
	struct person trustees[TRUSTEES], owner, signer;
	const char *path;
};

static void pack(const struct hall *h, struct arena *a)
{
	static const uint8_t content[PARTS][16 << 10] = {
		"qualification", "technical", "price"};
	struct bytes certs[TRUSTEES], roles[TRUSTEES];
	struct qyb_pack_part parts[PARTS];
	struct qyb_pack_spec spec = {.context = {.suite = LOCKBOX_SUITE_BID,
					     .tender = BYTES("ZC-2026-001"),
					     .lot = BYTES("1"),
					     .round = 1,
					     .deadline = INT64_C(1800000000) * 1000000,
					     .credit_code = BYTES("91999999MA00000079"),
					     .policy = LOCKBOX_OWNER_OR_TRUSTEES,
					     .t = NEEDED},
		.trustees = certs,
		.roles = roles,
		.trustee_count = TRUSTEES,
		.owners = &h->owner.cert,
		.owner_count = 1,
		.parts = parts,
		.part_count = PARTS,
		.signer = h->signer.key,
		.signer_cert = h->signer.cert,
		.signing_time = INT64_C(1790000000) * 1000000,
		.threads = 1};
	uint8_t bid[LOCKBOX_ID];
	struct outfile *to;
	struct err e;

	for (size_t i = 0; i < TRUSTEES; i++) {
		certs[i] = h->trustees[i].cert;
		roles[i] = BYTES("notary");
	}
	for (size_t i = 0; i < PARTS; i++)
		parts[i] = (struct qyb_pack_part){
			.id = bytes_str(arena_printf(a, "part-%zu", i)),
			.content = source_of_bytes(BYTES_OF(content[i])),
			.price = i == PARTS - 1};
	must(outfile_open(&to, h->path, 0600, &e), &e);
	must(qyb_pack(to, world_system(), &spec, bid, &e) && outfile_commit(to, &e), &e);
	outfile_free(to);
	for (size_t i = 0; i < PARTS; i++)
		source_free(parts[i].content);
}

static bool count_octets(void *to, struct bytes chunk, struct err *e)
{
	(void)e;
	*(uint64_t *)to += chunk.n;
	return true;
}

/* Adds the time since *from to a phase. */
static void phase(enum phase which, double *from)
{
	double at = now();

	spent[which] += at - *from;
	*from = at;
}

static void open_part(
	const struct hall *h, const struct qyb *q, size_t part, double *from)
{
	struct lockbox_value values[NEEDED];
	uint8_t rho[LOCKBOX_SECRET];
	struct qyb_finding f;
	bool committed;
	struct err e;

	for (size_t i = 0; i < NEEDED; i++)
		must(qyb_take(&values[i], &committed, q, part, 2 * i,
			     h->trustees[2 * i].key, &e),
			&e);
	phase(SHARES, from);
	must(qyb_judge_dealing(&f, q, part, values, NEEDED, rho, &e) &&
			(f.verdict == QYB_OPENS ||
				err_set(&e, ERR_CRYPTO, "it does not open")),
		&e);
	phase(COMPARE, from);
	must(qyb_extract(q, part, rho, 1, (struct sink){count_octets, &octets}, &e), &e);
	phase(CONTENT, from);
	mem_wipe(rho, sizeof rho);
}

static void one_bid(const struct hall *h)
{
	AUTO(arena) a = arena_new();
	double from = now();
	struct source *file;
	struct qyb *q;
	struct err e;

	pack(h, a);
	phase(PACK, &from);
	must(source_open(&file, h->path, &e) && qyb_read(&q, a, file, NULL, &e) &&
			qyb_check_stored(q, &e),
		&e);
	phase(READ, &from);
	for (size_t part = 0; part < PARTS; part++)
		open_part(h, q, part, &from);
	source_free(file);
}

static void row(const char *what, double seconds, double whole)
{
	char ours[24], share[24];

	(void)snprintf(ours, sizeof ours, "%.2f s", seconds);
	(void)snprintf(share, sizeof share, "%.0f %%", 100 * seconds / whole);
	bench_print(what, ours, "", share, 0);
}

int main(int argc, char **argv)
{
	AUTO(arena) a = arena_new();
	struct hall h;
	double whole;

	if (argc < 2)
		return 64;
	for (size_t i = 0; i < TRUSTEES; i++)
		person_read(&h.trustees[i], a, argv[1], arena_printf(a, "trustee-%zu", i),
			"enc");
	person_read(&h.owner, a, argv[1], "bidder", "enc");
	person_read(&h.signer, a, argv[1], "bidder", "sign");
	h.path = arena_printf(a, "%s/bench.qyb", argv[1]);
	for (int i = 0; i < BIDS; i++)
		one_bid(&h);
	whole = spent[READ] + spent[SHARES] + spent[COMPARE] + spent[CONTENT];
	row("pack 1000 bids of 3 parts for 5 trustees", spent[PACK], spent[PACK]);
	row("open them by 3 of 5 trustees, one core", whole, whole);
	row("  read, check what is stored", spent[READ], whole);
	row("  take 9000 shares", spent[SHARES], whole);
	row("  derive 3000 dealings anew and compare", spent[COMPARE], whole);
	row("  decrypt the content", spent[CONTENT], whole);
	return 0;
}
