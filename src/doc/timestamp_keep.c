/* timestamp_keep: see timestamp_keep.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/timestamp_keep.h"

#include "asn1/der.h"

/* The parts of a ContentInfo with SignedData, to be put together again. */
struct parts {
	struct bytes type;               /* whole OID */
	struct bytes version;            /* whole */
	struct bytes algs;               /* whole */
	struct bytes content;            /* whole */
	struct bytes certs, revocations; /* content of [0] and [1] */
	struct bytes signers;            /* whole */
};

static bool take_apart(struct parts *p, struct bytes token, struct err *e)
{
	struct bytes info, wrapped, in;
	bool there;

	return der_only(token, DER_SEQUENCE, &info, e) &&
	       der_take_whole(&info, DER_OID, &p->type, e) &&
	       der_take(&info, DER_CONTEXT(0), &wrapped, e) && der_end(info, e) &&
	       der_only(wrapped, DER_SEQUENCE, &in, e) &&
	       der_take_whole(&in, DER_INTEGER, &p->version, e) &&
	       der_take_whole(&in, DER_SET, &p->algs, e) &&
	       der_take_whole(&in, DER_SEQUENCE, &p->content, e) &&
	       der_take_optional(&in, DER_CONTEXT(0), &p->certs, &there, e) &&
	       der_take_optional(&in, DER_CONTEXT(1), &p->revocations, &there, e) &&
	       der_take_whole(&in, DER_SET, &p->signers, e) && der_end(in, e);
}

static bool has(struct bytes run, struct bytes element)
{
	struct der d;
	struct err e;

	while (run.n && der_next(&run, &d, &e))
		if (bytes_equal(d.whole, element))
			return true;
	return false;
}

static size_t elements(struct bytes run)
{
	struct der d;
	struct err e;
	size_t n = 0;

	while (run.n && der_next(&run, &d, &e))
		n++;
	return n;
}

//= RFC 5652 §10.2.1: other revocation information is [1], here an OCSP answer (RFC 5940 §2.1)
static struct bytes other_revocation(struct arena *a, struct bytes ocsp)
{
	struct writer w = writer_in(a, ocsp.n + 64);
	size_t at = der_open(&w, DER_CONTEXT(1));

	der_put_oid(&w, OID_RI_OCSP_RESPONSE);
	write_bytes(&w, ocsp);
	der_close(&w, at);
	return writer_bytes(&w);
}

/* A SET OF under a tag of its own: what is there, and what is new. */
static bool put_set(struct writer *w, uint8_t tag, struct bytes there,
	const struct bytes *more, size_t count, struct err *e)
{
	size_t total = elements(there), at;

	for (size_t i = 0; i < count; i++)
		total += !has(there, more[i]);
	if (total == 0)
		return true;
	if (total > TIMESTAMP_KEPT_MAX)
		return err_set(e, ERR_TOO_LARGE,
			"more than %d certificates or lists in a token",
			TIMESTAMP_KEPT_MAX);
	at = der_open(w, tag);
	write_bytes(w, there);
	for (size_t i = 0; i < count; i++)
		if (!has(there, more[i]))
			write_bytes(w, more[i]);
	if (!der_sort_set(w, at, e))
		return false;
	der_close(w, at);
	return true;
}

bool timestamp_keep(struct arena *a, struct bytes *out, struct bytes token,
	const struct timestamp_kept *kept, struct err *e)
{
	size_t n = token.n + 256, count = 0, info, wrapped, in;
	struct bytes *revocations =
		ARENA_ARRAY(a, kept->crl_count + kept->ocsp_count, struct bytes);
	struct parts p = {.type = {NULL, 0}};
	struct writer w;

	if (!take_apart(&p, token, e))
		return err_in(e, "token");
	for (size_t i = 0; i < kept->cert_count; i++)
		n += kept->certs[i].n;
	for (size_t i = 0; i < kept->crl_count; i++)
		revocations[count++] = kept->crls[i];
	for (size_t i = 0; i < kept->ocsp_count; i++)
		revocations[count++] = other_revocation(a, kept->ocsps[i]);
	for (size_t i = 0; i < count; i++)
		n += revocations[i].n;
	w = writer_in(a, n);
	info = der_open(&w, DER_SEQUENCE);
	write_bytes(&w, p.type);
	wrapped = der_open(&w, DER_CONTEXT(0));
	in = der_open(&w, DER_SEQUENCE);
	//= RFC 5652 §5.1: version 5 where there is other revocation information
	if (kept->ocsp_count)
		der_put_small(&w, DER_INTEGER, 5);
	else
		write_bytes(&w, p.version);
	write_bytes(&w, p.algs);
	write_bytes(&w, p.content);
	if (!put_set(&w, DER_CONTEXT(0), p.certs, kept->certs, kept->cert_count, e) ||
		!put_set(&w, DER_CONTEXT(1), p.revocations, revocations, count, e))
		return false;
	write_bytes(&w, p.signers);
	der_close(&w, in);
	der_close(&w, wrapped);
	der_close(&w, info);
	*out = writer_bytes(&w);
	return true;
}
