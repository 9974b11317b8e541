/* SPDX-License-Identifier: BSD-2-Clause */
/* Your kernel, in the upper half of the address space: it prints UTC, and how far that may be off. */
#include <vmclock/acpi.h>
#include <vmclock/vmclock.h>

#define MAPPED_FROM UINT64_C(0x1000) /* page 0 is nobody's */
#define MAPPED_UNTIL UINT64_C(0x200000000)
#define DIRECT_MAP UINT64_C(0xffff800000000000) /* start.S */
#define COM1 0x3f8
#define TRIES 30000000u /* a host may start a machine before it knows the time */

/* PVH's start info, as far as it is used. */
struct start_info {
    uint32_t magic, version, flags, modules;
    uint64_t modules_phys, words_phys, rsdp_phys;
};

void kernel_main(uint64_t start_info_phys);

static const void *map(void *context, uint64_t phys, size_t length)
{
    (void)context;
    if (phys < MAPPED_FROM || phys >= MAPPED_UNTIL || length > MAPPED_UNTIL - phys)
        return NULL;
    return (const void *)(uintptr_t)(DIRECT_MAP + phys);
}

static void print(const char *text)
{
    for (; *text; text++)
        __asm__ volatile("outb %0, %1" : : "a"(*text), "Nd"((uint16_t)COM1));
}

static int await_utc(const struct vmclock *clk, struct vmclock_utc_reading *now)
{
    unsigned tries = 0;
    int error;

    do
        error = vmclock_utc_now(clk, now);
    while (error == VMCLOCK_ERR_UNSYNCHRONISED && ++tries < TRIES);
    return error;
}

static int utc_now(uint64_t rsdp_phys, struct vmclock_utc_reading *now)
{
    const struct vmclock_memory memory = {map, NULL, NULL};
    struct vmclock_region region;
    struct vmclock clk;
    const void *page;
    int error = vmclock_acpi_find(&memory, rsdp_phys, &region);

    if (error)
        return error;
    page = map(NULL, region.phys, (size_t)region.length);
    if (!page)
        return VMCLOCK_ERR_MAP;
    error = vmclock_open(&clk, page, (size_t)region.length);
    return error ? error : await_utc(&clk, now);
}

void kernel_main(uint64_t start_info_phys)
{
    const struct start_info *info = map(NULL, start_info_phys, sizeof(*info));
    struct vmclock_utc_reading now;
    char line[VMCLOCK_TEXT_LINE_SIZE];
    int error = info ? utc_now(info->rsdp_phys, &now) : VMCLOCK_ERR_RSDP;

    if (!error)
        error = vmclock_text_reading(&now, line, sizeof(line));
    print(error ? vmclock_error_text(error) : line);
    print("\r\n");
}
