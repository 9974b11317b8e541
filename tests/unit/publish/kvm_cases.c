/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the publisher makes of scaled and shifted counters: cases on stdin, answers on stdout, both as the
 * structures below have them. test_kvm_cases.py asks, and knows the answers by itself.
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/timex.h>
#include "boot/linux/publish/line.h"

struct question {
    uint64_t before_ticks, after_ticks; /* of the sample */
    int64_t realtime_ns;
    uint64_t rate_ticks, rate_ns;
    uint64_t offset, ratio;
    uint64_t later_ticks; /* the host's, when the guest reads its counter */
    uint32_t rate_error_ppb, tolerance_ppb;
    uint64_t frac_bits;
};

struct answer {
    uint64_t ref_counter, period_frac, period_maxerror_frac, period_shift;
    uint64_t ref_sec, ref_frac64, maxerror_ns;
    uint64_t later_counter;
};

int main(void)
{
    struct question q;

    while (fread(&q, sizeof(q), 1, stdin) == 1) {
        const struct options options = {.authority = AUTHORITY_HOST};
        const struct leap_knowledge leaps = {.have_offset = false};
        const struct counter_relation relation = {.zero_earliest_ticks = -q.offset,
                                                  .zero_latest_ticks = -q.offset,
                                                  .host_ticks_a_tick = 1,
                                                  .frac_bits = (uint8_t)q.frac_bits,
                                                  .ratio = q.ratio};
        const struct host_sample sample = {q.before_ticks, q.after_ticks, q.realtime_ns, 5};
        const struct host_kernel kernel = {.state = TIME_OK, .tolerance_ppb = q.tolerance_ppb};
        const struct host_rate rate = {q.rate_ticks, q.rate_ns, q.rate_error_ppb};
        const struct line_inputs inputs = {.options = &options,
                                           .relation = &relation,
                                           .sample = &sample,
                                           .kernel = &kernel,
                                           .rate = &rate,
                                           .leaps = &leaps,
                                           .counter_id = VMCLOCK_COUNTER_ID_X86_TSC};
        struct vmclock_snapshot s;
        struct answer a;

        line_compose(&inputs, &s);
        a = (struct answer){s.ref_counter,
                            s.period_frac,
                            s.period_maxerror_frac,
                            s.period_shift,
                            s.ref_sec,
                            s.ref_frac64,
                            s.maxerror_ns,
                            relation_guest_ticks(&relation, q.later_ticks)};
        if (fwrite(&a, sizeof(a), 1, stdout) != 1)
            return 1;
    }
    return 0;
}
