/* SPDX-License-Identifier: BSD-2-Clause */
/* A consumer's program: it links the archives and finds their headers, and fails without a page. */
#include <vmclock/acpi.h>
#include <vmclock/vmclock.h>

int main(void)
{
    struct vmclock clk;

    return vmclock_open(&clk, 0, 0) == VMCLOCK_ERR_ARGUMENT ? 0 : 1;
}
