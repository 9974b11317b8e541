/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * platform.h - what a machine's room (x86, arm) gives to the rest of a bare-metal image.
 *
 * The entry code sets up a stack, page tables (all memory identity mapped) and what newlib needs of
 * the CPU, then calls main; what main returns goes to exit, and so to platform_exit.
 */
#ifndef VMCLOCK_BOOT_BARE_PLATFORM_H
#define VMCLOCK_BOOT_BARE_PLATFORM_H

#include <stddef.h>
#include <stdint.h>
#include <vmclock/region.h>

struct vmclock;        /* page.h */
struct vmclock_sample; /* calibrate.h */
struct vmclock_set;    /* set.h */
struct vmclock_set_result;

int main(void);

/*
 * The words that the machine was started with, a NUL-terminated string; "" if there were none. A loader
 * by multiboot puts the image's path in front of them, which is left out: to the first blank behind its
 * last slash. Where the file's name has blanks, or the loader gives no path (GRUB 2), a "--" in front of
 * the words says where they begin. A longer string than 256 bytes may be cut, but not below that.
 */
const char *platform_arguments(void);

/* The counter, read by the entry point's first instructions. */
uint64_t platform_entry_ticks(void);

/*
 * Where the firmware's tables say that the page is: by ACPI or by device tree, whatever this machine
 * has. Returns 0 or the VMCLOCK_ERR_* of the search, *region untouched.
 */
int platform_find(struct vmclock_region *region);

/* Makes length bytes from phys on readable; null if that cannot be. For the page; it stays mapped. */
const volatile void *platform_map(uint64_t phys, uint64_t length);

/* The console, each '\n' as "\r\n". Usable as a report_sink; context is not used. */
void platform_console_write(void *context, const char *text, size_t length);

/* The second UART, polled, for questions and answers. read: a byte, or -1 if there is none yet. */
int platform_serial_read(void);
void platform_serial_write(void *context, const char *text, size_t length);

/* Ends the machine with a verdict code (report/states.def), or as near to it as the machine can. */
#define PLATFORM_CODE_FAULT 30u /* no report: the CPU ran into an exception, ... */
#define PLATFORM_CODE_USAGE 31u /* ... or the image was started with words that it does not know */
_Noreturn void platform_exit(uint8_t code);

/*
 * Starts the second CPU in run(context) on the stack that ends at stack_end (16-byte aligned). run
 * does not return. Returns 0, or -1 if there is no second CPU or it does not start.
 */
int platform_start_cpu(void (*run)(void *context), void *context, void *stack_end);

/*
 * The machine's real-time clock (vmclock/rtc.h): a sample of it, by vmclock_cmos_sample or the like; and
 * setting it, by vmclock_set_cmos or the like, with their errors. VMCLOCK_ERR_RTC_ABSENT: it has none.
 */
#define PLATFORM_CODE_NOT_SET 29u /* of the image that sets it: the page's time is known, and yet */
uint8_t platform_rtc_kind(void);  /* enum vmclock_bound_by_driver */
int platform_rtc_sample(const struct vmclock *clk, int moment, struct vmclock_sample *sample);
int platform_rtc_set(const struct vmclock_set *set, struct vmclock_set_result *result);

/* The first bytes behind the image, up to the end of usable memory that the machine says it has. */
void platform_heap(char **start, char **end);

#endif
