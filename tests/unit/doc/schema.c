/* schema: see schema.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "schema.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include "base/text.h"
#include "unit.h"

struct schema {
	xmlSchemaPtr schema;
	xmlSchemaValidCtxtPtr valid;
	struct arena *arena; /* of the part at hand */
	const char *fault;
};

static void on_error(void *ctx, xmlErrorPtr error)
{
	struct schema *s = ctx;

	if (!s->fault)
		s->fault = arena_str(s->arena, text_trim(bytes_str(error->message)));
}

struct schema *schema_open(const char *root)
{
	AUTO(arena) a = arena_new();
	struct schema *s = NEW(struct schema);
	const char *folder = getenv("QIANYIN_SCHEMA");
	xmlSchemaParserCtxtPtr parser;

	if (!folder || !folder[0])
		folder = sample_path(a, "../schema/ofd");
	if (access(folder, R_OK) != 0)
		SKIP("no schema in %s (set QIANYIN_SCHEMA)", folder);
	parser = xmlSchemaNewParserCtxt(arena_printf(a, "%s/%s.xsd", folder, root));
	assert_non_null(parser);
	s->schema = xmlSchemaParse(parser);
	xmlSchemaFreeParserCtxt(parser);
	assert_non_null(s->schema);
	s->valid = xmlSchemaNewValidCtxt(s->schema);
	assert_non_null(s->valid);
	xmlSchemaSetValidStructuredErrors(s->valid, on_error, s);
	return s;
}

void schema_free(struct schema *s)
{
	if (!s)
		return;
	xmlSchemaFreeValidCtxt(s->valid);
	xmlSchemaFree(s->schema);
	mem_free(s);
}

const char *schema_fault(struct schema *s, struct arena *a, struct bytes part)
{
	xmlDocPtr doc = xmlReadMemory((const char *)part.p, (int)part.n, "part.xml", NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	if (!doc)
		return "not well-formed";
	s->arena = a;
	s->fault = NULL;
	if (xmlSchemaValidateDoc(s->valid, doc) != 0 && !s->fault)
		s->fault = "not valid";
	xmlFreeDoc(doc);
	return s->fault;
}
