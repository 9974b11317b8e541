/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task.h - work that waits for others in its middle, on a stack of its own: whoever began it goes on meanwhile.
 */
#ifndef LINUX_TASK_H
#define LINUX_TASK_H

#include <stdbool.h>
#include <stdint.h>

struct task;

/* Work to be begun by task_go_on; null where there is no memory for it. now_ms: of wait_now_ms, as below. */
struct task *task_new(void (*work)(void *context), void *context, int64_t now_ms);

/*
 * Does it up to its next wait, from which it comes with ready. Not from within a task. Returns whether it waits; else
 * it is over, and the task is gone.
 */
bool task_go_on(struct task *task, bool ready);

/*
 * What it waits for: a descriptor that is to be readable, -1: none; and until when, and since when, of wait_now_ms. Of
 * one that has not begun: none, for no time, since it was made. Who waits on for the same, as not all of it has come, has
 * waited since before.
 */
int task_fd(const struct task *task);
int64_t task_limit_ms(const struct task *task);
int64_t task_since_ms(const struct task *task);

/* Whether this is work of a task. */
bool task_is_in(void);

/*
 * Waits, within a task: its task_go_on returns. Returns what the next one says. What lines are about, whether failures
 * are quiet, and the last failure (event.h) are the task's own again then.
 */
bool task_wait(int fd, int64_t limit_ms, int64_t now_ms);

#endif
