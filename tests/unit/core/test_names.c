/* SPDX-License-Identifier: BSD-2-Clause */
/* The short names of enumerations: reports and their readers rest on them, so none may change. */
#include "fixture.h"

struct named {
    const char *(*name)(uint8_t code);
    const char *names[8]; /* of the codes from 0 on; "": has none */
};

static const struct named named[] = {
    {vmclock_counter_id_name, {"arm-vcnt", "x86-tsc"}},
    {vmclock_time_type_name, {"utc", "tai", "monotonic", "smeared", "maybe-smeared"}},
    {vmclock_clock_status_name,
     {"unknown", "initializing", "synchronized", "freerunning", "unreliable"}},
    {vmclock_smear_hint_name, {"strict", "noon-linear", "utc-sls"}},
    {vmclock_leap_indicator_name, {"none", "pre-pos", "pre-neg", "pos", "post-pos", "post-neg"}},
    {vmclock_bound_kind_name, {"none", "", "max"}},
    {vmclock_bound_by_name, {"page", "", "", "", "", "caller", "several"}},
    {vmclock_disruption_name, {"none", "soon", "imminent"}},
    {vmclock_audit_verdict_name,
     {"refined", "broken", "stepped", "cannot-tell", "disrupted", "stale"}},
    {vmclock_cloned_name, {"no", "yes", "unknown"}},
};

static void every_code_has_its_name_or_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        unsigned code = 0;

        for (; named[i].names[code]; code++)
            assert_string_equal(named[i].name((uint8_t)code), named[i].names[code]);
        for (; code < 255; code++)
            assert_string_equal(named[i].name((uint8_t)code), "");
    }
    assert_string_equal(vmclock_counter_id_name(255), "invalid");
    assert_string_equal(vmclock_clock_status_name(255), "");
}

static void flags_announce_the_nearer_disruption(void **state)
{
    (void)state;
    assert_int_equal(vmclock_disruption_of(0), VMCLOCK_DISRUPTION_NONE);
    assert_int_equal(vmclock_disruption_of(~UINT64_C(6)), VMCLOCK_DISRUPTION_NONE);
    assert_int_equal(vmclock_disruption_of(2), VMCLOCK_DISRUPTION_SOON);
    assert_int_equal(vmclock_disruption_of(4), VMCLOCK_DISRUPTION_IMMINENT);
    assert_int_equal(vmclock_disruption_of(6), VMCLOCK_DISRUPTION_IMMINENT);
}

int run_names_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_name_or_none),
        cmocka_unit_test(flags_announce_the_nearer_disruption),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
