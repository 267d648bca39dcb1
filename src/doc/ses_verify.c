/* ses_verify: see ses_verify.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ses_verify.h"

#include "base/text.h"
#include "base/time.h"
#include "doc/cms_verify.h"
#include "doc/ses_write.h"
#include "doc/timestamp.h"
#include "pki/sig_alg.h"

#define RULE_SEAL      "GB/T 38540-2020 §6.3"
#define RULE_SIGNATURE "GB/T 38540-2020 §7.3"

/* One signature value over octets given in pieces. */
struct value {
	const struct judge *j;
	enum check_id id;
	const struct cert *cert;
	struct bytes sig_oid, value;
	const struct bytes *pieces;
	size_t count;
	int64_t at; /* it is proven to exist since */
	const char *rule;
};

static bool check_value(
	struct report *r, struct report_signature *s, const struct value *v)
{
	enum check_id id = v->id;
	const struct cert *c = v->cert;
	const char *rule = v->rule;
	const char *where = check_title(r->lang, id);
	enum sm2_sig_form form = SM2_SIG_FORM_DER;
	uint8_t digest[DIGEST_MAX];
	AUTO(digest) d = NULL;
	enum sig_alg alg;
	struct err e;

	if (!c->key_known ||
		!sig_of_oids(&alg, oid_bytes(OID_SM3), v->sig_oid, c->key.kind) ||
		!sig_begin(&d, &c->key, alg, SM2_DEFAULT_ID, &e)) {
		verdict_skip(&s->verdict, id, SUB_CRYPTO_CONSTRAINTS_FAILURE, rule,
			say(r->arena, r->lang, MSG_CMS_ALGORITHM,
				oid_format(r->arena, v->sig_oid), ""));
		return false;
	}
	for (size_t i = 0; i < v->count; i++)
		digest_put(d, v->pieces[i]);
	digest_finish(d, digest);
	if (!pubkey_verify(&c->key, alg, digest, v->value, &form)) {
		verdict_fail(&s->verdict, id, SUB_SIG_CRYPTO_FAILURE, rule,
			say(r->arena, r->lang, MSG_CMS_VALUE_WRONG));
		return false;
	}
	if (form != SM2_SIG_FORM_DER)
		report_note(r, say(r->arena, r->lang, MSG_SIG_RAW, where));
	verdict_pass(&s->verdict, id, rule, sig_name(alg));
	return judge_signature_sound(&s->verdict, v->j, id, alg, &c->key, v->at);
}

/* What the maker signed. */
static bool check_seal_value(struct report *r, struct report_signature *s,
	const struct judge *j, const struct ses_seal *seal, const struct cert *maker,
	int64_t at)
{
	uint8_t head[8];
	struct writer w = writer_over(head, sizeof head);
	struct bytes pieces[4] = {seal->info};
	size_t n = seal->info.n + seal->maker_cert_tlv.n + seal->sig_oid_tlv.n;
	struct value v = {.j = j,
		.id = CHECK_SEAL_VALUE,
		.cert = maker,
		.sig_oid = seal->sig_oid,
		.value = seal->value,
		.pieces = pieces,
		.count = 1,
		.at = at,
		.rule = RULE_SEAL " b)"};

	//= GB/T 38540-2020 §6.3: the maker's signature is over SES_SealInfo as received
	if (seal->version != SES_V1)
		return check_value(r, s, &v);
	//= GM/T 0031-2014 §6.1: over a SEQUENCE of SES_SealInfo, certificate and algorithm
	der_put_head(&w, DER_SEQUENCE, n);
	pieces[0] = writer_bytes(&w);
	pieces[1] = seal->info;
	pieces[2] = seal->maker_cert_tlv;
	pieces[3] = seal->sig_oid_tlv;
	v.count = 4;
	v.rule = "GM/T 0031-2014 §6.1";
	return check_value(r, s, &v);
}

