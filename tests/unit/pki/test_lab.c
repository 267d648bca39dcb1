/* The lab: its keys and octets repeat, and each of its faults is one that is noticed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "issue_kit.h"
#include "pki/lab.h"

static void keys_and_octets_repeat(void **state)
{
	struct lab_world a = lab_world_make(KIT_NOW, 1), b = lab_world_make(KIT_NOW, 1);
	struct lab_world c = lab_world_make(KIT_NOW, 2);
	AUTO(key) one = NULL;
	AUTO(key) two = NULL;
	AUTO(key) other = NULL;
	uint8_t x[100], y[100], z[100];
	struct err e;

	(void)state;
	assert_true(lab_key(&one, "root", &e) && lab_key(&two, "root", &e) &&
		    lab_key(&other, "leaf", &e));
	assert_true(pubkey_equal(&one->pub, &two->pub));
	assert_false(pubkey_equal(&one->pub, &other->pub));
	a.world.random(&a.world, x, sizeof x);
	b.world.random(&b.world, y, sizeof y);
	c.world.random(&c.world, z, sizeof z);
	assert_memory_equal(x, y, sizeof x);
	assert_memory_not_equal(x, z, sizeof x);
	a.world.random(&a.world, y, sizeof y);
	assert_memory_not_equal(x, y, sizeof x);
	assert_true(a.world.now(&a.world) == KIT_NOW);
}

/* What the reader makes of a certificate with one fault. */
static bool is_noticed(struct kit *k, struct bytes der, enum lab_fault fault)
{
	struct cert c;
	struct err e;

	if (!cert_parse(&c, der, &e))
		return e.code == ERR_MALFORMED;
	if (!cert_verify(&c, &k->ca.key))
		return fault == LAB_WRONG_SIGNATURE;
	return c.not_after < KIT_NOW || c.not_before > KIT_NOW || c.unknown_critical ||
	       !c.has_basic || c.serial.p[0] & 0x80;
}

static void each_fault_is_one_that_is_noticed(void **state)
{
	struct kit *k = *state;
	struct issue_spec spec = kit_spec(ISSUE_SUB_CA, "下级");
	struct bytes der;
	struct err e = {0};

	for (int i = 0; i < LAB_FAULT_COUNT; i++) {
		enum lab_fault fault = (enum lab_fault)i;

		if (!lab_issue(k->a, &der, k->w, &spec, fault, &k->key->pub, &k->ca,
			    k->ca_key, &e))
			fail_msg("%s: %s", lab_fault_name(fault), e.text);
		if (is_noticed(k, der, fault) != (fault != LAB_FAULTLESS))
			fail_msg("%s", lab_fault_name(fault));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			keys_and_octets_repeat, kit_begin, kit_end),
		cmocka_unit_test_setup_teardown(
			each_fault_is_one_that_is_noticed, kit_begin, kit_end),
	};

	return cmocka_run_group_tests_name("lab", tests, NULL, NULL);
}
