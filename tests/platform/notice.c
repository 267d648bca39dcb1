/* notice: a call for bids, from JSON: acceptances, the notice, and what is against it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/notice.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/keyfile.h"
#include "verb.h"

enum { FILE_LIMIT = 64 << 20 };

static struct bytes text_of(struct site *s, const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return arena_dup(s->a, bytes_str(text ? text : ""));
}

static struct notice_person person_of(struct site *s, const json_t *o)
{
	return (struct notice_person){text_of(s, o, "name"), text_of(s, o, "code")};
}

static bool file_of(struct site *s, const json_t *o, const char *name, struct bytes *out,
	struct err *e)
{
	return file_slurp(s->a, arena_str(s->a, text_of(s, o, name)), FILE_LIMIT, out, e);
}

static bool cert_of(struct site *s, const json_t *o, const char *name, struct cert *out,
	struct err *e)
{
	struct bytes der;

	return verb_cert(s->a, arena_str(s->a, text_of(s, o, name)), &der, e) &&
	       cert_parse(out, der, e);
}

/* --- acceptance */

static bool run_accept(struct site *s, char **args, int n, struct err *e)
{
	struct acceptance x = {.tender = bytes_str(args[0]),
		.role = bytes_str(args[1]),
		.device_made = strcmp(args[3], "device") == 0};
	struct world *w = world_system();
	struct bytes der, signer, key, out;
	struct keyfile f;
	bool ok;

	(void)n;
	if (!verb_cert(s->a, args[2], &der, e) || !verb_cert(s->a, args[5], &signer, e) ||
		!file_slurp(s->a, args[4], KEYFILE_MAX, &key, e) ||
		!keyfile_read(&f, s->a, key, NULL, e))
		return false;
	sm3_of(der, x.cert);
	x.time = w->now(w) / TIME_SECOND * TIME_SECOND;
	ok = acceptance_sign(s->a, &out, w, &x, f.key, signer, e) &&
	     file_write(args[6], 0644, out, e);
	keyfile_fini(&f);
	return ok;
}

/* --- the notice */

static bool trustees_of(
	struct site *s, struct notice *n, const json_t *list, struct err *e)
{
	size_t count = json_array_size(list);
	struct notice_trustee *all = ARENA_ARRAY(s->a, count + 1, struct notice_trustee);

	for (size_t i = 0; i < count; i++) {
		const json_t *o = json_array_get(list, i);

		all[i].role = text_of(s, o, "role");
		all[i].person = person_of(s, o);
		all[i].device_made = json_is_true(json_object_get(o, "device_made"));
		if (!cert_of(s, o, "certificate", &all[i].cert, e) ||
			!file_of(s, o, "acceptance", &all[i].acceptance, e))
			return false;
	}
	n->trustees = all;
	n->trustee_count = count;
	return true;
}

static void parts_of(struct site *s, struct notice *n, const json_t *o)
{
	const json_t *list = json_object_get(o, "parts"),
		     *lots = json_object_get(o, "lots");
	struct notice_lot *lot =
		ARENA_ARRAY(s->a, json_array_size(lots) + 1, struct notice_lot);
	struct notice_part *part =
		ARENA_ARRAY(s->a, json_array_size(list) + 1, struct notice_part);

	n->lots = lot;
	n->parts = part;
	for (; n->lot_count < json_array_size(lots); n->lot_count++, lot++) {
		lot->id = text_of(s, json_array_get(lots, n->lot_count), "id");
		lot->title = text_of(s, json_array_get(lots, n->lot_count), "title");
	}
	for (; n->part_count < json_array_size(list); n->part_count++, part++) {
		const json_t *one = json_array_get(list, n->part_count);

		part->id = text_of(s, one, "id");
		part->lot = text_of(s, one, "lot");
		part->title = text_of(s, one, "title");
		part->kind = bytes_equal(text_of(s, one, "kind"), BYTES("price"))
				     ? NOTICE_PART_PRICE
				     : NOTICE_PART_OTHER;
		part->opened = json_integer_value(json_object_get(one, "opened")) == 2
				       ? NOTICE_SECOND_OPENING
				       : NOTICE_FIRST_OPENING;
	}
}

