/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.c - the counter of an Arm CPU at EL1 with nothing around it: how it is read, how fast it
 * runs, that it never runs backwards, and that a page with its frequency fits it.
 *
 * Prints key=value lines on the console; the exit code is PASSED, or the number of the check that
 * failed. counter.py reads both. On boot/bare/arm, without its device tree.
 */
#include <vmclock/vmclock.h>
#include "arch/arch.h"
#include "boot/bare/arm/machine.h"
#include "boot/bare/platform.h"

#define PASSED 42
#define READS 100000
#define SPAN_FRACTION 2 /* of a second, between the two marks */

static struct {
    _Alignas(8) unsigned char bytes[0x70];
} page;

void tree_open(uint64_t tree_phys)
{
    (void)tree_phys;
}

void power_off(void)
{
}

static void put(const char *text)
{
    for (; *text; text++)
        platform_console_write(NULL, text, 1);
}

static void put_value(const char *key, uint64_t value)
{
    char digits[21];
    char *at = digits + sizeof digits - 1;

    *at = 0;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    put(key);
    put("=");
    put(at);
    put("\n");
}

static void store(unsigned at, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++)
        page.bytes[at + i] = (unsigned char)(value >> (8 * i));
}

/* A page of the frequency: the period is 2^(64+shift) / hz, by long division. */
static void make_page(uint64_t hz)
{
    unsigned shift = 0;
    uint64_t period = 0, rest = 1;

    while (hz >> (shift + 1))
        shift++;
    for (unsigned i = 0; i < 64 + shift; i++) {
        rest <<= 1;
        period = period << 1 | (rest >= hz);
        rest -= rest >= hz ? hz : 0;
    }
    store(0x00, 4, 0x4b4c4356);
    store(0x04, 4, sizeof page.bytes);
    store(0x08, 2, 1);
    store(0x0a, 1, 0); /* ARM_VCNT */
    store(0x0b, 1, 1); /* TAI */
    store(0x0c, 4, 2);
    store(0x22, 1, 2); /* SYNCHRONIZED */
    store(0x27, 1, shift);
    store(0x28, 8, vmclock_arch_counter(VMCLOCK_ARCH_ORDER_ISB));
    store(0x30, 8, period);
    store(0x48, 8, 1483228837);
}

/* Not backwards from one way of reading to the other, either, where there are both. */
static int runs(uint32_t order)
{
    uint64_t last = vmclock_arch_counter(order);
    const uint64_t first = last;

    for (unsigned i = 0; i < READS; i++) {
        const uint64_t now = vmclock_arch_counter(i % 2 ? order : (uint32_t)VMCLOCK_ARCH_ORDER_ISB);
        if (now < last)
            return 0;
        last = now;
    }
    return last > first;
}

/* Two marks, so many ticks apart, for the host to time. */
static void mark(uint64_t hz)
{
    const uint64_t first = vmclock_arch_counter(VMCLOCK_ARCH_ORDER_ISB);
    uint64_t now = first;

    put("mark=begin\n");
    while (now - first < hz / SPAN_FRACTION)
        now = vmclock_arch_counter(VMCLOCK_ARCH_ORDER_ISB);
    put("mark=end\n");
}

int main(void)
{
    struct vmclock clk;
    struct vmclock_counter_info info;
    struct vmclock_reading reading;
    struct vmclock_snapshot snapshot;
    uint64_t el, features;
    int matches = 7;

    __asm__ volatile("mrs %0, CurrentEL" : "=r"(el));
    __asm__ volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
    vmclock_ask_counter(&info);
    put_value("el", el >> 2);
    put_value("ecv", features >> 60);
    put_value("freq_hz", info.frequency_hz);
    if (info.counter_id != VMCLOCK_COUNTER_ID_ARM_VCNT || !info.invariant || !info.frequency_hz)
        return 1;
    make_page(info.frequency_hz);
    if (vmclock_open(&clk, page.bytes, sizeof page.bytes))
        return 2;
    put_value("order", clk.counter_order);
    if (!runs(clk.counter_order))
        return 3;
    if (vmclock_take_snapshot(&clk, &snapshot) || vmclock_now(&clk, &reading) ||
        reading.counter <= snapshot.counter)
        return 4;
    if (vmclock_compare_period(&snapshot, info.frequency_hz, &matches) || matches != 1)
        return 5;
    if (vmclock_compare_period(&snapshot, info.frequency_hz * 2, &matches) || matches != 0)
        return 6;
    mark(info.frequency_hz);
    if (vmclock_now(&clk, &reading) || reading.time.sec < 1483228837 ||
        reading.time.sec > 1483228837 + 60)
        return 7;
    put_value("tai_sec", (uint64_t)reading.time.sec);
    return PASSED;
}
