/* cms_read: the message syntaxes of GB/T 35275-2017 (GM/T 0010), PKCS#7 and RFC 5652,
 * read as one: same structures under two families of identifiers.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Nothing is copied: what is read points into the message, which may be of any size its
 * caller holds (CMS_MAX for files). SignerInfos and RecipientInfos are taken one by one
 * from a run.
 */
#ifndef QY_DOC_CMS_READ_H
#define QY_DOC_CMS_READ_H

#include "asn1/der.h"
#include "crypto/pubkey.h"

enum { CMS_MAX = 64 << 20, CMS_SIGNERS_MAX = 64, CMS_RECIPIENTS_MAX = 256 };

enum cms_kind {
	CMS_SIGNED,
	CMS_ENVELOPED,
	CMS_SIGNED_ENVELOPED,
};

struct cms_content {
	struct bytes type;   /* OID of the content */
	bool present;        /* false: detached */
	struct bytes octets; /* what is hashed: the value of the inner OCTET STRING */
};

struct cms {
	enum cms_kind kind;
	bool gm; /* identifiers of GB/T 35275, else of PKCS#7 and CMS */
	uint32_t version;
	struct cms_content content; /* SIGNED */
	struct bytes certs, crls;   /* content of [0] and [1]: series of DER elements */
	struct bytes signers;       /* content of the SET OF SignerInfo */
	struct bytes
		recipients; /* ENVELOPED kinds: content of the SET OF RecipientInfo */
	struct bytes encrypted_type, cipher_oid, cipher_params, encrypted;
};

/* Is this the beginning of a ContentInfo of one of the kinds read here? */
bool cms_is(struct bytes der);

/* Reads the outer structure. ERR_UNSUPPORTED for other content types, ERR_MALFORMED
 * otherwise. Octets behind the ContentInfo are refused. */
MUST_USE bool cms_read(struct cms *out, struct bytes der, struct err *e);

/* Who signed or receives: by issuer and serial, or by subject key identifier. */
struct cms_id {
	struct bytes issuer,
		serial; /* whole Name, content octets; empty when by key id */
	struct bytes key_id;
};

struct cms_signer {
	uint32_t version;
	struct cms_id id;
	struct bytes digest_oid, sig_oid;
	struct bytes attrs; /* content of [0]: the attributes in received order */
	bool has_attrs;
	struct bytes value; /* the signature, as received */
	struct bytes unsigned_attrs;
};

/* Takes the next SignerInfo off the run. */
MUST_USE bool cms_signer_next(struct bytes *run, struct cms_signer *out, struct err *e);

struct cms_recipient {
	uint32_t version;
	struct cms_id id;
	struct bytes key_oid, key_params;
	struct bytes encrypted_key;
};

/* Takes the next RecipientInfo (key transport) off the run. */
MUST_USE bool cms_recipient_next(
	struct bytes *run, struct cms_recipient *out, struct err *e);

/* The signed attributes this project understands. */
struct cms_attrs {
	struct bytes content_type; /* OID; empty when absent */
	struct bytes message_digest;
	int64_t signing_time; /* TIME_NONE when absent */
	struct bytes
		order_digest; /* SM3 of the signing order it answers (protocols §3) */
	struct bytes signing_certificate; /* whole SigningCertificateV2 */
};

/* Reads a run of Attribute. Each must have exactly one value, and none may stand twice.
 */
MUST_USE bool cms_attrs_read(struct cms_attrs *out, struct bytes run, struct err *e);

/* The single value of one attribute of a run, whole; false when it is absent. */
bool cms_attr_find(struct bytes run, enum oid oid, struct bytes *value);

/* Is this content what a signer's other formats sign: DER of a SET OF Attribute, a
 * TBS_Sign, or a login token? An attribute-less signature over such content could be one
 * made for something else (protocols §3). */
bool cms_content_is_confusable(struct bytes content);

#endif
