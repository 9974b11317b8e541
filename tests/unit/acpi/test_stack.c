/* SPDX-License-Identifier: BSD-2-Clause */
/* The stack that a search takes, measured on one of our own that was painted before. */
#define _XOPEN_SOURCE 700
#include "firmware.h"

#include <stdio.h>
#include <ucontext.h>

#include "flat.h"

#define STACK_BYTES 65536
#define STACK_LIMIT 1024
#define PAINT 0xa5

static ucontext_t here, there;
static const uint8_t *entered; /* the stack where the search begins */
static int result;

static void search(void)
{
    static struct vmclock_region region;

    entered = __builtin_frame_address(0);
    result = vmclock_acpi_find(&flat_memory, FLAT_RSDP, &region);
}

static size_t stack_of_search(void)
{
    static uint8_t stack[STACK_BYTES];
    size_t untouched = 0;

    memset(stack, PAINT, sizeof stack);
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &here;
    makecontext(&there, search, 0);
    swapcontext(&here, &there);
    while (stack[untouched] == PAINT)
        untouched++;
    return (size_t)(entered - stack) - untouched;
}

/*
 * The longest way: behind FADT and DSDT, \_SB.PCI0.VCLK with a package as _CID and methods as _STA and
 * _CRS, the latter by a name of its own, with an interrupt behind the range.
 */
static const uint8_t deep[] = {
    0x10, 0x4d, 0x06, 0x5c, 0x5f, 0x53, 0x42, 0x5f, 0x10, 0x45, 0x06, 0x50, 0x43, 0x49, 0x30, 0x5b,
    0x82, 0x4d, 0x05, 0x56, 0x43, 0x4c, 0x4b, 0x08, 0x5f, 0x43, 0x49, 0x44, 0x12, 0x0c, 0x02, 0x01,
    0x0d, 0x56, 0x4d, 0x43, 0x4c, 0x4f, 0x43, 0x4b, 0x00, 0x14, 0x09, 0x5f, 0x53, 0x54, 0x41, 0x00,
    0xa4, 0x0a, 0x0f, 0x08, 0x5f, 0x48, 0x49, 0x44, 0x0d, 0x41, 0x4d, 0x5a, 0x4e, 0x43, 0x31, 0x30,
    0x43, 0x00, 0x14, 0x2b, 0x5f, 0x43, 0x52, 0x53, 0x00, 0x08, 0x52, 0x42, 0x55, 0x46, 0x11, 0x1a,
    0x0a, 0x17, 0x86, 0x09, 0x00, 0x00, 0x00, 0xb0, 0xff, 0xfe, 0x00, 0x10, 0x00, 0x00, 0x89, 0x06,
    0x00, 0x01, 0x01, 0x05, 0x00, 0x00, 0x00, 0x79, 0x00, 0xa4, 0x52, 0x42, 0x55, 0x46,
};

static void stack(void **state)
{
    size_t bytes;
    (void)state;
    flat_fill(deep, sizeof deep);
    bytes = stack_of_search();
    printf("stack of a search: %zu bytes\n", bytes);
    assert_int_equal(result, 0);
    assert_true(bytes <= STACK_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