/* Step e) of the seal: its own validity, at the time of proof. */
static void check_seal_validity(struct report_signature *s, const struct judge *j,
	const struct ses_seal *seal, const struct proof_time *proof)
{
	const char *period = say(j->arena, j->lang, MSG_SES_PERIOD,
		time_beijing(j->arena, seal->valid_from),
		time_beijing(j->arena, seal->valid_to));
	bool claimed_out =
		proof->claimed != TIME_NONE &&
		(proof->claimed < seal->valid_from || proof->claimed > seal->valid_to);

	//= GB/T 38540-2020 §6.3: a seal outside validStart and validEnd is not valid
	if (seal->valid_from > seal->valid_to)
		verdict_fail(&s->verdict, CHECK_SEAL_VALIDITY, SUB_FORMAT_FAILURE,
			RULE_SEAL " e)", period);
	else if (claimed_out || (proof->is_proven && proof->at < seal->valid_from))
		verdict_fail(&s->verdict, CHECK_SEAL_VALIDITY,
			proof->claimed < seal->valid_from ? SUB_NOT_YET_VALID
							  : SUB_EXPIRED,
			RULE_SEAL " e)", period);
	else if (proof->at < seal->valid_from)
		verdict_fail(&s->verdict, CHECK_SEAL_VALIDITY, SUB_NOT_YET_VALID,
			RULE_SEAL " e)", period);
	else if (proof->at > seal->valid_to)
		verdict_fail(&s->verdict, CHECK_SEAL_VALIDITY,
			proof->is_proven && !proof->is_around ? SUB_EXPIRED
							      : SUB_OUT_OF_BOUNDS_NO_POE,
			RULE_SEAL " e)",
			say(j->arena, j->lang, MSG_SES_LAPSED,
				time_beijing(j->arena, seal->valid_to)));
	else
		verdict_pass(&s->verdict, CHECK_SEAL_VALIDITY, RULE_SEAL " e)", period);
}

/* Step d): the maker's certificate, judged when the seal was made. */
static void check_maker(struct report_signature *s, const struct judge *j,
	const struct ses_seal *seal, const struct cert *maker,
	const struct proof_time *proof)
{
	struct opinion_request question;
	struct proof_time at = *proof;
	struct opinion o;

	at.claimed = seal->created;
	//= GM/T 0031-2025 §6.3: a maker certificate lapsed since but good at createDate is no fault
	if (seal->version == SES_V5 && maker->not_after < at.at &&
		seal->created >= maker->not_before && seal->created <= maker->not_after)
		at.at = seal->created;
	//= Protocols §4: a seal counts only if its maker chains to an anchor for seal makers
	question = judge_question(j, maker, TRUST_SEAL_MAKER, &at);
	opinion_form(&o, j->arena, j->lang, &question);
	//= Protocols §4: INDETERMINATE where the register is absent, else TOTAL-FAILED
	if (!j->trust) {
		verdict_enter(&s->verdict, CHECK_SEAL_MAKER, &o.chain);
		return;
	}
	if (o.chain.present && o.chain.result == CHECK_FAILED)
		o.chain.fatal = true;
	if (o.usage.present && o.usage.result == CHECK_FAILED)
		o.usage.fatal = true;
	opinion_enter_as(&o, &s->verdict, CHECK_SEAL_MAKER);
}

/* What the maker or signer marked as not to be ignored, and we do not know. */
static void check_extensions(
	struct report_signature *s, const struct judge *j, struct bytes ext_datas)
{
	struct bytes in, id, value;
	bool critical;
	struct err e;

	while (ext_datas.n) {
		critical = false;
		if (!der_take(&ext_datas, DER_SEQUENCE, &in, &e) ||
			!der_oid(&in, &id, &e) ||
			(der_peek(in) == DER_BOOLEAN &&
				!der_boolean(&in, &critical, &e)) ||
			!der_take(&in, DER_OCTET_STRING, &value, &e)) {
			verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE,
				RULE_SIGNATURE " a)", err_say(j->arena, j->lang, &e));
			return;
		}
		//= GB/T 38540-2020 §6.1.5: an ExtData marked critical must be understood
		if (critical && !oid_is(id, OID_QY_ORDER_DIGEST))
			verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE,
				RULE_SIGNATURE " a)",
				say(j->arena, j->lang, MSG_SES_CRITICAL,
					oid_format(j->arena, id)));
	}
}

static void show_seal(
	struct report *r, struct report_signature *s, const struct ses_seal *seal)
{
	s->seal.id = text_printable(r->arena, seal->id, 100);
	s->seal.name = text_printable(r->arena, seal->name, 200);
	s->seal.valid_from = seal->valid_from;
	s->seal.valid_to = seal->valid_to;
	s->seal.picture = seal->picture.data;
	s->seal.picture_type = ascii_lower(r->arena, seal->picture.type);
	s->seal.width_mm = seal->picture.width_mm;
	s->seal.height_mm = seal->picture.height_mm;
}

