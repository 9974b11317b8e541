/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <poll.h>
#include <time.h>
#include "boot/linux/common/task.h"
#include "boot/linux/common/wait.h"

static int64_t read_ms(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t wait_now_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t wait_about_now_ms(void)
{
    return read_ms(CLOCK_MONOTONIC_COARSE);
}

bool wait_readable(int fd, int64_t limit_ms)
{
    struct pollfd watched = {.fd = fd, .events = POLLIN};

    if (task_is_in())
        return task_wait(fd, limit_ms, wait_now_ms());
    for (;;) {
        int64_t left_ms = limit_ms - wait_now_ms();

        if (poll(&watched, 1, left_ms > 0 ? (int)(left_ms < INT_MAX ? left_ms : INT_MAX) : 0) > 0)
            return true;
        if (left_ms <= 0)
            return false;
    }
}
