/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The publisher dies after every single instruction, and is started again on what it left.
 *
 * A child that publishes into shared memory is stepped by ptrace. After each step what is in the
 * page is what a death there would leave: a reader has to find it busy, or whole, and the next
 * publisher has to heal it. Every different page that the first life leaves is then the start of a
 * second life, which dies everywhere too.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vmclock/error.h>
#include <vmclock/page.h>
#include <vmclock/publish.h>

#define PAGE_BYTES sizeof(struct vmclock_page)
#define MAX_STATES 512

struct state {
    _Alignas(8) unsigned char bytes[PAGE_BYTES];
};

static struct state *shared;
static struct state states[MAX_STATES];
static unsigned state_count;
static unsigned long steps, checks, found_busy, found_whole, found_no_page;

static void fail(const char *what)
{
    printf("FAILED: %s\n", what);
    exit(1);
}

static uint64_t no_counter(void *context)
{
    (void)context;
    return 0;
}

/* All fields follow from n. */
static void make(uint64_t n, struct vmclock_snapshot *s)
{
    memset(s, 0, sizeof(*s));
    n *= UINT64_C(0x0101010101010101); /* all bytes of n: none is left by a neighbour */
    s->disruption_marker = n;
    s->generation = n + 1;
    s->ref_counter = n + 2;
    s->period_frac = n + 3;
    s->period_maxerror_frac = n + 4;
    s->ref_sec = n + 5;
    s->ref_frac64 = n + 6;
    s->maxerror_ns = n + 7;
    s->have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR |
              VMCLOCK_HAVE_GENERATION;
    s->period_shift = (uint8_t)n;
    s->time_type = VMCLOCK_TIME_TYPE_TAI;
    s->clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
}

static bool is_whole(const struct vmclock_snapshot *s)
{
    uint64_t n = s->disruption_marker;

    return s->generation == n + 1 && s->ref_counter == n + 2 && s->period_frac == n + 3 &&
           s->period_maxerror_frac == n + 4 && s->ref_sec == n + 5 && s->ref_frac64 == n + 6 &&
           s->maxerror_ns == n + 7 && s->period_shift == (uint8_t)n &&
           s->time_type == VMCLOCK_TIME_TYPE_TAI && n % 0x0101010101010101 == 0 &&
           (s->clock_status == VMCLOCK_CLOCK_STATUS_SYNCHRONIZED ||
            s->clock_status == VMCLOCK_CLOCK_STATUS_UNRELIABLE);
}

static int read_page(const struct state *state, struct vmclock_snapshot *snapshot)
{
    static const struct vmclock_counter counter = {no_counter, NULL, 0};
    struct vmclock clk;
    int error = vmclock_open_with_counter(&clk, state, PAGE_BYTES, &counter);

    if (error)
        return error;
    clk.max_tries = 2;
    return vmclock_take_snapshot(&clk, snapshot);
}

/* The life of a publisher that publishes n and n + 1 and ends in order. */
static int live(volatile void *page, unsigned n)
{
    struct vmclock_publisher publisher;
    struct vmclock_snapshot snapshot;
    int error = vmclock_publish_open(&publisher, page, PAGE_BYTES, PAGE_BYTES);

    for (unsigned i = 0; i < 2 && !error; i++) {
        make(n + i, &snapshot);
        error = vmclock_publish(&publisher, &snapshot);
    }
    return error ? error : vmclock_publish_unreliable(&publisher);
}

/* was_page: the memory was a vmclock page before this life, so a reader finds one ever after. */
static void check(const struct state *left, bool was_page)
{
    struct vmclock_snapshot before, after;
    struct state healed = *left;
    int error = read_page(left, &before);

    checks++;
    if (error == VMCLOCK_ERR_BUSY)
        found_busy++;
    else if (!error && is_whole(&before))
        found_whole++;
    else if (error == VMCLOCK_ERR_MAGIC && !was_page)
        found_no_page++;
    else
        fail(error ? vmclock_error_name(error) : "a mixture was read");
    if (live(&healed, 99) || read_page(&healed, &after) || !is_whole(&after) ||
        after.clock_status != VMCLOCK_CLOCK_STATUS_UNRELIABLE ||
        after.disruption_marker != UINT64_C(0x6464646464646464))
        fail("not healed");
    if (!error && after.seq == before.seq)
        fail("the sequence count did not move on");
}

static void note(const struct state *state)
{
    for (unsigned i = 0; i < state_count; i++)
        if (!memcmp(&states[i], state, PAGE_BYTES))
            return;
    if (state_count == MAX_STATES)
        fail("too many states");
    states[state_count++] = *state;
}

/* One life on the shared page, with a death at every instruction. */
static void die_everywhere(unsigned n, bool was_page, bool note_states)
{
    struct state last = *shared;
    int status;
    pid_t child;

    check(&last, was_page);
    child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        _exit(live(shared, n) ? 1 : 0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        fail("fork");
    while (WIFSTOPPED(status)) {
        if (memcmp(&last, shared, PAGE_BYTES) != 0) {
            last = *shared;
            check(&last, was_page);
            if (note_states)
                note(&last);
        }
        steps++;
        if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) || waitpid(child, &status, 0) != child) {
            kill(child, SIGKILL);
            fail("ptrace");
        }
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        fail("the publisher failed");
}

int main(void)
{
    unsigned first;

    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        fail("mmap");
    fflush(stdout);
    die_everywhere(1, false, true); /* memory of zeros, */
    memset(shared, 0x5a, PAGE_BYTES);
    die_everywhere(3, false, true); /* of something else, */
    die_everywhere(5, true, true);  /* and a page */
    first = state_count;
    for (unsigned i = 0; i < first; i++) {
        struct vmclock_snapshot snapshot;

        *shared = states[i];
        die_everywhere(7, read_page(shared, &snapshot) != VMCLOCK_ERR_MAGIC, false);
    }
    printf("%lu steps in %u lives: %lu pages left; %lu busy, %lu whole, %lu not yet a page; all "
           "healed\n",
           steps, 3 + first, checks, found_busy, found_whole, found_no_page);
    return found_busy > 100 && found_whole > 100 && first > 30 ? 0 : 1;
}
