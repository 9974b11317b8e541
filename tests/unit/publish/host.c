/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include "arch/arch.h"
#include "boot/linux/common/event.h"
#include "boot/linux/common/task.h"
#include "host.h"

#define MILLION 1000000

struct host host;

int __wrap_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_adjtimex(struct timex *timex);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__real_fopen(const char *path, const char *mode);

static void look(void)
{
    host.reads++;
    if (host.on_read)
        host.on_read();
    host.now_ns += host.read_ns;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *now)
{
    int64_t ns;

    look();
    if (id == CLOCK_REALTIME) {
        ns = host.realtime_ns + host.now_ns;
    } else {
        assert_int_equal(id, CLOCK_MONOTONIC);
        ns = host.monotonic_ns + host.now_ns + host.now_ns * host.monotonic_ppm / MILLION;
    }
    now->tv_sec = ns / SEC;
    now->tv_nsec = ns % SEC;
    return 0;
}

int __wrap_adjtimex(struct timex *timex)
{
    assert_int_equal(timex->modes, 0); /* asks, and changes nothing */
    host.timex_calls++;
    if (host.on_timex)
        host.on_timex();
    errno = EPERM;
    if (host.timex_state >= 0)
        *timex = host.timex;
    return host.timex_state;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
    if (strcmp(path, "/sys/devices/system/clocksource/clocksource0/current_clocksource") != 0)
        return __real_fopen(path, mode);
    return host.clocksource
               ? fmemopen((void *)(uintptr_t)host.clocksource, strlen(host.clocksource), "r")
               : NULL;
}

uint64_t vmclock_arch_counter(uint32_t order)
{
    assert_int_equal(order, 5);
    look();
    return host.ticks + 2 * (uint64_t)(host.now_ns + host.now_ns * host.ticks_ppm / MILLION);
}

uint32_t vmclock_arch_counter_order(void)
{
    return 5;
}

bool vmclock_arch_counter_invariant(void)
{
    return host.invariant;
}

static void say(const char *format, va_list arguments)
{
    const size_t at = strlen(host.said);

    vsnprintf(host.said + at, sizeof(host.said) - at - 1, format, arguments);
    strcat(host.said, "\n");
}

void event(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

int failure(const char *name, const char *format, ...)
{
    va_list arguments;

    strcat(strcat(host.said, name), ": ");
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return -1;
}

void host_pass(int64_t ns)
{
    host.now_ns += ns;
}

/* All waits are a task's, which let time pass. */
bool task_is_in(void)
{
    return true;
}

bool task_wait(int fd, int64_t limit_ms, int64_t wait_ms)
{
    const int64_t now_ns = host.monotonic_ns + host.now_ns;

    (void)wait_ms;
    assert_int_equal(fd, -1);
    if (limit_ms * MS > now_ns)
        host_pass(limit_ms * MS - now_ns);
    return false;
}

void host_start(void)
{
    memset(&host, 0, sizeof(host));
    host.read_ns = 50;
    host.realtime_ns = INT64_C(1782907200) * SEC;
    host.monotonic_ns = 777 * SEC + 123456789;
    host.ticks = UINT64_C(1) << 40;
    host.clocksource = "tsc\n";
    host.timex.tolerance = 500 << 16;
    host.timex.maxerror = 2000;
    host.timex.status = STA_PLL;
    host.timex.tai = 37;
    host.timex_state = TIME_OK;
}
