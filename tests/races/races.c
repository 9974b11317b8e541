/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A publisher and a reader on two CPUs.
 *
 *     races READS CONTENDED   until so many reads, of which so many took more than one try
 *
 * First a reader without the second look at the sequence count, which has to see torn pages: else
 * this test could not see them. Then vmclock_take_snapshot, which never may. Then a publisher at
 * 1 kHz, behind which no read with the budget of a scheduler's quantum may fail. Then one that writes
 * into another process's memory by system calls.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vmclock/error.h>
#include <vmclock/page.h>
#include <vmclock/publish.h>
#include "arch/arch.h"

#define NAIVE_TORN 100 /* enough to have seen tearing */
#define NAIVE_LIMIT_SEC 20
#define KHZ_SEC 3
#define KHZ_TRIES 100000000u /* a second or more, of which a quantum is a small part */
#define KHZ_BUSY_MAX 10
#define READ_LIMIT_PER_1E7_SEC 60
#define PROCESS_CONTENDED 1000
#define PROCESS_LIMIT_SEC 20

static struct vmclock_page page __attribute__((aligned(4096)));
static struct vmclock_publisher publisher;
static atomic_bool ends;
static atomic_ulong updates;
static size_t cpus[2];

static double now_sec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
    printf("FAILED: %s\n", what);
    exit(1);
}

static void stay_on(size_t cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof(set), &set);
}

/* All fields follow from n; the marker is another each time, so that no promise binds. */
static void make(uint64_t n, struct vmclock_snapshot *s)
{
    memset(s, 0, sizeof(*s));
    s->disruption_marker = n;
    s->flags = (n & 1) << 40;
    s->generation = n * 3;
    s->ref_counter = n * 5;
    s->period_frac = n * 7 + 1;
    s->period_esterror_frac = n * 11;
    s->period_maxerror_frac = n * 13;
    s->ref_sec = n * 17;
    s->ref_frac64 = n * 19;
    s->esterror_ns = n * 23;
    s->maxerror_ns = n * 29;
    s->have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_PERIOD_ESTERROR |
              VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_ESTERROR | VMCLOCK_HAVE_MAXERROR |
              VMCLOCK_HAVE_GENERATION;
    s->tai_offset_sec = (int16_t)(10 + n % 1000);
    s->period_shift = (uint8_t)n;
    s->counter_id = VMCLOCK_ARCH_COUNTER_ID;
    s->time_type = (uint8_t)(n % 3);
    s->clock_status = (uint8_t)(n % 5);
    s->leap_indicator = (uint8_t)(n % 6);
    s->smear_hint = (uint8_t)(n % 7);
}

static bool is_whole(const struct vmclock_snapshot *s)
{
    uint64_t n = s->disruption_marker;

    return (s->flags & ~UINT64_C(0x1ff)) == (n & 1) << 40 && s->generation == n * 3 &&
           s->ref_counter == n * 5 && s->period_frac == n * 7 + 1 &&
           s->period_esterror_frac == n * 11 && s->period_maxerror_frac == n * 13 &&
           s->ref_sec == n * 17 && s->ref_frac64 == n * 19 && s->esterror_ns == n * 23 &&
           s->maxerror_ns == n * 29 && s->tai_offset_sec == (int16_t)(10 + n % 1000) &&
           s->period_shift == (uint8_t)n && s->time_type == n % 3 && s->clock_status == n % 5 &&
           s->leap_indicator == n % 6 && s->smear_hint == n % 7;
}

static void *publish_loop(void *pause_ns)
{
    const struct timespec pause = {0, *(const long *)pause_ns};
    struct vmclock_snapshot snapshot;

    stay_on(cpus[1]);
    for (uint64_t n = 1; !ends; n++) {
        make(n, &snapshot);
        if (vmclock_publish(&publisher, &snapshot))
            fail("vmclock_publish");
        atomic_fetch_add_explicit(&updates, 1, memory_order_relaxed);
        if (pause.tv_nsec)
            nanosleep(&pause, NULL);
    }
    return NULL;
}