/* The steps of the seal procedure. */
static void judge_seal(struct report *r, struct report_signature *s,
	const struct judge *j, const struct ses_seal *seal,
	const struct proof_time *proof)
{
	struct cert maker;
	struct err e;

	show_seal(r, s, seal);
	check_extensions(s, j, seal->ext_datas);
	verdict_skip(&s->verdict, CHECK_SEAL_FILING, SUB_NONE, NULL,
		say(j->arena, j->lang, MSG_SES_FILING));
	check_seal_validity(s, j, seal, proof);
	if (!cert_parse(&maker, seal->maker_cert, &e)) {
		verdict_fail(&s->verdict, CHECK_SEAL_VALUE, SUB_FORMAT_FAILURE,
			RULE_SEAL " a)", err_say(j->arena, j->lang, &e));
		return;
	}
	s->seal.maker = name_format(r->arena, maker.subject);
	judge_learn_cert(j, seal->maker_cert);
	check_seal_value(r, s, j, seal, &maker, proof->at);
	check_maker(s, j, seal, &maker, proof);
	if (seal->timestamp.n) {
		struct proof_time made = {.at = j->now, .claimed = seal->created};
		int64_t stamped = s->stamped;
		const char *source = s->time_source;

		/* Proves when the seal was made, never when a document was sealed. */
		timestamp_judge(s, j, seal->timestamp, seal->value, &made);
		s->stamped = stamped;
		s->time_source = source;
	}
}

void ses_judge_seal(struct report *r, struct report_signature *s, const struct judge *j,
	const struct ses_seal *seal)
{
	struct proof_time proof = {.at = j->now, .claimed = TIME_NONE};

	verdict_pass(&s->verdict, CHECK_FORMAT, RULE_SEAL " a)", "");
	judge_seal(r, s, j, seal, &proof);
	report_set_national(s, j, NULL);
}

/* Step f): the signer stands in the seal's list. */
static void check_listed(struct report_signature *s, const struct judge *j,
	const struct ses_seal *seal, const struct cert *signer)
{
	if (ses_seal_lists(seal, signer->der)) {
		verdict_pass(
			&s->verdict, CHECK_SEAL_LISTS_SIGNER, RULE_SIGNATURE " f)", "");
		return;
	}
	verdict_fail_total(&s->verdict, CHECK_SEAL_LISTS_SIGNER,
		SUB_SIG_CONSTRAINTS_FAILURE, RULE_SIGNATURE " f)",
		say(j->arena, j->lang, MSG_SES_NOT_LISTED));
}

static void check_data(struct report_signature *s, const struct judge *j,
	const struct ses_signature *ses, const struct ses_given *given)
{
	//= GB/T 38540-2020 §7.3: the digest of the protected range is computed again and compared
	if (!given->data_sm3)
		verdict_skip(&s->verdict, CHECK_DIGEST_DOCUMENT,
			SUB_SIGNED_DATA_NOT_FOUND, RULE_SIGNATURE " g)",
			say(j->arena, j->lang, MSG_SES_NO_DOCUMENT));
	else if (!bytes_equal(ses->data_hash, bytes_make(given->data_sm3, SM3_SIZE)))
		verdict_fail(&s->verdict, CHECK_DIGEST_DOCUMENT, SUB_HASH_FAILURE,
			RULE_SIGNATURE " g)",
			say(j->arena, j->lang, MSG_SES_DIGEST_DIFFERS));
	else
		verdict_pass(
			&s->verdict, CHECK_DIGEST_DOCUMENT, RULE_SIGNATURE " g)", "");
	(void)judge_digest_sound(
		&s->verdict, j, CHECK_DIGEST_DOCUMENT, DIGEST_SM3, judge_file_time(j));
	if (given->seal_file.n == 0)
		return;
	if (bytes_equal(given->seal_file, ses->seal.whole))
		verdict_pass(&s->verdict, CHECK_SEAL_MATCHES_FILE,
			"GB/T 33190-2016 §18.2.3", "");
	else
		verdict_fail_total(&s->verdict, CHECK_SEAL_MATCHES_FILE,
			SUB_SIG_CONSTRAINTS_FAILURE, "GB/T 33190-2016 §18.2.3",
			say(j->arena, j->lang, MSG_SES_SEAL_FILE_DIFFERS));
}

/* What the signature covers, its seal with maker and list of signers, is proven with it.
 */
static void prove_bound(const struct report_signature *s, const struct judge *j,
	const struct ses_signature *ses, const struct cert *signer,
	const struct proof_time *proof)
{
	if (!proof->is_proven)
		return;
	judge_prove(j, ses->seal.value, proof->at);
	judge_prove(j, ses->seal.maker_cert, proof->at);
	if (s->verdict.checks[CHECK_SEAL_LISTS_SIGNER].result == CHECK_PASSED)
		judge_prove(j, signer->der, proof->at);
}

