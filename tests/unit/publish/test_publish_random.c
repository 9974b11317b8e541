/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reader and publisher as each other's test: random parameters, with and without faults, published
 * into plain memory and through calls, and read back to the last bit. What has to be refused, and
 * what an audit has to say, is known from how the parameters were made.
 */
#include <stdbool.h>
#include <stdio.h>
#include <vmclock/audit.h>
#include "memory.h"

#define ROUNDS 1200000
#define MAX_DISTANCE (UINT64_C(1) << 40)

__extension__ typedef unsigned __int128 uint128;
__extension__ typedef __int128 int128;

static uint64_t seed = 0x9e3779b97f4a7c15;

static uint64_t next_random(void)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15; /* splitmix64 */

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static unsigned below(unsigned limit)
{
    return (unsigned)(next_random() % limit);
}

static int read_memory(void *context, uint32_t offset, void *bytes, uint32_t length)
{
    memcpy(bytes, (const unsigned char *)context + offset, length);
    return 0;
}

static int write_memory(void *context, uint32_t offset, const void *bytes, uint32_t length)
{
    memcpy((unsigned char *)context + offset, bytes, length);
    return 0;
}

static void any_snapshot(struct vmclock_snapshot *s)
{
    static const uint16_t masks[] = {0, VMCLOCK_HAVE_CLOCK, HAVE_ALL,
                                     VMCLOCK_HAVE_CLOCK | HAVE_ALL};

    for (size_t i = 0; i < sizeof(*s); i += 8) {
        uint64_t value = next_random();

        memcpy((unsigned char *)s + i, &value, 8);
    }
    s->have = (uint16_t)((next_random() & HAVE_ALL) | masks[below(4)]);
    s->time_type = (uint8_t)below(4);
    s->clock_status = (uint8_t)below(6);
    s->leap_indicator = (uint8_t)below(7);
    s->tai_offset_sec = below(4) ? (int16_t)s->tai_offset_sec : (int16_t)((int)below(21) - 10);
    if (!below(8))
        s->counter_id = VMCLOCK_COUNTER_ID_INVALID;
    if (!below(8))
        s->period_frac = 0;
    if (!below(8))
        s->have |= (uint16_t)(1u << below(16));
    if (!(s->have & VMCLOCK_HAVE_CLOCK) && below(4))
        s->have &= VMCLOCK_HAVE_GENERATION;
}

/* The rules of publish.h in words of its own, but for STEP. */
static int expected_error(const struct vmclock_snapshot *s, uint32_t size)
{
    unsigned clock = s->have & VMCLOCK_HAVE_CLOCK,
             errors = s->have & ~(VMCLOCK_HAVE_CLOCK | 0x100u);

    if (s->have & 0x7e86)
        return VMCLOCK_ERR_ARGUMENT;
    if (!clock && errors)
        return VMCLOCK_ERR_ARGUMENT;
    if (clock && (s->counter_id == 0xff || s->clock_status > 4))
        return VMCLOCK_ERR_ARGUMENT;
    if (clock && size < 0x58)
        return VMCLOCK_ERR_SIZE;
    if (clock && s->time_type > 2)
        return VMCLOCK_ERR_TIME_TYPE;
    if (clock && (s->clock_status == 2 || s->clock_status == 3) && s->period_frac == 0)
        return VMCLOCK_ERR_PERIOD;
    if (s->have & VMCLOCK_HAVE_TAI_OFFSET && s->tai_offset_sec > -10 && s->tai_offset_sec < 10)
        return VMCLOCK_ERR_TAI_OFFSET;
    if (clock && s->leap_indicator > 5)
        return VMCLOCK_ERR_LEAP;
    if ((s->have & VMCLOCK_HAVE_ESTERROR && size < 0x60) ||
        (s->have & VMCLOCK_HAVE_MAXERROR && size < 0x68) ||
        (s->have & VMCLOCK_HAVE_GENERATION && size < 0x70))
        return VMCLOCK_ERR_SIZE;
    return 0;
}

static uint64_t if_present(const struct vmclock_snapshot *s, unsigned bit, uint64_t value)
{
    return s->have & bit ? value : 0;
}

