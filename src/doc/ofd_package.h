/* ofd_package: what an OFD file says of itself: documents, pages, where the parts are.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Elements are matched by local name, since makers use the 2016 namespace, an older one,
 * or none. What deviates is listed as a finding. Document.xml of a DocBody may be missing
 * or broken without the package failing to open: a verdict has to name it, so `tree`
 * tells. Everything handed out lives as long as the ofd. The source must outlive it too.
 */
#ifndef QY_DOC_OFD_PACKAGE_H
#define QY_DOC_OFD_PACKAGE_H

#include "doc/xml.h"
#include "doc/zip_read.h"

#define OFD_NAMESPACE "http://www.ofdspec.org/2016"
#define OFD_DOCS_MAX  64
#define OFD_PAGES_MAX 100000 /* of all documents together */
#define OFD_LOCS_MAX  1000   /* templates, resource files of one document */
/* Octets of OFD.xml and every Document.xml together: what is many times one large part
 * would take long. */
#define OFD_TREE_MAX (24u << 20)
#define OFD_NO_ENTRY SIZE_MAX
#define OFD_LOC_MAX  1024

struct ofd;

/* A place in the package: the path resolved, without leading slash, and its entry. */
struct ofd_place {
	struct bytes path;
	size_t entry; /* OFD_NO_ENTRY when there is none */
	bool loose;   /* found only without regard to case or slashes */
	bool rooted;  /* found only by reading a relative path from the root */
};

struct ofd_page {
	struct bytes id; /* as written, decimal in good files */
	struct ofd_place content;
};

struct ofd_template {
	struct bytes id;
	struct ofd_place content;
	bool foreground;
};

/* One DocBody. Empty runs stand for what is not there; a place with an empty path too. */
struct ofd_doc {
	struct bytes doc_id, title, author, subject, abstract, creation_date, mod_date,
		creator, creator_version;
	struct ofd_place root;       /* Document.xml */
	struct ofd_place signatures; /* Signatures.xml; empty path: none declared */
	bool has_versions;

	/* Of Document.xml; `tree` is false, and tree_err says why, when it cannot be
	 * read. */
	bool tree;
	struct err tree_err;
	struct bytes max_unit_id, physical_box;
	const struct ofd_page *pages;
	size_t pages_n;
	const struct ofd_template *templates;
	size_t templates_n;
	const struct ofd_place *resources; /* PublicRes and DocumentRes in their order */
	size_t resources_n;
	struct ofd_place annotations, attachments, custom_tags, extensions;
};

enum ofd_finding_kind {
	OFD_FOREIGN_NAMESPACE, /* a root element outside OFD_NAMESPACE; what = the
				  namespace */
	OFD_LOOSE_PATH,        /* a part found only with another case or slashes */
	OFD_ROOTED_PATH,       /* a relative path that is right only from the root */
	OFD_MISSING_PART,      /* a part named and not there */
	OFD_BAD_PATH,          /* a path that leads out of the package or is none */
	OFD_BAD_PART,          /* a part that is not the XML it should be */
	OFD_SEVERAL_DOCS,      /* more than one DocBody */
	OFD_FINDING_COUNT
};

struct ofd_finding {
	enum ofd_finding_kind kind;
	struct bytes what; /* a path or namespace */
};

#define OFD_FINDINGS_MAX 200

/* ERR_MALFORMED: no zip, no OFD.xml, OFD.xml without DocBody or not XML; otherwise as
 * zip_open. ERR_UNSUPPORTED: encrypted (doc/ofd_encrypt.h). Beyond a limit a document has
 * no tree. */
MUST_USE bool ofd_open(struct ofd **out, struct source *s, struct err *e);
void ofd_free(struct ofd *o);
AUTO_DEFINE(ofd);

struct zip *ofd_zip(const struct ofd *o);
size_t ofd_docs_n(const struct ofd *o);
const struct ofd_doc *ofd_doc(const struct ofd *o, size_t i);
/* OFD.xml as it stands and its entry. */
struct bytes ofd_main(const struct ofd *o);
size_t ofd_main_entry(const struct ofd *o);

/* Findings of ofd_open; those of the zip are at ofd_zip(). */
size_t ofd_findings_n(const struct ofd *o);
const struct ofd_finding *ofd_finding(const struct ofd *o, size_t i);
/* "foreign-namespace" …: stable, for JSON. */
const char *ofd_finding_name(enum ofd_finding_kind kind);

/* An ST_Loc as a path from the package's root without leading slash: '/' in front means
 * the root, anything else the folder of base_file; "//", "./" and back-slashes are
 * smoothed, ".." goes up. In the arena. ERR_MALFORMED when it leaves the package, is
 * empty, names a folder, is longer than OFD_LOC_MAX or holds control characters. */
MUST_USE bool ofd_resolve(struct arena *a, struct bytes base_file, struct bytes loc,
	struct bytes *out, struct err *e);

/* The entry of a resolved path: exact, else loose. False when there is none. */
bool ofd_find(const struct ofd *o, struct bytes path, size_t *entry, bool *loose);

/* Resolves and finds: first as written, then, when nothing is there, from the root. Path
 * in the arena; place->entry is OFD_NO_ENTRY when there is none. Fails as ofd_resolve. */
MUST_USE bool ofd_locate(const struct ofd *o, struct arena *a, struct bytes base_file,
	struct bytes loc, struct ofd_place *out, struct err *e);

/* An XML part unpacked (at most XML_PART_MAX) into the arena. */
MUST_USE bool ofd_part(const struct ofd *o, size_t entry, struct arena *a,
	struct bytes *out, struct err *e);

#endif
