/* fuzz_channel: what a keeper is asked, by whoever has taken over the server: it answers
 * or ends, and gives out no key. SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "keeper/keeper.h"
#include "keeper/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct keeper keeper;
static struct channel_server server;

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void begin(void)
{
	static const struct keystore_spec spec = {.platform = "platform.example",
		.origin = "https://platform.example",
		.name = "x"};
	static const struct limit_rule rule = {1000000, 1000000, 60};
	struct err e;

	/* No path: what changes the store fails, and says so. */
	keeper = (struct keeper){
		.world = world_system(), .path = "/nowhere/at/all", .server = &server};
	demand(keystore_make(&keeper.store, keeper.world, &spec, &e) &&
		limit_open(&keeper.limit, NULL, &rule, &e));
	server = (struct channel_server){.messages = keeper_messages,
		.count = keeper_message_count(),
		.ctx = &keeper,
		.in_size = KEEPER_ROOM,
		.out_size = KEEPER_ROOM,
		.out = mem_alloc(KEEPER_ROOM)};
}

/* Does any of the store's secrets stand in an answer that did not stand in the question?
 * libFuzzer learns what memmem looks for, and asks with it. */
static bool tells_a_key(struct bytes question, struct bytes answer)
{
	for (size_t i = 0; i < keeper.store->count; i++) {
		const struct secret *s = keeper.store->keys[i].value;
		struct bytes key = bytes_make(secret_view(s), secret_size(s));

		if (bytes_find(answer, key) != SIZE_MAX &&
			bytes_find(question, key) == SIZE_MAX)
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes question = bytes_make(p, n), answer;
	struct err e = {0};

	if (!keeper.store)
		begin();
	server.phase = CHANNEL_SERVING;
	/* Lab builds have a message that tries to leave the process. */
	if (n > 0 && p[0] == KEEPER_LAB_TRY)
		return 0;
	if (channel_answer(&server, question, &answer, &e))
		demand(answer.n > 0 && answer.p[0] < ERR_COUNT &&
			!tells_a_key(question, answer));
	else
		demand(e.code == ERR_MALFORMED);
	return 0;
}