static bool same(const struct vmclock_snapshot *got, const struct vmclock_snapshot *s)
{
    unsigned clock = s->have & VMCLOCK_HAVE_CLOCK;
    uint64_t flags = (s->flags & ~UINT64_C(0x1f9)) | (s->have & 0x179);

    return got->disruption_marker == s->disruption_marker && got->have == s->have &&
           got->flags == flags &&
           got->generation == if_present(s, VMCLOCK_HAVE_GENERATION, s->generation) &&
           got->ref_counter == if_present(s, VMCLOCK_HAVE_CLOCK, s->ref_counter) &&
           got->period_frac == if_present(s, VMCLOCK_HAVE_CLOCK, s->period_frac) &&
           got->period_esterror_frac ==
               if_present(s, VMCLOCK_HAVE_PERIOD_ESTERROR, s->period_esterror_frac) &&
           got->period_maxerror_frac ==
               if_present(s, VMCLOCK_HAVE_PERIOD_MAXERROR, s->period_maxerror_frac) &&
           got->ref_sec == if_present(s, VMCLOCK_HAVE_CLOCK, s->ref_sec) &&
           got->ref_frac64 == if_present(s, VMCLOCK_HAVE_CLOCK, s->ref_frac64) &&
           got->esterror_ns == if_present(s, VMCLOCK_HAVE_ESTERROR, s->esterror_ns) &&
           got->maxerror_ns == if_present(s, VMCLOCK_HAVE_MAXERROR, s->maxerror_ns) &&
           got->tai_offset_sec == (s->have & 1 ? s->tai_offset_sec : 0) &&
           got->counter_id == (clock ? s->counter_id : 0xff) && got->time_type == s->time_type &&
           (!clock ||
            (got->period_shift == s->period_shift && got->clock_status == s->clock_status &&
             got->leap_indicator == s->leap_indicator && got->smear_hint == s->smear_hint));
}

static void open_either_way(struct vmclock_publisher *publisher, uint32_t size)
{
    const struct vmclock_publish_memory calls = {read_memory, write_memory, memory};

    if (below(2))
        assert_int_equal(vmclock_publish_open(publisher, memory, sizeof(memory), size), 0);
    else
        assert_int_equal(vmclock_publish_open_memory(publisher, &calls, size), 0);
}

/* Each set is read back as it was published, or refused with the page as it was. */
static void any_parameters(void **state)
{
    static const uint32_t sizes[] = {0x20, 0x57, 0x58, 0x5f, 0x67, 0x6f, 0x70, 0x70, 0x70, 4096};
    struct vmclock_snapshot s, got, before;
    struct vmclock_publisher publisher;
    unsigned long counts[64] = {0}, published = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t size = sizes[below(10)];
        int error;

        if (round % 16 == 0) { /* a page of its own */
            memset(memory, 0xa5, sizeof(memory));
            open_either_way(&publisher, size);
            assert_int_equal(vmclock_publish_unreliable(&publisher), 0);
        }
        any_snapshot(&s);
        assert_int_equal(read_back(&before), 0);
        error = vmclock_publish(&publisher, &s);
        if (error == VMCLOCK_ERR_STEP) /* with random parameters nearly always right */
            error = vmclock_publish_step(&publisher, &s);
        if (error != expected_error(&s, publisher.size))
            fail_msg("round %d: %d, expected %d", round, error, expected_error(&s, publisher.size));
        counts[-error]++;
        assert_int_equal(read_back(&got), 0);
        if (error)
            before.seq = got.seq;
        if (error ? memcmp(&got, &before, sizeof(got)) : !same(&got, &s))
            fail_msg("round %d: not read back", round);
        published += !error;
    }
    printf("%d sets: %lu read back, refused:", ROUNDS, published);
    for (int i = 1; i < 64; i++)
        if (counts[i])
            printf(" %s %lu", vmclock_error_name(-i), counts[i]);
    printf("\n");
    for (size_t i = 0; i < 6; i++) {
        static const int reached[] = {VMCLOCK_ERR_ARGUMENT,   VMCLOCK_ERR_SIZE,
                                      VMCLOCK_ERR_TIME_TYPE,  VMCLOCK_ERR_PERIOD,
                                      VMCLOCK_ERR_TAI_OFFSET, VMCLOCK_ERR_LEAP};

        assert_true(counts[-reached[i]] > 1000);
    }
    assert_true(published > ROUNDS / 6);
}

/* A clock of some GHz with maximum errors; all sums below stay below 2^128. */
static void plain_clock(struct vmclock_snapshot *s)
{
    memset(s, 0, sizeof(*s));
    s->have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR;
    s->disruption_marker = 7;
    s->counter_id = s->counter_read_id = VMCLOCK_COUNTER_ID_X86_TSC;
    s->time_type = (uint8_t)(VMCLOCK_TIME_TYPE_TAI + below(2));
    s->clock_status = (uint8_t)(2 + below(2));
    s->period_shift = (uint8_t)(28 + below(4));
    s->period_frac = next_random() | UINT64_C(1) << 63;
    s->period_maxerror_frac = s->period_frac >> (10 + below(20));
    s->ref_counter = next_random();
    s->ref_sec = 1700000000 + below(1000000);
    s->ref_frac64 = next_random();
    s->maxerror_ns = 1000 + below(100000000);
}

/* 2^-64 s: the old time and error at a counter value that is at most MAX_DISTANCE away. */
static int128 time_at(const struct vmclock_snapshot *s, uint64_t at, int128 *error)
{
    int64_t distance = (int64_t)(at - s->ref_counter);
    uint128 ticks = (uint128)(distance < 0 ? -distance : distance);
    int128 age = (int128)(ticks * s->period_frac >> s->period_shift);

    *error = (int128)(ticks * s->period_maxerror_frac >> s->period_shift) +
             (int128)(((uint128)s->maxerror_ns << 64) / 1000000000);
    return (int128)((uint128)s->ref_sec << 64 | s->ref_frac64) + (distance < 0 ? -age : age);
}

