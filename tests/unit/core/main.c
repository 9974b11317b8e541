/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

int main(void)
{
    int (*const groups[])(void) = {
        run_open_tests,    run_snapshot_tests, run_lock_tests,     run_clock_tests,
        run_many_tests,    run_now_tests,      run_leap_tests,     run_label_tests,
        run_smear_tests,   run_civil_tests,    run_time_tests,     run_error_tests,
        run_names_tests,   run_utc_tests,      run_text_tests,     run_deadline_tests,
        run_wait_tests,    run_clamp_tests,    run_estimate_tests, run_range_tests,
        run_smeared_tests,
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        failed += groups[i]();
    }
    return failed != 0;
}
