/* evidence: gathering certificates, CRLs and OCSP answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/evidence_bag.h"

#include "crypto/keyfile.h"
#include "pki/name.h"

struct evidence *evidence_new(struct arena *a)
{
	struct evidence *ev = ARENA_NEW(a, struct evidence);

	ev->arena = a;
	return ev;
}

static size_t subject_slot(struct bytes subject)
{
	return (size_t)(name_hash(subject) % EVIDENCE_SLOTS);
}

static size_t digest_slot(const uint8_t sm3[SM3_SIZE])
{
	struct reader r = reader_of(bytes_make(sm3, SM3_SIZE));

	return read_le32(&r) % EVIDENCE_SLOTS;
}

static bool same_digest(const uint8_t a[SM3_SIZE], const uint8_t b[SM3_SIZE])
{
	return bytes_equal(bytes_make(a, SM3_SIZE), bytes_make(b, SM3_SIZE));
}

static bool has_cert(const struct evidence *ev, const uint8_t sm3[SM3_SIZE])
{
	size_t at = ev->by_digest[digest_slot(sm3)].first;

	for (; at; at = ev->certs[at - 1]->next_digest)
		if (same_digest(ev->certs[at - 1]->cert.sm3, sm3))
			return true;
	return false;
}

/* Puts place + 1 at the end of a slot's chain. */
static void link_subject(struct evidence *ev, struct slot *slot, size_t at)
{
	if (slot->last)
		ev->certs[slot->last - 1]->next_subject = at;
	else
		slot->first = at;
	slot->last = at;
}

static void put_cert(struct evidence *ev, const struct cert *c)
{
	struct cert_item *item = ARENA_NEW(ev->arena, struct cert_item);
	struct slot *digests = &ev->by_digest[digest_slot(c->sm3)];

	if (ev->cert_count == ev->cert_cap) {
		size_t cap = ev->cert_cap ? ev->cert_cap * 2 : 16;
		struct cert_item **more = ARENA_ARRAY(ev->arena, cap, struct cert_item *);

		for (size_t i = 0; i < ev->cert_count; i++)
			more[i] = ev->certs[i];
		ev->certs = more;
		ev->cert_cap = cap;
	}
	item->cert = *c;
	item->next_digest = digests->first;
	ev->certs[ev->cert_count++] = item;
	digests->first = ev->cert_count;
	link_subject(ev, &ev->by_subject[subject_slot(c->subject)], ev->cert_count);
}

bool evidence_add_cert(struct evidence *ev, struct bytes der, struct err *e)
{
	struct cert c;

	if (!cert_parse(&c, der, e))
		return false;
	if (has_cert(ev, c.sm3))
		return true;
	if (ev->cert_count == EVIDENCE_CERTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d certificates",
			EVIDENCE_CERTS_MAX);
	put_cert(ev, &c);
	return true;
}

bool evidence_add_crl(struct evidence *ev, struct bytes der, struct err *e)
{
	struct crl_item *item;
	struct crl c;

	if (!crl_parse(&c, der, e))
		return false;
	for (size_t i = 0; i < ev->crl_count; i++)
		if (same_digest(ev->crls[i]->crl.sm3, c.sm3))
			return true;
	if (ev->crl_count == EVIDENCE_CRLS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d CRLs", EVIDENCE_CRLS_MAX);
	item = ARENA_NEW(ev->arena, struct crl_item);
	item->crl = c;
	ev->crls[ev->crl_count++] = item;
	return true;
}

bool evidence_add_ocsp(struct evidence *ev, struct bytes der, struct err *e)
{
	struct ocsp_item *item;
	struct ocsp o;

	if (!ocsp_parse(&o, der, e))
		return false;
	if (o.result != OCSP_SUCCESSFUL)
		return err_set(e, ERR_UNSUPPORTED,
			"the OCSP responder refused to answer (%d)", (int)o.result);
	for (size_t i = 0; i < ev->ocsp_count; i++)
		if (same_digest(ev->ocsps[i]->ocsp.sm3, o.sm3))
			return true;
	if (ev->ocsp_count == EVIDENCE_OCSP_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "more than %d OCSP answers", EVIDENCE_OCSP_MAX);
	item = ARENA_NEW(ev->arena, struct ocsp_item);
	item->ocsp = o;
	ev->ocsps[ev->ocsp_count++] = item;
	return true;
}

/* The kinds of PEM blocks and what takes their content. */
static const struct {
	const char *kind;
	bool (*add)(struct evidence *ev, struct bytes der, struct err *e);
} kinds[] = {
	{"CERTIFICATE", evidence_add_cert},
	{"X509 CRL", evidence_add_crl},
	{"OCSP RESPONSE", evidence_add_ocsp},
};

static bool add_pem(struct evidence *ev, struct bytes text, struct err *e)
{
	size_t count = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct bytes rest = text, der;

		while (pem_next(ev->arena, &rest, kinds[i].kind, &der, e)) {
			if (!kinds[i].add(ev, der, e))
				return err_in(e, "%s", kinds[i].kind);
			count++;
		}
		if (e->code != ERR_NOT_FOUND)
			return err_in(e, "%s", kinds[i].kind);
	}
	return count ||
	       err_set(e, ERR_MALFORMED, "neither certificate nor CRL nor OCSP answer");
}

/* A certificate and a CRL are both SEQUENCE { SEQUENCE …: the one that tells more about
 * itself is asked first, and its complaint is the one reported. */
static bool add_der(struct evidence *ev, struct bytes der, struct err *e)
{
	struct bytes body, tbs;
	struct err other;

	if (!der_only(der, DER_SEQUENCE, &body, e))
		return err_in(e, "neither certificate nor CRL nor OCSP answer");
	if (der_peek(body) == DER_ENUMERATED)
		return evidence_add_ocsp(ev, der, e);
	if (!der_take(&body, DER_SEQUENCE, &tbs, e))
		return err_in(e, "neither certificate nor CRL nor OCSP answer");
	if (der_peek(tbs) == DER_CONTEXT(0))
		return evidence_add_cert(ev, der, e);
	return evidence_add_crl(ev, der, e) || evidence_add_cert(ev, der, &other);
}

bool evidence_add_file(struct evidence *ev, struct bytes file, struct err *e)
{
	struct bytes der;

	if (der_peek(file) == DER_SEQUENCE)
		return add_der(ev, file, e);
	if (bytes_find(file, BYTES("-----BEGIN ")) != SIZE_MAX)
		return add_pem(ev, file, e);
	/* Bare base64, as some CAs hand certificates out. */
	if (!cert_decode(ev->arena, file, &der, e))
		return false;
	return add_der(ev, der, e);
}
