/* ses: electronic seals and seal signatures of GM/T 0031-2014 (version 1), GB/T
 * 38540-2020 (version 4) and GM/T 0031-2025 (version 5), read without copying.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_SES_H
#define QY_DOC_SES_H

#include "asn1/der.h"

/* A seal holds a picture of at most SES_PICTURE_MAX octets, a signature a seal. */
enum {
	SES_MAX = 4 << 20,
	SES_PICTURE_MAX = 2 << 20,
	SES_SIDE_MAX_MM = 10000,
	SES_CERTS_MAX = 1024
};

enum ses_version { SES_V1 = 1, SES_V4 = 4, SES_V5 = 5 };

struct ses_picture {
	struct bytes type; /* as written: PNG, png, GIF, ofd … */
	struct bytes data;
	uint32_t width_mm, height_mm;
};

struct ses_seal {
	enum ses_version version;
	struct bytes whole; /* the SESeal as received */
	struct bytes
		info; /* SES_SealInfo, whole: what the maker signs in versions 4 and 5 */
	struct bytes vendor, id, name;
	uint32_t type;
	bool by_digest;     /* the certificate list holds digests, not certificates */
	struct bytes certs; /* content of that list */
	int64_t created, valid_from, valid_to;
	struct ses_picture picture;
	struct bytes ext_datas;  /* content, may be empty */
	struct bytes maker_cert; /* DER */
	struct bytes maker_cert_tlv,
		sig_oid_tlv; /* whole elements: version 1 signs them too */
	struct bytes sig_oid;
	struct bytes value;     /* content of the BIT STRING */
	struct bytes timestamp; /* version 5: token, empty when absent */
};

struct ses_signature {
	enum ses_version version;
	struct bytes tbs; /* TBS_Sign, whole: what the signer signs */
	struct ses_seal seal;
	int64_t time; /* timeInfo; TIME_NONE when version 1 holds a token instead */
	struct bytes time_token; /* version 1: a time stamp token in timeInfo */
	struct bytes data_hash;
	struct bytes property;    /* propertyInfo, in OFD the path of Signature.xml */
	struct bytes ext_datas;   /* content, may be empty */
	struct bytes signer_cert; /* DER */
	struct bytes sig_oid;
	struct bytes value;
	struct bytes timestamp; /* token over value, empty when absent */
};

/* Do these octets look like a seal, or a seal signature? A look, not a promise. */
bool ses_is_seal(struct bytes der);
bool ses_is_signature(struct bytes der);

/* Reads the whole structure, version by its shape and by header.version (standards §2).
 * ERR_MALFORMED, ERR_UNSUPPORTED for other versions, ERR_TOO_LARGE. */
MUST_USE bool ses_seal_read(struct ses_seal *out, struct bytes der, struct err *e);
MUST_USE bool ses_signature_read(
	struct ses_signature *out, struct bytes der, struct err *e);

/* Takes the next entry of the certificate list: a certificate (DER), or a digest with the
 * name of its algorithm in *type. */
MUST_USE bool ses_cert_next(const struct ses_seal *s, struct bytes *run,
	struct bytes *type, struct bytes *value, struct err *e);

/* The value of an extension data item (content of its OCTET STRING); false when absent.
 */
bool ses_ext_find(
	struct bytes ext_datas, enum oid oid, struct bytes *value, bool *critical);

#endif
