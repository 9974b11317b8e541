/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine monitor that knows nothing of us, without a machine: RAM with firmware tables in it, a vmclock
 * page with no clock, and a guest, which is this program: its counter is made of the host's as KVM's is,
 * and it reads the page with the library, against this host's clock.
 *
 *     monitor TABLES PAGE [RAM-MIB [FILE]]
 *
 * TABLES: what RAM has at 0xe0000. PAGE: the page's physical address; one beyond RAM lies in a mapping by
 * itself. FILE: the page is there, in place of that. Says where all is, and then carries out what is asked on
 * stdin, a line each:
 *
 *     clock OFFSET RATIO FRAC-BITS    the guest's counter from now on; RATIO 0: not scaled
 *     read N            N readings: how many are ok and right, wrong, refused; half widths; markers
 *     page              its bytes
 *     save, restore     as a monitor does it: the older page, and marker and generation counted up
 *     poke PHYS HEX     bytes into RAM
 *     decoys            pages in all of RAM but the tables, in mappings of other kinds, on the heap; and all of
 *                       RAM's tables and page in a mapping that is like RAM
 *     churn MS          the tables change meanwhile
 *     race N            save and restore, N times: how often what restore counted up was lost
 *     lose              the page's mapping is replaced by one that holds something else
 *     crowd N           so many mappings of a page each, which are none
 *     become PROGRAM    the process runs another program
 *     sum               of all of RAM but the page's 112 bytes, and of the other decoys
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>
#include <vmclock/vmclock.h>
#include "arch/arch.h"

#define FRAME 4096u
#define TABLES_AT 0xe0000u
#define TABLES_MAX 0x20000u
#define MIB (1u << 20)
#define PAGE_BYTES 112u
#define CACHE_BYTES (20 * (size_t)MIB) /* as great as RAM may be, and smaller than this one */
#define BURST 64                       /* readings without a pause */

__extension__ typedef unsigned __int128 uint128;

