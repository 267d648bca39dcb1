/* ledger: what a platform does with its ledger, by hand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/der.h"
#include "base/text.h"
#include "crypto/keyfile.h"
#include "doc/ledger_standing.h"
#include "doc/qyb_withdrawal.h"
#include "verb.h"

enum { PAPER_MAX = 4 << 20 };

static bool slurp(struct site *s, const char *path, struct bytes *out, struct err *e)
{
	return file_slurp(s->a, path, PAPER_MAX, out, e);
}

static bool put(const char *path, struct bytes b, struct err *e)
{
	return file_write(path, 0644, b, e);
}

/* --- keys */

static bool run_init(struct site *s, char **args, int n, struct err *e)
{
	(void)n;
	s->folder = args[0];
	return site_init(s, bytes_str(args[1]), e);
}

static bool run_clock(struct site *s, char **args, int n, struct err *e)
{
	int64_t at = TIME_NONE;

	(void)n;
	if (args[1][0] == '+')
		at = site_now(s) / TIME_SECOND * TIME_SECOND +
		     strtoll(args[1] + 1, NULL, 10) * TIME_SECOND;
	else if (strcmp(args[1], "real") != 0 &&
		 !time_parse_iso(bytes_str(args[1]), &at, e))
		return false;
	return site_set_clock(s, at, e);
}

/* What a reader configures: JSON. */
static bool run_view(struct site *s, char **args, int n, struct err *e)
{
	struct ledger_view v = log_view(s->log);
	struct writer w = writer_in(s->a, 4096);

	(void)n;
	write_str(&w, arena_printf(s->a,
			      "{\"platform\": \"%.*s\", \"log\": \"%s\", "
			      "\"receipts\": \"%s\", \"needed\": %u, \"witnesses\": [",
			      (int)v.platform.n, (const char *)v.platform.p,
			      base64_encode(s->a, v.log.spki),
			      base64_encode(s->a, s->receipt_key->pub.spki), v.needed));
	for (size_t i = 0; i < v.witness_count; i++)
		write_str(
			&w, arena_printf(s->a,
				    "%s{\"name\": \"%.*s\", \"code\": \"%.*s\", \"key\": "
				    "\"%s\"}",
				    i ? ", " : "", (int)v.witnesses[i].name.n,
				    (const char *)v.witnesses[i].name.p,
				    (int)v.witnesses[i].credit_code.n,
				    (const char *)v.witnesses[i].credit_code.p,
				    base64_encode(s->a, v.witnesses[i].key.spki)));
	write_str(&w, "]}\n");
	return put(args[1], writer_bytes(&w), e);
}

/* --- bids */

static bool bid_of(struct site *s, const char *path, const char *intake,
	struct source **file, struct qyb **q, struct err *e)
{
	struct keyfile f = {0};
	struct bytes octets;
	bool ok;

	if (intake && (!slurp(s, intake, &octets, e) ||
			      !keyfile_read(&f, s->a, octets, NULL, e)))
		return false;
	ok = source_open(file, path, e) && qyb_read(q, s->a, *file, f.key, e);
	if (intake)
		keyfile_fini(&f);
	return ok;
}

/* The header as a platform hands it out. */
static bool run_header(struct site *s, char **args, int n, struct err *e)
{
	AUTO(source) file = NULL;
	struct writer w;
	struct qyb *q;
	size_t all;

	if (!bid_of(s, args[0], n > 2 ? args[2] : NULL, &file, &q, e))
		return false;
	w = writer_in(s->a, q->header.n + q->signature.n + 64);
	all = der_open(&w, DER_SEQUENCE);
	write_bytes(&w, q->header);
	der_put(&w, DER_OCTET_STRING, q->signature);
	der_close(&w, all);
	(void)printf("%s\n", hex_encode(s->a, BYTES_OF(q->header_sm3)));
	return put(args[1], writer_bytes(&w), e);
}

