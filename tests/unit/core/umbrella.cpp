/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The umbrella header for callers in C++17: included twice, and calls that link. And the number of
 * members of each structure that lib/ goes through member by member, which C cannot ask for.
 */
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vmclock/vmclock.h>

/* Each compiles with this number of members alone: who adds one lists it in the files, too. */
#define COUNTED(type, ...) \
    [[maybe_unused]] static void of_##type(const type &value) \
    { \
        [[maybe_unused]] const auto &[__VA_ARGS__] = value; \
    }
/* Listed where LISTED (lib/listed.h) says so. */
COUNTED(vmclock_guard, a, b, c)
COUNTED(vmclock_leap, a, b, c, d, e, f, g, h)
COUNTED(vmclock_steer_reading, a, b, c, d, e, f, g, h, i, j, k)
COUNTED(vmclock_reading, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)
COUNTED(vmclock_snapshot, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x)
COUNTED(vmclock_label, a, b, c, d, e, f, g, h, i)
COUNTED(vmclock_utc_reading, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x,
        y)
/* Listed in page.c, steer.c and publish.c. */
COUNTED(vmclock, a, b, c, d, e, f, g)
COUNTED(vmclock_counter, a, b, c)
COUNTED(vmclock_publish_memory, a, b, c)

static uint64_t read_counter(void *context)
{
    return *static_cast<uint64_t *>(context);
}

int main()
{
    alignas(8) unsigned char bytes[sizeof(vmclock_page)] = {};
    vmclock_page *page = reinterpret_cast<vmclock_page *>(bytes);
    page->magic.wire = VMCLOCK_PAGE_MAGIC;
    page->size.wire = sizeof bytes;
    page->version.wire = VMCLOCK_PAGE_VERSION;
    page->counter_id = VMCLOCK_COUNTER_ID_X86_TSC;
    page->time_type = VMCLOCK_TIME_TYPE_TAI;
    page->clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
    page->counter_period_frac_sec.wire = UINT64_C(1) << 63;
    page->time_sec.wire = 100;

    uint64_t ticks = 5;
    const vmclock_counter counter = {read_counter, &ticks, VMCLOCK_COUNTER_ID_X86_TSC};
    vmclock clk;
    vmclock_reading reading;
    int error = vmclock_open_with_counter(&clk, bytes, sizeof bytes, &counter);
    if (error == 0) {
        error = vmclock_now(&clk, &reading);
    }
    if (error != 0 || reading.time.sec != 102) {
        std::printf("%s\n", vmclock_error_text(error));
        return 1;
    }
    return std::strcmp(vmclock_error_name(VMCLOCK_ERR_BUSY), "busy") != 0;
}