/* The credit code of the signer is that of whoever the seal was made for. */
static void check_owner(
	struct report_signature *s, const struct judge *j, const struct opinion *o)
{
	char code[19];

	//= Protocols §4: the credit code is read from the field the register names for that CA
	if (!o->anchor) {
		verdict_skip(&s->verdict, CHECK_SEAL_OWNER,
			SUB_NO_CERTIFICATE_CHAIN_FOUND, "Protocols §4",
			say(j->arena, j->lang, MSG_SES_OWNER_NO_REGISTER));
		return;
	}
	if (s->verdict.checks[CHECK_SEAL_LISTS_SIGNER].result != CHECK_PASSED)
		return;
	if (o->anchor->credit_code == CREDIT_NONE) {
		/* A register without a profile for this CA: the list of the seal decides.
		 */
		verdict_pass(&s->verdict, CHECK_SEAL_OWNER, "Protocols §4",
			say(j->arena, j->lang, MSG_SES_OWNER_BY_LIST));
		return;
	}
	if (!cert_credit_code(&s->signer, o->anchor->credit_code, code)) {
		verdict_fail_total(&s->verdict, CHECK_SEAL_OWNER,
			SUB_SIG_CONSTRAINTS_FAILURE, "Protocols §4",
			say(j->arena, j->lang, MSG_SES_OWNER_NO_CODE,
				credit_code_field_name(o->anchor->credit_code)));
		return;
	}
	verdict_pass(&s->verdict, CHECK_SEAL_OWNER, "Protocols §4",
		arena_str(j->arena, bytes_str(code)));
}

/* The token of timeInfo was there before the signature that covers it: it claims when, as
 * a time written down would, and proves nothing. Else whoever gathers tokens over digests
 * could seal with a certificate revoked long since. */
static void judge_time_info(struct report_signature *s, const struct judge *j,
	const struct ses_signature *ses, struct proof_time *proof)
{
	struct proof_time made = {.at = j->now, .claimed = TIME_NONE};

	//= Protocols §4: the time of proof is that of a stamp over the signature
	timestamp_judge(s, j, ses->time_token, ses->data_hash, &made);
	s->claimed = proof->claimed = s->stamped;
	s->stamped = TIME_NONE;
	s->time_source = "claimed";
}

void ses_judge_signature(struct report *r, struct report_signature *s,
	const struct judge *j, const struct ses_signature *ses,
	const struct ses_given *given)
{
	struct proof_time proof = judge_proof(j, ses->value, ses->time);
	struct bytes tbs[1] = {ses->tbs};
	struct opinion_request question;
	struct opinion opinion;
	struct cert signer;
	struct err e;

	s->claimed = ses->time;
	verdict_pass(&s->verdict, CHECK_FORMAT, RULE_SIGNATURE " a)", "");
	check_extensions(s, j, ses->ext_datas);
	check_data(s, j, ses, given);
	if (given->property.n && !bytes_equal(given->property, ses->property))
		report_note(r, say(j->arena, j->lang, MSG_SES_PROPERTY,
				       text_printable(j->arena, ses->property, 200)));
	if (ses->time_token.n)
		judge_time_info(s, j, ses, &proof);
	if (ses->timestamp.n)
		timestamp_judge(s, j, ses->timestamp, ses->value, &proof);
	judge_seal(r, s, j, &ses->seal, &proof);
	if (!cert_parse(&signer, ses->signer_cert, &e)) {
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE,
			RULE_SIGNATURE " a)", err_say(j->arena, j->lang, &e));
		report_set_national(s, j, NULL);
		return;
	}
	judge_learn_cert(j, ses->signer_cert);
	//= GB/T 38540-2020 §7.3: the signer's signature is over the DER of TBS_Sign
	check_value(r, s,
		&(struct value){.j = j,
			.id = CHECK_SIGNATURE_VALUE,
			.cert = &signer,
			.sig_oid = ses->sig_oid,
			.value = ses->value,
			.pieces = tbs,
			.count = 1,
			.at = proof.at,
			.rule = RULE_SIGNATURE " b)"});
	check_listed(s, j, &ses->seal, &signer);
	prove_bound(s, j, ses, &signer, &proof);
	//= GB/T 38540-2020 §7.3: the signer's certificate: chain, validity, revocation, usage
	question = judge_question(j, &signer, TRUST_SIGNER, &proof);
	opinion_form(&opinion, j->arena, j->lang, &question);
	opinion_enter(&opinion, &s->verdict);
	report_check_claim(s, j);
	report_set_signer(r, s, &signer, opinion.anchor);
	check_owner(s, j, &opinion);
	report_set_national(s, j, &opinion);
}
