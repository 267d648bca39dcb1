/* home: see home.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/home.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/source.h"
#include "base/text.h"

enum { SEAL_MAX = 1 << 20, PHRASE_SIGNS = 4 };

#define CONF_NAME "agent.json"

const char *home_file(const struct home *h, struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", h->folder, name);
}

void home_free(struct home *h)
{
	if (h)
		arena_free(h->arena);
}

bool origin_is_good(struct bytes origin)
{
	static const char *const loopback[] = {
		"http://127.0.0.1", "http://[::1]", "http://localhost"};
	struct bytes host = {0};

	if (bytes_starts(origin, BYTES("https://")))
		host = bytes_from(origin, 8);
	for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++)
		if (bytes_starts(origin, bytes_str(loopback[i]))) {
			struct bytes rest = bytes_from(origin, strlen(loopback[i]));

			if (!rest.n || rest.p[0] == ':')
				host = bytes_from(origin, 7);
		}
	for (size_t i = 0; i < host.n; i++) {
		uint8_t c = host.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    memchr(".-:[]", c, 5)))
			return false;
	}
	return host.n && host.n <= 255;
}

/* --- reading */

static const char *text_of(struct home *h, json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text ? arena_str(h->arena, bytes_str(text)) : NULL;
}

static bool der_of(
	struct home *h, json_t *o, const char *name, struct bytes *out, struct err *e)
{
	const char *text = json_string_value(json_object_get(o, name));

	*out = (struct bytes){0};
	return !text || base64_decode(h->arena, bytes_str(text), out, e);
}

static bool read_pairing(struct home *h, json_t *o, struct err *e)
{
	struct bytes root;

	if (!der_of(h, o, "root", &root, e))
		return false;
	if (!home_pair(h, text_of(h, o, "platform"), text_of(h, o, "origin"),
		    text_of(h, o, "post"), root, e))
		return false;
	return !json_object_get(o, "ledger") ||
	       home_ledger_set(
		       h, text_of(h, o, "origin"), bytes_str(text_of(h, o, "ledger")), e);
}

static bool read_key(struct home *h, json_t *o, struct err *e)
{
	struct bytes sign, enc;

	return der_of(h, o, "sign", &sign, e) && der_of(h, o, "enc", &enc, e) &&
	       home_key_add(h, text_of(h, o, "source"), sign, enc, e);
}

static bool read_object(struct home *h, json_t *root, struct err *e)
{
	const char *phrase = text_of(h, root, "phrase");
	json_t *each;
	size_t i;

	if (!home_phrase_set(h, phrase, e))
		return false;
	json_array_foreach(json_object_get(root, "pairings"), i,
		each) if (!read_pairing(h, each, e)) return false;
	json_array_foreach(json_object_get(root, "keys"), i,
		each) if (!read_key(h, each, e)) return false;
	return true;
}

static bool read_conf(struct home *h, struct bytes file, struct err *e)
{
	json_error_t why;
	json_t *root =
		json_loadb((const char *)file.p, file.n, JSON_REJECT_DUPLICATES, &why);
	bool ok;

	if (!root)
		return err_set(e, ERR_MALFORMED, "%s: line %d", CONF_NAME, why.line);
	ok = read_object(h, root, e) || err_in(e, CONF_NAME);
	json_decref(root);
	return ok;
}

static bool read_seals(struct home *h, struct err *e)
{
	const char *folder = home_file(h, h->arena, "seals");
	DIR *d = opendir(folder);
	bool ok = true;

	if (!d)
		return true;
	for (struct dirent *entry; ok && (entry = readdir(d));) {
		const char *path = arena_printf(h->arena, "%s/%s", folder, entry->d_name);

		if (entry->d_name[0] == '.' || h->seal_count == HOME_SEALS_MAX)
			continue;
		ok = file_slurp(h->arena, path, SEAL_MAX, &h->seals[h->seal_count++], e);
	}
	(void)closedir(d);
	return ok;
}