static uint8_t *ram, *page, *other, *heap, *cache;
static size_t ram_bytes;
static uint64_t offset, ratio;
static unsigned frac_bits;
static uint32_t order;
static uint8_t saved[PAGE_BYTES];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static uint64_t read_counter(void *context)
{
    uint64_t ticks = vmclock_arch_counter(order);

    (void)context;
    return (ratio ? (uint64_t)((uint128)ticks * ratio >> frac_bits) : ticks) + offset;
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

/* One reading. Returns a VMCLOCK_ERR_*, or 0 with whether it is right and how wide its interval is. */
static int read_once(const struct vmclock *clk, struct vmclock_snapshot *s, int *right,
                     int64_t *width_ns)
{
    int64_t before_ns = now_ns(), after_ns, earliest_ns, latest_ns;
    struct vmclock_reading reading;
    int error = vmclock_take_snapshot(clk, s);

    after_ns = now_ns();
    if (!error)
        error = vmclock_at(s, s->counter, &reading);
    if (error)
        return error;
    if (reading.time_type == VMCLOCK_TIME_TYPE_TAI) {
        reading.earliest.sec -= abs(s->tai_offset_sec);
        reading.latest.sec -= abs(s->tai_offset_sec);
    }
    if (vmclock_time_to_ns_floor(&reading.earliest, &earliest_ns) ||
        vmclock_time_to_ns_ceil(&reading.latest, &latest_ns))
        return VMCLOCK_ERR_RANGE;
    *right = earliest_ns <= after_ns && before_ns <= latest_ns;
    *width_ns = latest_ns - earliest_ns;
    return 0;
}

static void readings(long count)
{
    const struct vmclock_counter counter = {read_counter, NULL, VMCLOCK_COUNTER_ID_X86_TSC};
    int64_t *widths = calloc((size_t)count, sizeof(*widths));
    long ok = 0, wrong = 0, refused = 0, back = 0;
    uint64_t marker = 0;
    struct vmclock clk;

    if (!widths || vmclock_open_with_counter(&clk, page, FRAME, &counter)) {
        puts("no page");
        free(widths);
        return;
    }
    clk.max_tries = 100000000;
    for (long i = 0; i < count; i++) {
        const struct timespec pause = {0, 500000};
        struct vmclock_snapshot s;
        int right = 0, error = read_once(&clk, &s, &right, &widths[ok]);

        refused += error != 0;
        wrong += !error && !right;
        ok += !error;
        if (!error || error == VMCLOCK_ERR_UNSYNCHRONISED) {
            back += (int64_t)(s.disruption_marker - marker) < 0 && marker;
            marker = s.disruption_marker;
        }
        if (i % BURST == BURST - 1)
            nanosleep(&pause, NULL);
    }
    qsort(widths, (size_t)ok, sizeof(*widths), by_size);
    printf("ok=%ld wrong=%ld refused=%ld back=%ld marker=%" PRIu64 " width_p50=%" PRId64
           " width_max=%" PRId64 "\n",
           ok, wrong, refused, back, marker, ok ? widths[ok / 2] : 0, ok ? widths[ok - 1] : 0);
    free(widths);
}

static void put(uint8_t *at, uint64_t value, unsigned bytes)
{
    while (bytes--) {
        *at++ = (uint8_t)value;
        value >>= 8;
    }
}

static uint64_t get(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;

    while (bytes--)
        value = value << 8 | at[bytes];
    return value;
}

/* As a monitor has it: no clock, a generation, and that it notifies. */
static void compose(uint8_t *at)
{
    put(at, VMCLOCK_PAGE_MAGIC, 4);
    put(at + 4, FRAME, 4);
    put(at + 8, 1, 2);
    at[10] = VMCLOCK_COUNTER_ID_INVALID;
    put(at + 16, 5, 8);
    put(at + 24, 0x300, 8);
    put(at + 104, 3, 8);
}

static void restore(void)
{
    uint32_t seq = (uint32_t)get(saved + 12, 4) | 1;

    put(saved + 12, seq, 4);
    put(saved + 16, get(saved + 16, 8) + 1, 8);
    put(saved + 104, get(saved + 104, 8) + 1, 8);
    memcpy(page, saved, PAGE_BYTES);
    put(page + 12, seq + 1, 4);
}

/* Whatever the publisher does at each moment. */
static void race(long count)
{
    long lost = 0;

    for (long i = 0; i < count; i++) {
        const struct timespec pause = {0, (i % 97) * 10000};
        int64_t end_ns = now_ns() + 100000000;
        uint64_t marker, generation;

        nanosleep(&pause, NULL);
        memcpy(saved, page, PAGE_BYTES);
        restore();
        marker = get(saved + 16, 8);
        generation = get(saved + 104, 8);
        /* Taken over: it is counted up once more. */
        while (get(page + 16, 8) == marker && get(page + 104, 8) == generation && now_ns() < end_ns)
            ;
        lost += get(page + 16, 8) < marker || get(page + 104, 8) != generation;
    }
    printf("lost=%ld generation=%" PRIu64 "\n", lost, get(page + 104, 8));
}

/* A mapping that touches no other of its kind. */
static uint8_t *map(size_t bytes)
{
    uint8_t *all = mmap(NULL, bytes + 2 * FRAME, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED || mprotect(all + FRAME, bytes, PROT_READ | PROT_WRITE))
        fail("mmap");
    return all + FRAME;
}

static void decoys(void)
{
    other = map(16 * FRAME);
    cache = map(CACHE_BYTES);
    memcpy(cache + TABLES_AT, ram + TABLES_AT, TABLES_MAX);
    if (page >= ram && page < ram + CACHE_BYTES)
        compose(cache + (page - ram));
    heap = malloc(2 * FRAME);
    if (!heap)
        fail("malloc");
    for (size_t at = 0; at < ram_bytes; at += 16 * FRAME)
        if (ram + at != page && (at < TABLES_AT || at >= TABLES_AT + TABLES_MAX))
            compose(ram + at);
    for (size_t at = 0; at < 16 * FRAME; at += FRAME)
        compose(other + at);
    compose((uint8_t *)(((uintptr_t)heap + FRAME - 1) / FRAME * FRAME));
}

static uint64_t add(uint64_t sum, const uint8_t *at, size_t bytes)
{
    for (size_t i = 0; at && i < bytes; i += 8) {
        uint64_t word;

        memcpy(&word, at + i, sizeof(word));
        if (at + i < page || at + i >= page + PAGE_BYTES)
            sum = (sum ^ word) * UINT64_C(0x100000001b3) + i;
    }
    return sum;
}

static void churn(long ms)
{
    int64_t end_ns = now_ns() + ms * 1000000;
    uint8_t kept[TABLES_MAX];

    memcpy(kept, ram + TABLES_AT, sizeof(kept));
    for (unsigned i = 1; now_ns() < end_ns; i = i * 1103515245 + 12345) {
        unsigned at = i >> 8 & 0x3ff;

        ram[TABLES_AT + at] = (uint8_t)(i >> 20);
        if (i & 0x1000)
            memcpy(ram + TABLES_AT, kept, sizeof(kept));
    }
    memcpy(ram + TABLES_AT, kept, sizeof(kept));
}

static void poke(const char *text)
{
    char *hex;
    size_t at = strtoull(text, &hex, 0);
    unsigned byte;

    for (hex++; at < ram_bytes && sscanf(hex, "%2x", &byte) == 1; hex += 2)
        ram[at++] = (uint8_t)byte;
}

static void lose(void)
{
    uint8_t *frame = (uint8_t *)((uintptr_t)page / FRAME * FRAME);

    if (mmap(frame, FRAME, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
             0) == MAP_FAILED)
        fail("mmap");
    memset(frame, 0x5a, FRAME);
}

static void crowd(long count)
{
    while (count--)
        memset(map(FRAME), 0x5a, FRAME);
}

static void become(char *program)
{
    char *arguments[] = {program, NULL};

    program[strcspn(program, "\n")] = '\0';
    execv(program, arguments);
    fail(program);
}

static void obey(char *line)
{
    char *argument = strchr(line, ' ');

    argument = argument ? argument + 1 : line + strlen(line);
    if (!strncmp(line, "clock ", 6)) {
        offset = (uint64_t)strtoll(argument, &argument, 0);
        ratio = strtoull(argument, &argument, 0);
        frac_bits = (unsigned)strtoul(argument, &argument, 0);
    } else if (!strncmp(line, "read ", 5)) {
        readings(atol(argument));
        return;
    } else if (!strncmp(line, "page", 4)) {
        for (unsigned i = 0; i < PAGE_BYTES; i++)
            printf("%02x", page[i]);
        putchar('\n');
        return;
    } else if (!strncmp(line, "save", 4)) {
        memcpy(saved, page, PAGE_BYTES);
    } else if (!strncmp(line, "restore", 7)) {
        restore();
    } else if (!strncmp(line, "poke ", 5)) {
        poke(argument);
    } else if (!strncmp(line, "decoys", 6)) {
        decoys();
    } else if (!strncmp(line, "churn ", 6)) {
        churn(atol(argument));
    } else if (!strncmp(line, "race ", 5)) {
        race(atol(argument));
        return;
    } else if (!strncmp(line, "lose", 4)) {
        lose();
    } else if (!strncmp(line, "crowd ", 6)) {
        crowd(atol(argument));
    } else if (!strncmp(line, "become ", 7)) {
        become(argument);
    } else if (!strncmp(line, "sum", 3)) {
        printf("%016" PRIx64 "\n",
               add(add(add(add(0, ram, ram_bytes), other, 16 * FRAME), heap, heap ? 2 * FRAME : 0),
                   cache, CACHE_BYTES));
        return;
    }
    puts("done");
}

/* Only as much of RAM is there as was touched. */
static void make_ram(const char *tables, uint64_t phys, const char *file)
{
    int fd = memfd_create("guest", MFD_CLOEXEC), from = open(tables, O_RDONLY | O_CLOEXEC);
    int page_fd = file ? open(file, O_RDWR | O_CLOEXEC) : -1;

    if (fd < 0 || ftruncate(fd, (off_t)ram_bytes) || from < 0 || (file && page_fd < 0))
        fail(tables);
    ram = mmap(NULL, ram_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (ram == MAP_FAILED || read(from, ram + TABLES_AT, TABLES_MAX) < 0)
        fail("ram");
    close(from);
    close(fd);
    if (file) {
        page = mmap(NULL, FRAME, PROT_READ | PROT_WRITE, MAP_SHARED, page_fd, 0);
        if (page == MAP_FAILED)
            fail(file);
        return;
    }
    page = phys < ram_bytes ? ram + phys : map(FRAME);
    compose(page);
}

int main(int argc, char **argv)
{
    char line[4096];
    uint64_t phys;

    if (argc < 3)
        return 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    order = vmclock_arch_counter_order();
    phys = strtoull(argv[2], NULL, 0);
    ram_bytes = (size_t)(argc > 3 ? strtoul(argv[3], NULL, 0) : 32) * MIB;
    make_ram(argv[1], phys, argc > 4 ? argv[4] : NULL);
    printf("pid=%d fd=%d ram=%p page=%p\n", (int)getpid(), eventfd(0, EFD_CLOEXEC), (void *)ram,
           (void *)page);
    fflush(stdout);
    while (fgets(line, sizeof(line), stdin)) {
        obey(line);
        fflush(stdout);
    }
    return 0;
}
