/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clockset.c - the publisher's host, as far as a test changes it under a publisher that runs: linked with
 *     --wrap=clock_gettime --wrap=adjtimex --wrap=timerfd_settime
 *
 * VMCLOCK_HOST names a file with struct host, and beside it, with .set behind the name, a FIFO: a byte
 * written there is CLOCK_REALTIME having been set. No other timer fires, so nothing is refreshed but for
 * that.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

struct host {
    int64_t ahead_ns; /* what CLOCK_REALTIME reads, to what it would */
    int64_t maxerror_us;
    int32_t state, status, tai; /* adjtimex's */
};

int __wrap_clock_gettime(clockid_t id, struct timespec *now);
int __real_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_adjtimex(struct timex *timex);
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old);

static const volatile struct host *host(void)
{
    static const volatile struct host *mapped;

    if (!mapped) {
        int fd = open(getenv("VMCLOCK_HOST"), O_RDONLY | O_CLOEXEC);
        void *at = mmap(NULL, sizeof(*mapped), PROT_READ, MAP_SHARED, fd, 0);

        if (at == MAP_FAILED)
            abort();
        close(fd);
        mapped = at;
    }
    return mapped;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *now)
{
    int error = __real_clock_gettime(id, now);

    if (id == CLOCK_REALTIME) {
        int64_t ns = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + host()->ahead_ns;

        now->tv_sec = ns / 1000000000;
        now->tv_nsec = ns % 1000000000;
    }
    return error;
}

int __wrap_adjtimex(struct timex *timex)
{
    memset(timex, 0, sizeof(*timex));
    timex->status = host()->status;
    timex->tai = host()->tai;
    timex->maxerror = (long)host()->maxerror_us;
    timex->tolerance = 500 << 16;
    errno = EPERM;
    return host()->state;
}

int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    static int is_fifo;
    char path[200], byte;
    int fifo;

    (void)new;
    (void)old;
    if (!(flags & TFD_TIMER_CANCEL_ON_SET))
        return 0;
    if (is_fifo) /* what it told of is over */
        return read(fd, &byte, 1) < 0 ? -1 : 0;
    snprintf(path, sizeof(path), "%s.set", getenv("VMCLOCK_HOST"));
    fifo = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fifo < 0 || dup2(fifo, fd) < 0)
        abort();
    close(fifo);
    is_fifo = 1;
    return 0;
}
