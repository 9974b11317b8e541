/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wait.h - every wait of the publisher goes through here, so that no guest is forgotten meanwhile.
 */
#ifndef LINUX_WAIT_H
#define LINUX_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/* CLOCK_MONOTONIC in ms. */
int64_t wait_now_ms(void);

/* The same as of the kernel's last tick, some ms ago, for a fraction of the cost: for what has seconds of time. */
int64_t wait_about_now_ms(void);

/*
 * Waits until a descriptor is readable or at its end, or until limit_ms (of wait_now_ms) has come. In a task (task.h)
 * others go on meanwhile.
 *
 * fd: -1: none, to let time pass. Returns whether fd is readable; that is looked for at least once, however late it is.
 */
bool wait_readable(int fd, int64_t limit_ms);

#endif
