/* ofd_private: what the files of the package reader share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_OFD_PRIVATE_H
#define QY_DOC_OFD_PRIVATE_H

#include "doc/ofd_package.h"

struct ofd {
	struct zip *zip;
	struct arena *arena;
	struct bytes main;
	size_t main_entry;
	struct ofd_doc *docs;
	size_t docs_n;
	size_t pages_n; /* of all documents */
	uint64_t read;  /* octets of OFD.xml and Document.xml */
	struct ofd_finding findings[OFD_FINDINGS_MAX];
	size_t findings_n;
};

/* Remembers a finding; `what` is copied. */
void ofd_note(struct ofd *o, enum ofd_finding_kind kind, struct bytes what);

/* A place named in base_file, with findings for what is odd about it. A path that cannot
 * be resolved is kept as it stands, without entry. */
struct ofd_place ofd_place_of(struct ofd *o, struct bytes base_file, struct bytes loc);

/* The root START of a part, which must be `name`; notes a foreign namespace. */
MUST_USE bool ofd_root(
	struct ofd *o, struct xml_reader *r, const char *name, struct err *e);

/* ofd_part, counted against OFD_TREE_MAX. */
MUST_USE bool ofd_tree_part(
	struct ofd *o, size_t entry, struct arena *a, struct bytes *out, struct err *e);

/* Fills in d from its Document.xml. */
MUST_USE bool ofd_tree(struct ofd *o, struct ofd_doc *d, struct err *e);

#endif