static bool run_receive(struct site *s, char **args, int n, struct err *e)
{
	struct ledger_field fields[RECEIPT_BID_FIELDS];
	struct receipt r = {.platform = s->log->platform,
		.fields = fields,
		.field_count = RECEIPT_BID_FIELDS};
	AUTO(source) file = NULL;
	struct receipt_bid bid;
	struct bytes der;
	struct qyb *q;

	if (!bid_of(s, args[1], n > 3 ? args[3] : NULL, &file, &q, e))
		return false;
	bid.tender = q->context.tender;
	memcpy(bid.bid, q->context.bid, sizeof bid.bid);
	memcpy(bid.root, q->outer.root, sizeof bid.root);
	memcpy(bid.header, q->header_sm3, sizeof bid.header);
	return log_bid_leaf(s->log, &r.leaf, fields, &bid,
		       site_now(s) / TIME_SECOND * TIME_SECOND, e) &&
	       receipt_sign(s->a, &der, &s->clock.w, &r, s->receipt_key, e) &&
	       site_receive(s, r.leaf, e) && put(args[2], der, e);
}

static bool run_withdraw(struct site *s, char **args, int n, struct err *e)
{
	struct qyb_withdrawal v = {0};
	struct qyb_signer signer = {0};
	AUTO(source) file = NULL;
	struct keyfile f;
	struct bytes octets, der;
	struct qyb *q;
	bool ok;

	(void)n;
	if (!bid_of(s, args[1], NULL, &file, &q, e) || !slurp(s, args[2], &octets, e) ||
		!verb_cert(s->a, args[3], &signer.cert, e) ||
		!keyfile_read(&f, s->a, octets, NULL, e))
		return false;
	v.time = signer.time = site_now(s) / TIME_SECOND * TIME_SECOND;
	v.tender = q->context.tender;
	memcpy(v.bid, q->context.bid, sizeof v.bid);
	memcpy(v.header, q->header_sm3, sizeof v.header);
	signer.key = f.key;
	ok = qyb_withdrawal_write(&der, s->a, &s->clock.w, &v, &signer, e) &&
	     put(args[4], der, e);
	keyfile_fini(&f);
	return ok;
}

/* --- time passes */

static bool run_tick(struct site *s, char **args, int n, struct err *e)
{
	int64_t time = site_now(s) - site_now(s) % STREAM_INTERVAL;

	if (n > 1 && !time_parse_iso(bytes_str(args[1]), &time, e))
		return false;
	return site_tick(s, time, e);
}

static bool run_checkpoint(struct site *s, char **args, int n, struct err *e)
{
	struct bytes der;

	(void)n;
	return site_checkpoint(s, (unsigned)strtoul(args[1], NULL, 10), &der, e) &&
	       put(args[2], der, e);
}

/* --- what is handed out when a tender closed */

static bool act_find(const struct site *s, struct bytes leaf, size_t *act, struct err *e)
{
	for (size_t i = 0; i < s->log->act_count; i++)
		if (s->log->acts[i].placed && bytes_equal(s->log->acts[i].leaf, leaf)) {
			*act = i;
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "no such act in the stream");
}

static bool run_proof(struct site *s, char **args, int n, struct err *e)
{
	struct bytes receipt, file, der;
	struct checkpoint_file under;
	struct ledger_inclusion p;
	struct receipt r;
	size_t act;

	(void)n;
	if (!slurp(s, args[1], &receipt, e) || !slurp(s, args[2], &file, e) ||
		!receipt_read(&r, s->a, receipt, e) ||
		!checkpoint_file_read(&under, s->a, file, e) ||
		!act_find(s, r.leaf, &act, e))
		return false;
	if (s->log->acts[act].index >= under.checkpoint.size)
		return err_set(e, ERR_NOT_FOUND, "not under that checkpoint");
	log_act_inclusion(s->log, &p, act, (size_t)under.checkpoint.size);
	return ledger_proof_write(s->a, &der, &p, file, r.fields, r.field_count, e) &&
	       put(args[3], der, e);
}

static bool run_closing(struct site *s, char **args, int n, struct err *e)
{
	struct bytes file, der;
	int64_t deadline;

	(void)n;
	return time_parse_iso(bytes_str(args[2]), &deadline, e) &&
	       slurp(s, args[3], &file, e) &&
	       log_closing(s->log, &der, bytes_str(args[1]), deadline, file, e) &&
	       put(args[4], der, e);
}

