/* SPDX-License-Identifier: BSD-2-Clause */
/* A consumer's program of the core alone, as two files. */
#include "vmclock.h"

#if VMCLOCK_VERSION_NUMBER < 2000
#error "no such version"
#endif

int main(void)
{
    struct vmclock clk;

    return vmclock_open(&clk, 0, 0) == VMCLOCK_ERR_ARGUMENT ? 0 : 1;
}
