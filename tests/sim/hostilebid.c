/* hostilebid: packs a bid that is not honest; see hostile_bid.h for the ways.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: hostilebid WAY OUT TENDER DEADLINE(seconds since 1970) SIGNER.key SIGNER.cer
 * OWNER.cer TRUSTEE.cer… PRICE OTHER-PRICE
 */
#include "hostile_bid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/keyfile.h"
#include "pki/cert.h"

enum { FIXED = 8, PRICES = 2 };

static bool cert_read(struct arena *a, const char *path, struct bytes *der, struct err *e)
{
	struct bytes file;

	return file_slurp(a, path, CERT_MAX, &file, e) && cert_decode(a, file, der, e);
}

static bool way_read(enum hostile *how, const char *name, struct err *e)
{
	for (*how = 0; *how < HOSTILE_COUNT; ++*how)
		if (strcmp(hostile_name(*how), name) == 0)
			return true;
	return err_set(e, ERR_USAGE, "no way %s", name);
}

static bool pack(struct arena *a, int argc, char **argv, struct err *e)
{
	size_t trustees = (size_t)(argc - FIXED - PRICES);
	struct bytes *certs = ARENA_ARRAY(a, trustees, struct bytes),
		     *roles = ARENA_ARRAY(a, trustees, struct bytes), owner, file, out;
	AUTO(source) price = source_of_bytes(bytes_str(argv[argc - 2]));
	struct qyb_pack_part part = {BYTES("price"), price, true};
	struct qyb_pack_spec spec = {
		.context = {.suite = LOCKBOX_SUITE_BID,
			.tender = bytes_str(argv[3]),
			.lot = BYTES(""),
			.round = 1,
			.deadline = strtoll(argv[4], NULL, 10) * 1000000,
			.credit_code = BYTES("91999999MA00000079"),
			.policy = LOCKBOX_OWNER_OR_TRUSTEES,
			.t = 3},
		.trustees = certs,
		.roles = roles,
		.trustee_count = trustees,
		.owners = &owner,
		.owner_count = 1,
		.parts = &part,
		.part_count = 1,
		.signing_time = world_system()->now(world_system())};
	struct keyfile key;
	enum hostile how;
	bool ok;

	if (!way_read(&how, argv[1], e) || !cert_read(a, argv[6], &spec.signer_cert, e) ||
		!cert_read(a, argv[7], &owner, e) ||
		!file_slurp(a, argv[5], KEYFILE_MAX, &file, e))
		return false;
	for (size_t k = 0; k < trustees; k++) {
		roles[k] = BYTES("trustee");
		if (!cert_read(a, argv[FIXED + k], &certs[k], e))
			return false;
	}
	if (!keyfile_read(&key, a, file, NULL, e))
		return false;
	spec.signer = key.key;
	ok = hostile_pack(
		     &out, a, world_system(), &spec, how, bytes_str(argv[argc - 1]), e) &&
	     file_write(argv[2], 0600, out, e);
	keyfile_fini(&key);
	return ok;
}

int main(int argc, char **argv)
{
	AUTO(arena) a = arena_new();
	struct err e;

	if (argc < FIXED + 5 + PRICES) {
		(void)fprintf(stderr, "usage: see the head of hostilebid.c\n");
		return 64;
	}
	if (pack(a, argc, argv, &e))
		return 0;
	(void)fprintf(stderr, "hostilebid: %s\n", e.text);
	return 1;
}
