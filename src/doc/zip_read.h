/* zip_read: the entries of a zip file, seen as they stand and not as one would like them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A zip names every entry twice, in front of its octets and in the directory at its end.
 * Readers that trust different copies see different documents in the same file, so this
 * one opens only files in which both agree. What is odd but readable (a name twice, a
 * back-slash, octets between entries) is never repaired: it is listed as a finding, and
 * whoever judges the file judges the findings too.
 *
 * Limits: ZIP_ENTRIES_MAX entries, a directory of ZIP_DIRECTORY_MAX octets, 1 GB an entry
 * and 4 GB in all when unpacked, 1:1000 packed beyond 1 MB; in all, 24 times the file and
 * 64 MB, so that a small file cannot take long. Only the directory is held in
 * memory. Neither encryption, nor several disks, nor zip64 beyond the local sizes some
 * makers put there, nor a method other than 0 (stored) and 8 (deflate).
 */
#ifndef QY_DOC_ZIP_READ_H
#define QY_DOC_ZIP_READ_H

#include "doc/sink.h"

#define ZIP_ENTRIES_MAX   100000
#define ZIP_DIRECTORY_MAX (16u << 20)
#define ZIP_NAME_MAX      512 /* longer ones are a finding */
#define ZIP_ENTRY_MAX     (UINT64_C(1) << 30)
#define ZIP_TOTAL_MAX     (UINT64_C(4) << 30)
#define ZIP_TOTAL_FREE    (UINT64_C(64) << 20)
#define ZIP_TOTAL_RATIO   24
#define ZIP_RATIO_MAX     1000
#define ZIP_RATIO_FROM    (UINT64_C(1) << 20)

enum { ZIP_STORED = 0, ZIP_DEFLATED = 8 };
enum { ZIP_FLAG_DESCRIPTOR = 0x0008, ZIP_FLAG_UTF8 = 0x0800 };

struct zip;

struct zip_entry {
	struct bytes name; /* as it stands in the file; lives as long as the zip */
	uint64_t size;     /* unpacked */
	uint64_t packed;   /* octets in the file */
	uint64_t at;       /* where its local header begins */
	uint64_t data_at;  /* where its packed octets begin */
	uint32_t crc;
	uint32_t dos_time; /* date << 16 | time, as it stands */
	uint16_t method;
	uint16_t flags;
	bool is_folder; /* the name ends in '/' */
};

enum zip_finding_kind {
	ZIP_DUPLICATE,       /* the very name of an earlier entry */
	ZIP_DUPLICATE_LOOSE, /* the name of another but for case, slashes or "./" */
	ZIP_DOTDOT,          /* a ".." in the name */
	ZIP_ABSOLUTE,        /* leading slash, or a drive letter */
	ZIP_CONTROL,         /* NUL or another control character */
	ZIP_BACKSLASH,       /* back-slashes for slashes */
	ZIP_NOT_UTF8,        /* not UTF-8 */
	ZIP_NAME_LONG,       /* longer than ZIP_NAME_MAX */
	ZIP_NAME_EMPTY,      /* no name at all */
	ZIP_NAME_OTHER,      /* an extra field gives the entry another name (0x7075) */
	ZIP_FOLDER_FILLED,   /* a folder entry with octets in it */
	ZIP_GAP,             /* octets outside every entry, `at` to `at + n` */
	ZIP_COMMENT,         /* a comment behind the directory, `n` octets */
	ZIP_FINDING_COUNT
};

struct zip_finding {
	enum zip_finding_kind kind;
	size_t entry; /* index; for GAP the entry behind it, zip_count() before the
			 directory */
	size_t other; /* DUPLICATE and DUPLICATE_LOOSE: the entry it collides with */
	uint64_t at, n;
};

/* At most this many findings are kept; zip_findings_all counts the others too. */
#define ZIP_FINDINGS_MAX 1000

/* Reads the directory and every local header. The source must outlive the zip.
 * ERR_MALFORMED: not a zip, or one that contradicts itself (entries that overlap, local
 * and central header that differ, a directory that is not where the end says);
 * ERR_UNSUPPORTED; ERR_TOO_LARGE. Says "not a zip" for anything without an end record. */
MUST_USE bool zip_open(struct zip **out, struct source *s, struct err *e);
void zip_free(struct zip *z);
AUTO_DEFINE(zip);

struct source *zip_source(const struct zip *z);
size_t zip_count(const struct zip *z);
const struct zip_entry *zip_entry(const struct zip *z, size_t i);

size_t zip_findings_n(const struct zip *z);
const struct zip_finding *zip_finding(const struct zip *z, size_t i);
/* How many findings of a kind, those not kept included. */
size_t zip_findings_all(const struct zip *z, enum zip_finding_kind kind);
/* "duplicate", "gap" …: stable, for JSON. */
const char *zip_finding_name(enum zip_finding_kind kind);
/* Could two readers see two different documents because of it? (Names twice, names that
 * lead elsewhere or end early, data where none belongs.) The others are only ugly. */
bool zip_finding_is_hostile(enum zip_finding_kind kind);

/* The entry of exactly this name, the first in the directory's order when there are
 * several (which is a finding). */
bool zip_find(const struct zip *z, struct bytes name, size_t *entry);
/* The same, then without regard to ASCII case, slash direction, leading and doubled
 * slashes and "./"; *loose tells that only this found it. */
bool zip_find_loose(const struct zip *z, struct bytes name, size_t *entry, bool *loose);

/* Unpacks entry i in pieces of at most 64 KB. Fails with ERR_MALFORMED when the octets do
 * not unpack, are more or fewer than declared, or have another CRC; what the sink got
 * until then is then worth nothing. */
MUST_USE bool zip_stream(struct zip *z, size_t i, struct sink to, struct err *e);

/* The whole of entry i in the arena; ERR_TOO_LARGE, before anything is read, beyond max.
 */
MUST_USE bool zip_slurp(struct zip *z, size_t i, struct arena *a, size_t max,
	struct bytes *out, struct err *e);

/* The packed octets of entry i as they stand, in pieces of at most 64 KB, unchecked. */
MUST_USE bool zip_raw(struct zip *z, size_t i, struct sink to, struct err *e);

/* Octets of memory the directory takes, for tests that bound it. */
size_t zip_memory(const struct zip *z);

#endif
