/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks a guest for the time through the word of RAM that tests/images/mailbox.c answers, again and again,
 * and prints a line for each answer: CLOCK_REALTIME before the question and after the guest's reading, ns,
 * and the answer's words. Until so many were taken within 10 us, or 20 s are over.
 *
 *     ask RAM-FILE OFFSET COUNT
 *
 * Exit: 0; 1 when the guest does not answer; 2 wrong usage.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define FRAME 4096
#define ANSWER_WORDS 9
#define TIMEOUT_NS INT64_C(10000000000)
#define LIMIT_NS INT64_C(20000000000)
#define NARROW_NS 10000

enum { WORD_QUESTION = 1, WORD_MAX_AGE = 2, WORD_TAKEN = 3, WORD_ANSWER = 4 };

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* CLOCK_REALTIME when the word has become number, or -1 when it does not. */
static int64_t wait_ns(volatile int64_t *word, int64_t number)
{
    const int64_t end_ns = now_ns() + TIMEOUT_NS;
    unsigned spins = 0;

    while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != number)
        if (++spins % 1000 == 0 && now_ns() > end_ns)
            return -1;
    return now_ns();
}

/* One question. Returns the width of the window, or -1 when there is no answer. */
static int64_t ask(volatile int64_t *words, int64_t number)
{
    int64_t values[ANSWER_WORDS], before_ns, after_ns;

    words[WORD_MAX_AGE] = 0;
    before_ns = now_ns();
    __atomic_store_n(&words[WORD_QUESTION], number, __ATOMIC_SEQ_CST);
    after_ns = wait_ns(&words[WORD_TAKEN], number);
    if (after_ns < 0 || wait_ns(&words[WORD_ANSWER], number) < 0)
        return -1;
    for (int i = 0; i < ANSWER_WORDS; i++)
        values[i] = words[WORD_ANSWER + 1 + i];
    printf("%" PRId64 " %" PRId64, before_ns, after_ns);
    for (int i = 0; i < ANSWER_WORDS; i++)
        printf(" %" PRId64, values[i]);
    putchar('\n');
    return after_ns - before_ns;
}

int main(int argc, char **argv)
{
    int fd = argc == 4 ? open(argv[1], O_RDWR) : -1;
    long offset = fd >= 0 ? strtol(argv[2], NULL, 0) : -1, count = fd >= 0 ? atol(argv[3]) : 0;
    volatile int64_t *words;
    int64_t end_ns;

    if (fd < 0 || offset < 0 || offset % FRAME || count < 1)
        return 2;
    words = mmap(NULL, FRAME, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
    if (words == MAP_FAILED)
        return 2;
    end_ns = now_ns() + LIMIT_NS;
    for (int64_t number = words[WORD_QUESTION] + 1; count && now_ns() < end_ns; number++) {
        const struct timespec pause = {0, 200000};
        int64_t width_ns = ask(words, number);

        if (width_ns < 0)
            return 1;
        count -= width_ns <= NARROW_NS;
        nanosleep(&pause, NULL);
    }
    return 0;
}