static void platform_of(struct site *s, struct notice *n, const json_t *o)
{
	struct notice_witness *all =
		ARENA_ARRAY(s->a, LOG_WITNESSES, struct notice_witness);

	n->platform = s->log->platform;
	n->origin = text_of(s, o, "origin");
	n->log = s->log_key->pub;
	n->receipt = s->receipt_key->pub;
	if (json_is_false(json_object_get(o, "witnessed")))
		return;
	for (size_t i = 0; i < LOG_WITNESSES; i++) {
		all[i].person.name = s->log->witnesses[i].name;
		all[i].person.credit_code = s->log->witnesses[i].credit_code;
		all[i].key = s->log->witnesses[i].key;
	}
	n->witnesses = all;
	n->witness_count = LOG_WITNESSES;
}

static bool notice_of(struct site *s, struct notice *n, const json_t *o, struct err *e)
{
	struct bytes policy = text_of(s, o, "policy");

	n->tender = text_of(s, o, "tender");
	n->title = text_of(s, o, "title");
	n->purchaser = person_of(s, json_object_get(o, "purchaser"));
	n->agency = person_of(s, json_object_get(o, "agency"));
	n->operator= person_of(s, json_object_get(o, "operator"));
	n->round = 1;
	n->t = (uint8_t)json_integer_value(json_object_get(o, "t"));
	for (enum lockbox_policy p = LOCKBOX_OWNER; p <= LOCKBOX_OWNER_AND_TRUSTEES; p++)
		if (bytes_equal(policy, bytes_str(lockbox_policy_name(p))))
			n->policy = p;
	parts_of(s, n, o);
	platform_of(s, n, o);
	return time_parse_iso(text_of(s, o, "deadline"), &n->deadline, e) &&
	       trustees_of(s, n, json_object_get(o, "trustees"), e) &&
	       cert_of(s, o, "intake", &n->intake, e);
}

static bool run_notice(struct site *s, char **args, int n, struct err *e)
{
	json_t *o = json_load_file(args[1], JSON_REJECT_DUPLICATES, NULL);
	AUTO(outfile) out = NULL;
	struct notice notice = {0};
	bool ok;

	(void)n;
	if (!o)
		return err_set(e, ERR_MALFORMED, "%s", args[1]);
	ok = notice_of(s, &notice, o, e) && outfile_open(&out, args[2], 0644, e) &&
	     notice_make(s->a, &s->clock.w, &notice, sink_to_outfile(out), e) &&
	     outfile_commit(out, e);
	json_decref(o);
	return ok;
}

/* --- what is against it */

static bool run_check(struct site *s, char **args, int n, struct err *e)
{
	struct notice_conditions c = {.arena = s->a,
		.lang = LANG_ZH,
		.now = world_system()->now(world_system()),
		.evidence = evidence_new(s->a)};
	AUTO(source) file = NULL;
	struct notice_finding *f = ARENA_NEW(s->a, struct notice_finding);
	struct bytes octets;
	struct trust *trust;

	if (!source_open(&file, args[0], e) ||
		!file_slurp(s->a, args[1], TRUST_MAX, &octets, e) ||
		!trust_read(&trust, s->a, octets, e))
		return false;
	for (int i = 2; i < n; i++)
		if (!file_slurp(s->a, args[i], FILE_LIMIT, &octets, e) ||
			!evidence_add_file(c.evidence, octets, e))
			return false;
	trust->allow_demonstration = true;
	c.trust = trust;
	c.file = file;
	notice_check(f, &c);
	if (!f->read) {
		*e = f->why;
		return false;
	}
	for (enum notice_check_id id = 0; id < NOTICE_CHECK_COUNT; id++)
		if (f->checks[id].present)
			(void)printf("%s: %s: %s\n", notice_check_name(id),
				finding_result_name(f->checks[id].result),
				f->checks[id].detail);
	return !notice_is_refused(f) || err_set(e, ERR_DENIED, "the notice is refused");
}

const struct verb notice_verbs[] = {
	{"accept", 7, "TENDER ROLE CERT device|ca KEY SIGNER-CERT OUT", false,
		run_accept},
	{"notice", 3, "FOLDER SPEC.json OUT", true, run_notice},
	{"notice-check", 2, "NOTICE TRUST [CRL…]", false, run_check},
	{NULL, 0, NULL, false, NULL},
};