/* What a reader does who believes in an even count: no second look. */
static bool naive_is_torn(void)
{
    const volatile struct vmclock_page *p = &page;
    uint64_t n, sec, maxerror;

    while (p->seq_count.wire & 1)
        ;
    n = p->disruption_marker.wire;
    sec = p->time_sec.wire;
    maxerror = p->time_maxerror_nanosec.wire;
    return sec != n * 17 || maxerror != n * 29;
}

static void read_naively(void)
{
    double end = now_sec() + NAIVE_LIMIT_SEC;
    unsigned long torn = 0, reads = 0;

    while (torn < NAIVE_TORN && (reads % 1024 || now_sec() < end)) {
        torn += naive_is_torn();
        reads++;
    }
    printf("without the recheck: %lu torn of %lu reads\n", torn, reads);
    if (torn < NAIVE_TORN)
        fail("this test cannot see torn pages");
}

struct tally {
    unsigned long reads, contended, busy, torn, most_tries;
};

/* One read, one try at a time. */
static void read_once(const struct vmclock *clk, struct tally *tally)
{
    struct vmclock_snapshot snapshot;
    unsigned long tries = 1;
    int error;

    while ((error = vmclock_take_snapshot(clk, &snapshot)) != 0) {
        if (error != VMCLOCK_ERR_BUSY)
            fail(vmclock_error_name(error));
        tally->busy++;
        tries++;
    }
    tally->reads++;
    tally->contended += tries > 1;
    tally->torn += !is_whole(&snapshot);
    if (tries > tally->most_tries)
        tally->most_tries = tries;
}

static void read_properly(unsigned long reads, unsigned long contended)
{
    double start = now_sec(), limit_sec = READ_LIMIT_PER_1E7_SEC * (1 + (double)reads / 1e7);
    struct tally tally = {0};
    struct vmclock clk;

    if (vmclock_open(&clk, &page, sizeof(page)))
        fail("vmclock_open");
    clk.max_tries = 1;
    while (tally.reads < reads || tally.contended < contended) {
        read_once(&clk, &tally);
        if (tally.reads % 65536 == 0 && now_sec() - start > limit_sec)
            break;
    }
    printf("vmclock_take_snapshot: %lu reads, %lu contended, %lu torn; %lu busy tries, at most %lu "
           "for one read; %.1f s\n",
           tally.reads, tally.contended, tally.torn, tally.busy, tally.most_tries,
           now_sec() - start);
    if (tally.torn)
        fail("torn pages");
    if (tally.reads < reads || tally.contended < contended)
        fail("not enough reads in time");
}

/* A page that stays in update costs as many tries as were allowed, and no more time than that. */
static void read_stuck(void)
{
    struct vmclock_snapshot snapshot;
    struct vmclock clk;
    double start;

    if (vmclock_open(&clk, &page, sizeof(page)) || vmclock_publish_begin(&publisher))
        fail("vmclock_open");
    start = now_sec();
    if (vmclock_take_snapshot(&clk, &snapshot) != VMCLOCK_ERR_BUSY)
        fail("a stuck page is not busy");
    printf("stuck page: busy after %u tries, %.3f s\n", clk.max_tries, now_sec() - start);
    if (vmclock_publish_commit(&publisher))
        fail("vmclock_publish_commit");
}

static void read_behind_1khz(void)
{
    double end = now_sec() + KHZ_SEC;
    struct vmclock_snapshot snapshot;
    struct vmclock clk;
    unsigned long reads = 0, busy = 0;

    if (vmclock_open(&clk, &page, sizeof(page)))
        fail("vmclock_open");
    clk.max_tries = KHZ_TRIES;
    while (reads % 1024 || now_sec() < end) {
        int error = vmclock_take_snapshot(&clk, &snapshot);

        /* Only that nobody promises the publisher its CPU back within so many tries. */
        if (error && (error != VMCLOCK_ERR_BUSY || ++busy > KHZ_BUSY_MAX))
            fail(vmclock_error_name(error));
        if (!error && !is_whole(&snapshot))
            fail("torn page");
        reads += !error;
    }
    printf("behind 1 kHz: %lu reads, none torn; %lu more were busy\n", reads, busy);
}

