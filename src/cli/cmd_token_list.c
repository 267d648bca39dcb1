/* cmd_token_list: what is plugged in, and in which state.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <string.h>

#include "base/time.h"
#include "cli/fields.h"
#include "cli/token.h"
#include "pki/cert.h"

static const char *state_name(enum token_state s)
{
	static const char *const names[] = {"ready", "locked", "faulty"};

	return names[s];
}

static const char *state_words(struct cli *c, const struct token_info *t)
{
	switch (t->state) {
	case TOKEN_READY:
		return t->tries_left < 0
			       ? cli_say(c, MSG_TOKEN_READY)
			       : cli_say(c, MSG_TOKEN_READY_TRIES,
					 arena_printf(c->arena, "%d", t->tries_left));
	case TOKEN_LOCKED:
		return cli_say(c, MSG_TOKEN_LOCKED);
	case TOKEN_FAULTY:
		return cli_say(c, MSG_TOKEN_FAULTY, t->text);
	}
	return "?";
}

static const char *cert_words(struct cli *c, struct bytes der)
{
	struct cert cert;
	struct err e;

	if (!der.n)
		return cli_say(c, MSG_TOKEN_NO_CERT);
	if (!cert_parse(&cert, der, &e))
		return cli_say(c, MSG_TOKEN_BAD_CERT);
	if (cert.not_after < c->world->now(c->world))
		return cli_say(c, MSG_TOKEN_EXPIRED, name_title(c->arena, cert.subject),
			time_beijing(c->arena, cert.not_after));
	return cli_say(c, MSG_TOKEN_CERT, name_title(c->arena, cert.subject),
		time_beijing(c->arena, cert.not_after));
}

/* The URI of a key, as --key takes it. */
static const char *key_uri(struct cli *c, const struct token_library *l,
	const struct token_info *t, const struct token_key_info *key)
{
	const char *uri = arena_printf(
		c->arena, "%s:%s?token=%s", token_kind_name(l->kind), l->path, t->serial);

	return l->kind == TOKEN_SDF ? uri
				    : arena_printf(c->arena, "%s&key=%s", uri, key->id);
}

static json_t *token_json(
	struct cli *c, const struct token_library *l, const struct token_info *t)
{
	json_t *keys = json_array();

	for (size_t k = 0; k < t->key_count; k++)
		json_array_append_new(
			keys, json_pack("{s:s,s:s,s:s,s:s}", "id", t->keys[k].id, "uri",
				      key_uri(c, l, t, &t->keys[k]), "sign",
				      cert_words(c, t->keys[k].sign_cert), "encrypt",
				      cert_words(c, t->keys[k].enc_cert)));
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:i,s:o}", "library", l->path,
		"label", t->label, "serial", t->serial, "maker", t->maker, "state",
		state_name(t->state), "text", t->text, "tries_left", t->tries_left,
		"tries_max", t->tries_max, "keys", keys);
}

static void token_tell(
	struct cli *c, const struct token_library *l, const struct token_info *t)
{
	cli_row(c, MSG_FIELD_TOKEN,
		t->state == TOKEN_FAULTY
			? l->path
			: arena_printf(c->arena, "%s (%s)", t->label, t->serial));
	cli_row(c, MSG_FIELD_TOKEN_STATE, state_words(c, t));
	for (size_t k = 0; k < t->key_count; k++) {
		cli_row(c, MSG_FIELD_TOKEN_KEY, key_uri(c, l, t, &t->keys[k]));
		cli_row(c, MSG_FIELD_TOKEN_SIGN, cert_words(c, t->keys[k].sign_cert));
		cli_row(c, MSG_FIELD_TOKEN_ENC, cert_words(c, t->keys[k].enc_cert));
	}
}

/* One library, alone on its ring: what it does is its own. A path alone is an SKF
 * library's. */
static bool library_list(struct cli *c, const char *text, json_t *all, struct err *e)
{
	struct token_uri uri = {.library = {TOKEN_SKF, text}};
	const char *host = cli_token_host(c);
	AUTO(token_ring) r = NULL;
	struct token_list list;

	if (!host)
		return err_set(e, ERR_IO, "qianyin-token: %s", "not found");
	r = token_ring_new(host, 0);
	if ((token_uri_is(text) && !token_uri_read(&uri, c->arena, text, e)) ||
		!token_ring_add(r, &uri.library, e))
		return false;
	token_list(&list, r, c->arena);
	for (size_t i = 0; i < list.count; i++) {
		if (c->json)
			json_array_append_new(
				all, token_json(c, &uri.library, &list.tokens[i]));
		else
			token_tell(c, &uri.library, &list.tokens[i]);
	}
	if (!list.count && !c->json)
		cli_note(c, cli_say(c, MSG_TOKEN_NONE, uri.library.path));
	return true;
}

static int run(struct cli *c)
{
	json_t *all = json_array();
	struct err e;

	for (size_t i = 0; i < c->operand_count; i++)
		if (!library_list(c, c->operands[i], all, &e)) {
			json_decref(all);
			return cli_fail(c, &e);
		}
	if (c->json)
		cli_json(c, json_pack("{s:o}", "tokens", all));
	else
		json_decref(all);
	return 0;
}

static const struct cli_operand operands[] = {
	{"LIBRARY", CLI_REPEAT, MSG_OPT_TOKEN_LIBRARY},
	CLI_END,
};

const struct cli_command cmd_token_list = {
	.name = "token list",
	.run = run,
	.summary = MSG_CMD_TOKEN_LIST,
	.about = MSG_CMD_TOKEN_LIST_ABOUT,
	.operands = operands,
	.json = true,
};
