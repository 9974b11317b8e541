/* SPDX-License-Identifier: BSD-2-Clause */
/* What readers get after an update that was refused. */
#include "tests/unit/steer/rig.h"

/* A publisher that says so by a single byte, without the protocol, is not heard before an update. */
static void what_an_update_is_told_readers_find(void **state)
{
    static const struct {
        size_t at;
        int error;
    } faults[] = {{AT_STATUS, VMCLOCK_ERR_UNSYNCHRONISED},
                  {AT_PERIOD, VMCLOCK_ERR_PERIOD},
                  {AT_MAGIC, VMCLOCK_ERR_CHANGED}};
    struct vmclock_steer_reading before, r;
    struct rig g;
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        for (int new_epoch = 0; new_epoch < 2; new_epoch++) {
            const size_t bytes = faults[i].at == AT_PERIOD ? 8 : 1;
            unsigned char good[8];
            rig_start(&g, 0);
            assert_int_equal(vmclock_steer_epoch(&g.steer, NULL), 0);
            memcpy(good, g.page.bytes + faults[i].at, bytes);
            memset(g.page.bytes + faults[i].at, 0, bytes);
            before = now(&g);
            assert_int_equal(new_epoch ? vmclock_steer_epoch(&g.steer, NULL)
                                       : vmclock_steer_update(&g.steer, NULL),
                             faults[i].error);
            MARK(r);
            assert_int_equal(vmclock_steer_now(&g.steer, &r), faults[i].error);
            ASSERT_UNTOUCHED(r);
            memcpy(g.page.bytes + faults[i].at, good, bytes);
            r = now(&g); /* as soon as the page is right again */
            assert_same(&r, &before);
            assert_int_equal(vmclock_steer_update(&g.steer, NULL), 0);
            memset(g.page.bytes + faults[i].at, 0, bytes);
            now(&g); /* quickly again */
        }
}

/* A calibration that is refused is none: the clock goes on by the one before. */
static void a_refused_calibration_is_none(void **state)
{
    struct vmclock_snapshot calibrated = good_snapshot();
    struct vmclock_steer_reading before, r;
    struct rig g;
    (void)state;
    rig_start(&g, 0);
    put(&g, AT_COUNTER_ID, 1, 0xff);
    assert_int_equal(vmclock_steer_epoch(&g.steer, &calibrated), 0);
    g.counter.value += GHZ;
    before = now(&g);
    calibrated.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    assert_int_equal(vmclock_steer_update(&g.steer, &calibrated), VMCLOCK_ERR_UNSYNCHRONISED);
    assert_int_equal(vmclock_steer_update(&g.steer, NULL), VMCLOCK_ERR_NO_CLOCK);
    r = now(&g);
    assert_same(&r, &before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_update_is_told_readers_find),
        cmocka_unit_test(a_refused_calibration_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
