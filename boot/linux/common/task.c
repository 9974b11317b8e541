/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/task.h"

#define STACK_BYTES ((size_t)256 << 10) /* of which the kernel gives what is touched */

struct task {
    void (*work)(void *context);
    void *context;
    char *stack; /* its first frame is a guard */
    ucontext_t own, beginner;
    bool over, ready;
    int fd;
    int64_t limit_ms, since_ms;
};

static struct task *present;

static size_t guard_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static void enter(void)
{
    struct task *task = present;

    task->work(task->context);
    task->over = true;
}

/* Returns null where there is no memory. */
static char *new_stack(void)
{
    char *stack = mmap(NULL, guard_bytes() + STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);

    if (stack == MAP_FAILED)
        return NULL;
    if (mprotect(stack, guard_bytes(), PROT_NONE) == 0)
        return stack;
    munmap(stack, guard_bytes() + STACK_BYTES);
    return NULL;
}

static void prepare(struct task *task)
{
    getcontext(&task->own);
    task->own.uc_stack.ss_sp = task->stack + guard_bytes();
    task->own.uc_stack.ss_size = STACK_BYTES;
    task->own.uc_link = &task->beginner;
    makecontext(&task->own, enter, 0);
}

struct task *task_new(void (*work)(void *context), void *context, int64_t now_ms)
{
    struct task *task = calloc(1, sizeof(*task));

    if (!task)
        return NULL;
    task->work = work;
    task->context = context;
    task->stack = new_stack();
    task->fd = -1;
    task->since_ms = now_ms;
    if (!task->stack) {
        free(task);
        return NULL;
    }
    prepare(task);
    return task;
}

bool task_go_on(struct task *task, bool ready)
{
    const char *about = event_guest(NULL);
    bool quiet = event_quiet(false), over;

    task->ready = ready;
    present = task;
    swapcontext(&task->beginner, &task->own);
    present = NULL;
    event_guest(about);
    event_quiet(quiet);
    over = task->over;
    if (over) {
        munmap(task->stack, guard_bytes() + STACK_BYTES);
        free(task);
    }
    return !over;
}

int task_fd(const struct task *task)
{
    return task->fd;
}

int64_t task_limit_ms(const struct task *task)
{
    return task->limit_ms;
}

int64_t task_since_ms(const struct task *task)
{
    return task->since_ms;
}

bool task_is_in(void)
{
    return present != NULL;
}

bool task_wait(int fd, int64_t limit_ms, int64_t now_ms)
{
    struct task *task = present;
    const char *about = event_guest(NULL);
    bool quiet = event_quiet(false);
    char failed[FAILURE_BYTES];

    memcpy(failed, last_failure(), sizeof(failed));
    if (fd != task->fd || limit_ms != task->limit_ms)
        task->since_ms = now_ms;
    task->fd = fd;
    task->limit_ms = limit_ms;
    swapcontext(&task->own, &task->beginner);
    restore_failure(failed);
    event_guest(about);
    event_quiet(quiet);
    return task->ready;
}