static bool run_standing(struct site *s, char **args, int n, struct err *e)
{
	struct standing v = {.platform = s->log->platform,
		.time = site_now(s) / TIME_SECOND * TIME_SECOND};
	AUTO(source) file = NULL;
	struct closing closing;
	struct bytes octets, der;
	struct qyb *q;

	if (!bid_of(s, args[1], n > 4 ? args[4] : NULL, &file, &q, e) ||
		!slurp(s, args[2], &octets, e) ||
		!closing_read(&closing, s->a, octets, e))
		return false;
	v.tender = q->context.tender;
	v.deadline = closing.deadline;
	memcpy(v.bid, q->context.bid, sizeof v.bid);
	memcpy(v.header, q->header_sm3, sizeof v.header);
	memcpy(v.checkpoint, closing.checkpoint.checkpoint.as.sm3, SM3_SIZE);
	return standing_sign(s->a, &der, &s->clock.w, &v, s->log_key, e) &&
	       put(args[3], der, e);
}

/* All that a signer's program wants for a release, in one file: SEQUENCE { closing,
 * proof, standing OCTET STRING, withdrawals SEQUENCE OF OCTET STRING, deadlines SEQUENCE
 * OF GeneralizedTime }. */
static bool run_bundle(struct site *s, char **args, int n, struct err *e)
{
	struct writer w = writer_in(s->a, 4 * PAPER_MAX);
	size_t all = der_open(&w, DER_SEQUENCE), list;
	struct bytes file;

	for (int i = 0; i < 3; i++) {
		if (!slurp(s, args[i], &file, e))
			return false;
		der_put(&w, DER_OCTET_STRING, file);
	}
	list = der_open(&w, DER_SEQUENCE);
	for (int i = 4; i < n; i++) {
		if (!slurp(s, args[i], &file, e))
			return false;
		der_put(&w, DER_OCTET_STRING, file);
	}
	der_close(&w, list);
	der_close(&w, der_open(&w, DER_SEQUENCE));
	der_close(&w, all);
	return put(args[3], writer_bytes(&w), e);
}

/* SM3 of a closing's checkpoint, as orders name it. */
static bool run_name(struct site *s, char **args, int n, struct err *e)
{
	struct closing closing;
	struct bytes octets;

	(void)n;
	if (!slurp(s, args[0], &octets, e) || !closing_read(&closing, s->a, octets, e))
		return false;
	(void)printf(
		"%s\n", hex_encode(s->a, BYTES_OF(closing.checkpoint.checkpoint.as.sm3)));
	return true;
}

const struct verb ledger_verbs[] = {
	{"init", 2, "FOLDER PLATFORM", false, run_init},
	{"clock", 2, "FOLDER TIME|+SECONDS|real", true, run_clock},
	{"view", 2, "FOLDER OUT", true, run_view},
	{"receive", 3, "FOLDER BID RECEIPT [INTAKE-KEY]", true, run_receive},
	{"header", 2, "BID OUT [INTAKE-KEY]", false, run_header},
	{"withdraw", 5, "FOLDER BID KEY CERT OUT", true, run_withdraw},
	{"tick", 1, "FOLDER [TIME]", true, run_tick},
	{"checkpoint", 3, "FOLDER WITNESSES(0-3) OUT", true, run_checkpoint},
	{"proof", 4, "FOLDER RECEIPT CHECKPOINT OUT", true, run_proof},
	{"closing", 5, "FOLDER TENDER DEADLINE CHECKPOINT OUT", true, run_closing},
	{"closing-name", 1, "CLOSING", false, run_name},
	{"standing", 4, "FOLDER BID CLOSING OUT [INTAKE-KEY]", true, run_standing},
	{"bundle", 4, "CLOSING PROOF STANDING OUT [WITHDRAWAL…]", false, run_bundle},
	{NULL, 0, NULL, false, NULL},
};
