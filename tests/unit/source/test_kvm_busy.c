/* SPDX-License-Identifier: BSD-2-Clause */
/* The KVM clock's structures while the host writes them: what is half written is read again, for so long. */
#include "arch/arch.h"
#include "machine.h"

#define TRIES 1000

static struct vmclock_kvm_wall_clock wall;
static struct vmclock_kvm_system_time system_time;

/* The host: odd for so many looks at each structure, and at which barrier it writes the whole anew. */
static unsigned pauses, barriers, wall_until, system_until, write_at;

/* Its next second, which ends what is being written. */
static void write_both(void)
{
    wall.sec++;
    wall.version = (wall.version | 1) + 1;
    system_time.system_time[0] += 100;
    system_time.version = (system_time.version | 1) + 1;
}

void vmclock_arch_read_barrier(void)
{
    if (++barriers == write_at) {
        write_both();
    }
}

void vmclock_arch_pause(void)
{
    pauses++;
    if (pauses == wall_until) {
        wall.version++;
    }
    if (system_until && pauses == wall_until + system_until) {
        system_time.version++;
    }
}

static void start(unsigned wall_tries, unsigned system_tries, unsigned write_at_barrier)
{
    wall = (struct vmclock_kvm_wall_clock){2 - (wall_tries > 0), 1795354496, 250000000};
    system_time = (struct vmclock_kvm_system_time){.version = 2 - (system_tries > 0),
                                                   .system_time = {500, 0},
                                                   .tsc_to_system_mul = 0x80000000,
                                                   .tsc_shift = 1};
    pauses = barriers = 0;
    wall_until = wall_tries;
    system_until = system_tries;
    write_at = write_at_barrier;
}

static int look(int64_t *sec, int64_t *ns)
{
    struct vmclock_time time = {1, 0};
    const int error = vmclock_kvm_clock_at(&wall, &system_time, 0, &time);
    *sec = time.sec;
    time.sec = 0;
    assert_int_equal(vmclock_time_to_ns_floor(&time, ns), 0);
    return error;
}

static void busy(void **state)
{
    static const struct {
        unsigned wall_tries, system_tries;
        int error;
    } cases[] = {
        {1, 0, 0},
        {0, 1, 0},
        {1, 1, 0},
        {TRIES - 1, TRIES - 1, 0},
        {TRIES, 0, VMCLOCK_ERR_RTC_BUSY},
        {0, TRIES, VMCLOCK_ERR_RTC_BUSY},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t sec, ns;
        start(cases[i].wall_tries, cases[i].system_tries, 0);
        if (look(&sec, &ns) != cases[i].error) {
            fail_msg("case %zu", i);
        }
        assert_int_equal(sec, cases[i].error ? 1 : 1795354496);
        assert_int_equal(pauses,
                         cases[i].error ? TRIES : cases[i].wall_tries + cases[i].system_tries);
    }
}

/* Written between the version's two looks: all of what is read is of one writing. */
static void written_meanwhile(void **state)
{
    (void)state;
    for (unsigned at = 1; at <= 4; at++) {
        int64_t sec, ns;
        start(0, 0, at);
        assert_int_equal(look(&sec, &ns), 0);
        assert_int_equal(sec, 1795354496 + (at <= 2));
        assert_in_range(ns, 250000599, 250000600); /* rounded down twice */
        assert_int_equal(pauses, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(busy),
        cmocka_unit_test(written_meanwhile),
    };
    return cmocka_run_group_tests_name("kvm_busy", tests, NULL, NULL);
}