static bool read_trust(struct home *h, struct err *e)
{
	const char *path = home_file(h, h->arena, "trust.qyt");
	struct bytes file;

	if (access(path, F_OK) != 0)
		return true;
	if (!file_slurp(h->arena, path, TRUST_MAX, &file, e) ||
		!trust_read(&h->trust, h->arena, file, e))
		return err_in(e, "trust.qyt");
	return true;
}

/* --- a phrase of its own: four signs that are easy to tell apart */

static const char signs[64][4] = {"山", "河", "松", "竹", "梅", "兰", "菊", "荷", "云",
	"雨", "雪", "风", "月", "星", "日", "霞", "琴", "棋", "书", "画", "茶", "酒",
	"诗", "笔", "鹤", "鹿", "鱼", "雁", "马", "牛", "羊", "虎", "金", "木", "水",
	"火", "土", "石", "玉", "铜", "春", "夏", "秋", "冬", "东", "南", "西", "北",
	"红", "黄", "蓝", "绿", "青", "紫", "白", "黑", "桥", "船", "亭", "塔", "门",
	"窗", "灯", "钟"};

static const char *phrase_new(struct home *h, struct world *w)
{
	uint8_t of[PHRASE_SIGNS];

	w->random(w, of, sizeof of);
	return arena_printf(h->arena, "%s%s%s%s", signs[of[0] % 64], signs[of[1] % 64],
		signs[of[2] % 64], signs[of[3] % 64]);
}

/* --- opening and saving */

static bool folder_check(const char *folder, struct err *e)
{
	struct stat st;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return err_system(e, ERR_WRITE, folder);
	if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
		return err_set(e, ERR_NO_INPUT, "%s: not a folder", folder);
	if (st.st_uid != geteuid() || (st.st_mode & 077))
		return err_set(e, ERR_DENIED,
			"%s: must be yours, and nobody else's to read (chmod 700)",
			folder);
	return true;
}

bool home_open(struct home **out, const char *folder, struct world *w, struct err *e)
{
	AUTO(home) h = NULL;
	struct arena *a = arena_new();
	struct bytes file;
	const char *conf;

	h = ARENA_NEW(a, struct home);
	h->arena = a;
	h->folder = arena_str(a, bytes_str(folder));
	conf = home_file(h, a, CONF_NAME);
	if (!folder_check(folder, e))
		return false;
	if (access(conf, F_OK) == 0) {
		if (!file_slurp(a, conf, HOME_FILE_MAX, &file, e) ||
			!read_conf(h, file, e))
			return false;
	} else {
		h->phrase = phrase_new(h, w);
		if (!home_save(h, e))
			return false;
	}
	if (!read_seals(h, e) || !read_trust(h, e))
		return false;
	*out = home_move(&h);
	return true;
}

static void put_der(json_t *o, const char *name, struct arena *a, struct bytes der)
{
	if (der.n)
		(void)json_object_set_new(o, name, json_string(base64_encode(a, der)));
}

bool home_save(const struct home *h, struct err *e)
{
	AUTO(arena) a = arena_new();
	json_t *pairings = json_array(), *keys = json_array();
	json_t *root = json_pack("{s:s, s:o, s:o}", "phrase", h->phrase, "pairings",
		pairings, "keys", keys);
	char *text;
	bool ok;

	for (size_t i = 0; i < h->pairing_count; i++) {
		const struct pairing *p = &h->pairings[i];
		json_t *o = json_pack("{s:s, s:s, s:s}", "platform", p->platform,
			"origin", p->origin, "post", p->post);

		put_der(o, "root", a, p->root.der);
		if (p->ledger)
			(void)json_object_set_new(
				o, "ledger", json_string(p->ledger->json));
		(void)json_array_append_new(pairings, o);
	}
	for (size_t i = 0; i < h->key_count; i++) {
		json_t *o = json_pack("{s:s}", "source", h->keys[i].source);

		put_der(o, "sign", a, h->keys[i].sign);
		put_der(o, "enc", a, h->keys[i].enc);
		(void)json_array_append_new(keys, o);
	}
	text = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	if (!text)
		return err_set(e, ERR_USAGE, "not UTF-8");
	ok = file_write(home_file(h, a, CONF_NAME), 0600, bytes_str(text), e);
	free(text);
	return ok;
}