static void with_publisher(long pause_ns, void (*body)(unsigned long, unsigned long),
                           unsigned long reads, unsigned long contended)
{
    unsigned long before = updates;
    pthread_t thread;

    ends = false;
    if (pthread_create(&thread, NULL, publish_loop, &pause_ns))
        fail("pthread_create");
    while (updates == before)
        sched_yield();
    body(reads, contended);
    ends = true;
    pthread_join(thread, NULL);
    printf("  meanwhile %lu updates\n", updates - before);
}

static void both_tight(unsigned long reads, unsigned long contended)
{
    read_naively();
    read_properly(reads, contended);
}

static void khz(unsigned long reads, unsigned long contended)
{
    (void)reads;
    (void)contended;
    read_behind_1khz();
}

/* Another process's page, through its memory file. */
static int read_process(void *context, uint32_t offset, void *bytes, uint32_t length)
{
    off_t at = (off_t)((uintptr_t)&page + offset);

    return pread(*(const int *)context, bytes, length, at) != (ssize_t)length;
}

static int write_process(void *context, uint32_t offset, const void *bytes, uint32_t length)
{
    off_t at = (off_t)((uintptr_t)&page + offset);

    return pwrite(*(const int *)context, bytes, length, at) != (ssize_t)length;
}

/* The other process: reads its own page, which nobody in it writes. */
static int read_own_page(void)
{
    double end = now_sec() + PROCESS_LIMIT_SEC;
    struct tally tally = {0};
    struct vmclock clk;

    if (vmclock_open(&clk, &page, sizeof(page)))
        return 1;
    clk.max_tries = 1;
    while (tally.contended < PROCESS_CONTENDED && (tally.reads % 1024 || now_sec() < end))
        read_once(&clk, &tally);
    printf("from another process: %lu reads, %lu contended, %lu torn\n", tally.reads,
           tally.contended, tally.torn);
    fflush(stdout);
    return tally.torn || tally.contended < PROCESS_CONTENDED;
}

static void write_into_process(void)
{
    struct vmclock_publish_memory memory = {read_process, write_process, NULL};
    struct vmclock_snapshot snapshot;
    unsigned long written = 0;
    char path[64];
    int status, fd;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(read_own_page());
    snprintf(path, sizeof(path), "/proc/%d/mem", (int)child);
    fd = open(path, O_RDWR | O_CLOEXEC);
    memory.context = &fd;
    stay_on(cpus[1]);
    if (child < 0 || fd < 0 || vmclock_publish_open_memory(&publisher, &memory, sizeof(page))) {
        kill(child, SIGKILL);
        fail("the other process's memory");
    }
    do { /* until it is gone */
        make(++written, &snapshot);
    } while (!vmclock_publish(&publisher, &snapshot) && waitpid(child, &status, WNOHANG) == 0);
    waitpid(child, &status, 0);
    close(fd);
    printf("  meanwhile %lu updates\n", written);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        fail("the other process saw torn pages, or too few updates");
}

/* Two CPUs that this process may use, or false. */
static bool find_cpus(void)
{
    cpu_set_t set;
    int found = 0;

    if (sched_getaffinity(0, sizeof(set), &set))
        return false;
    for (size_t cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
        if (CPU_ISSET(cpu, &set))
            cpus[found++] = cpu;
    return found == 2;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    if (!find_cpus()) {
        printf("skipped: one CPU does not show a race\n");
        return 77;
    }
    stay_on(cpus[0]);
    if (vmclock_publish_open(&publisher, &page, sizeof(page), sizeof(page)) ||
        vmclock_publish_unreliable(&publisher))
        fail("vmclock_publish_open");
    with_publisher(0, both_tight, strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10));
    read_stuck();
    with_publisher(1000000, khz, 0, 0);
    write_into_process();
    return 0;
}