/* A fraction of x, from/1000 to to/1000. */
static int128 part_of(int128 x, unsigned from, unsigned to)
{
    return x / 1000 * (int)(from + below(to - from));
}

/* after, whose reference point is at, so that the verdict is known. */
static int make_after(const struct vmclock_snapshot *before, struct vmclock_snapshot *after,
                      uint64_t *at)
{
    static const uint8_t verdicts[] = {VMCLOCK_AUDIT_REFINED,   VMCLOCK_AUDIT_BROKEN,
                                       VMCLOCK_AUDIT_STEPPED,   VMCLOCK_AUDIT_CANNOT_TELL,
                                       VMCLOCK_AUDIT_DISRUPTED, VMCLOCK_AUDIT_STALE};
    uint8_t verdict = verdicts[below(6)];
    int128 error, own_error, moved = 0, time;

    *at = before->ref_counter + next_random() % MAX_DISTANCE - MAX_DISTANCE / 2;
    plain_clock(after);
    after->time_type = before->time_type;
    after->ref_counter = *at;
    time = time_at(before, *at, &error);
    time_at(after, *at, &own_error);
    if (verdict == VMCLOCK_AUDIT_REFINED)
        moved = part_of(error, 0, 999);
    else if (verdict == VMCLOCK_AUDIT_BROKEN)
        moved = error + part_of(own_error, 1, 999);
    else if (verdict == VMCLOCK_AUDIT_STEPPED)
        moved = error + own_error + part_of(error + own_error, 1, 3000);
    time += below(2) ? moved : -moved;
    after->ref_sec = (uint64_t)(time >> 64);
    after->ref_frac64 = (uint64_t)time;
    if (verdict == VMCLOCK_AUDIT_CANNOT_TELL)
        after->have &=
            below(2) ? (uint16_t)~VMCLOCK_HAVE_MAXERROR : (uint16_t)~VMCLOCK_HAVE_PERIOD_MAXERROR;
    if (verdict == VMCLOCK_AUDIT_DISRUPTED || verdict == VMCLOCK_AUDIT_STALE)
        after->disruption_marker += 1 + next_random() % 1000;
    if (verdict == VMCLOCK_AUDIT_STALE) {
        after->ref_counter = before->ref_counter;
        after->ref_sec = before->ref_sec;
        after->ref_frac64 = before->ref_frac64;
    }
    return verdict;
}

/* The publisher refuses exactly what the guest's audit would find fault with. */
static void every_verdict(void **state)
{
    unsigned long counts[6] = {0}, refused = 0;
    struct vmclock_snapshot before, after, seen, now;
    struct vmclock_publisher publisher;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct vmclock_audit_result result;
        uint64_t at;
        int verdict, error, want;

        if (round % 1024 == 0)
            open_either_way(&publisher, STRUCTURE_BYTES);
        plain_clock(&before);
        verdict = make_after(&before, &after, &at);
        assert_int_equal(vmclock_publish_step(&publisher, &before), 0);
        assert_int_equal(read_back(&seen), 0);
        assert_true(same(&seen, &before));
        vmclock_audit(&before, &after, at, &result);
        if (result.verdict != verdict)
            fail_msg("round %d: verdict %d, made %d", round, result.verdict, verdict);
        want = verdict == VMCLOCK_AUDIT_BROKEN || verdict == VMCLOCK_AUDIT_STEPPED
                   ? VMCLOCK_ERR_STEP
                   : 0;
        error = vmclock_publish(&publisher, &after);
        if (error != want)
            fail_msg("round %d: %d for verdict %d", round, error, verdict);
        refused += error != 0;
        assert_int_equal(read_back(&now), 0);
        if (error) { /* under another count, and a counter value of its own: nothing else moved */
            seen.seq = now.seq;
            assert_memory_equal(&seen, &now, sizeof(now));
            assert_int_equal(vmclock_publish_step(&publisher, &after), 0);
            assert_int_equal(read_back(&now), 0);
        }
        assert_true(same(&now, &after));
        vmclock_audit(&seen, &now, at, &result); /* the guest, from what it reads */
        if (result.verdict != verdict)
            fail_msg("round %d: read verdict %d, made %d", round, result.verdict, verdict);
        counts[verdict]++;
    }
    printf("%d updates, refused %lu; refined %lu, broken %lu, stepped %lu, cannot tell %lu, "
           "disrupted %lu, stale %lu\n",
           ROUNDS, refused, counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
    for (int i = 0; i < 6; i++)
        assert_true(counts[i] > ROUNDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(any_parameters, clear_memory),
        cmocka_unit_test_setup(every_verdict, clear_memory),
    };

    return cmocka_run_group_tests_name("publish-random", tests, NULL, NULL);
}