/* --- pairings, keys, phrase */

const struct pairing *home_pairing(const struct home *h, struct bytes origin)
{
	for (size_t i = 0; i < h->pairing_count; i++)
		if (bytes_equal(bytes_str(h->pairings[i].origin), origin))
			return &h->pairings[i];
	return NULL;
}

static bool text_is_plain(const char *text, size_t max)
{
	struct bytes b = bytes_str(text);

	if (!b.n || b.n > max || !utf8_is_valid(b))
		return false;
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < 0x20 || b.p[i] == 0x7f)
			return false;
	return true;
}

bool home_pair(struct home *h, const char *platform, const char *origin, const char *post,
	struct bytes root, struct err *e)
{
	struct pairing p = {.post = post ? post : ""};
	size_t at = 0;

	if (!platform || !text_is_plain(platform, 256))
		return err_set(e, ERR_USAGE, "the platform's id");
	if (!origin || !origin_is_good(bytes_str(origin)))
		return err_set(e, ERR_USAGE, "an origin is https://host[:port]");
	if (*p.post && !bytes_starts(bytes_str(p.post), BYTES("https://")))
		return err_set(e, ERR_USAGE, "answers are posted to https only");
	p.platform = arena_str(h->arena, bytes_str(platform));
	p.origin = arena_str(h->arena, bytes_str(origin));
	p.post = arena_str(h->arena, bytes_str(p.post));
	if (!cert_parse(&p.root, arena_dup(h->arena, root), e))
		return err_in(e, "root");
	while (at < h->pairing_count && strcmp(h->pairings[at].origin, p.origin) != 0)
		at++;
	if (at < h->pairing_count && strcmp(h->pairings[at].platform, p.platform) == 0)
		p.ledger = h->pairings[at].ledger;
	if (at == HOME_PAIRINGS_MAX)
		return err_set(e, ERR_TOO_LARGE, "%d pairings", HOME_PAIRINGS_MAX);
	h->pairings[at] = p;
	h->pairing_count = at == h->pairing_count ? at + 1 : h->pairing_count;
	return true;
}

bool home_unpair(struct home *h, const char *origin, struct err *e)
{
	for (size_t i = 0; i < h->pairing_count; i++)
		if (strcmp(h->pairings[i].origin, origin) == 0) {
			h->pairings[i] = h->pairings[--h->pairing_count];
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "not paired with this origin");
}

bool home_key_add(struct home *h, const char *source, struct bytes sign, struct bytes enc,
	struct err *e)
{
	if (!source || !text_is_plain(source, 4096))
		return err_set(e, ERR_USAGE, "where the key is");
	if (h->key_count == HOME_KEYS_MAX)
		return err_set(e, ERR_TOO_LARGE, "%d keys", HOME_KEYS_MAX);
	h->keys[h->key_count++] =
		(struct home_key){.source = arena_str(h->arena, bytes_str(source)),
			.sign = arena_dup(h->arena, sign),
			.enc = arena_dup(h->arena, enc)};
	return true;
}

bool home_phrase_set(struct home *h, const char *phrase, struct err *e)
{
	if (!phrase || !text_is_plain(phrase, HOME_PHRASE_MAX))
		return err_set(
			e, ERR_USAGE, "a phrase of 1 to %d octets", HOME_PHRASE_MAX);
	h->phrase = arena_str(h->arena, bytes_str(phrase));
	return true;
}
