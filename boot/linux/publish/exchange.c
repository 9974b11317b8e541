/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/linux/common/event.h"
#include "boot/linux/common/task.h"
#include "boot/linux/publish/control.h"
#include "boot/linux/publish/exchange.h"
#include "boot/linux/publish/search.h"

#define TASKS_MAX 100 /* at once */
#define HANGS_MS 100  /* no QEMU that is well takes so long to stop or start a guest */

int64_t exchange_left_ms(const struct publication *p, int64_t now_ms)
{
    int64_t longest_ms = 0;

    if (p->ending || p->alone || p->tasks >= TASKS_MAX)
        return INT64_MAX;
    for (size_t i = 0; i < p->guest_count && p->tasks; i++) {
        const struct guest *guest = p->guests[i];
        int64_t left_ms;

        if (!guest->task || !guest->own->qmp)
            continue;
        left_ms = guest->unhurried ? 0 : task_since_ms(guest->task) + HANGS_MS - now_ms;
        longest_ms = left_ms > longest_ms ? left_ms : longest_ms;
    }
    return longest_ms;
}

int64_t exchange_held_ms(const struct publication *p, int64_t now_ms)
{
    int64_t left_ms = p->free_ms + HANGS_MS - now_ms;

    if (p->ending || p->alone)
        return HANGS_MS;
    return !exchange_left_ms(p, now_ms) || left_ms < 0 ? 0 : left_ms;
}

bool exchange_may_go_on(const struct publication *p, const struct guest *guest)
{
    return guest->task && (!p->alone || p->alone == guest);
}

void exchange_go_on(struct publication *p)
{
    for (size_t i = 0; i < p->guest_count && p->tasks; i++) {
        struct guest *guest = p->guests[i];
        bool ready;

        if (!exchange_may_go_on(p, guest))
            continue;
        ready = p->watched[WATCH_GUESTS + i * GUEST_WATCHES + GUEST_QMP].revents != 0;
        if (!ready && wait_now_ms() < task_limit_ms(guest->task))
            continue;
        if (!task_go_on(guest->task, ready)) {
            guest->task = NULL;
            p->tasks--;
        }
        p->alone = guest->task && (p->clocks.measuring || p->clocks.sampling) ? guest : NULL;
    }
}

static void begin(void *context)
{
    struct guest *guest = context;
    const char *other = event_guest(guest->label);

    guest->begun = true;
    if (control_listen(guest) < 0)
        guest_give_up(guest);
    else
        guest_begin(guest);
    event_guest(other);
}

static void carry_out(void *context)
{
    control_answer(context);
}

static void settle(void *context)
{
    guest_settle(context);
}

/* What is due for a guest; null: nothing. */
static void (*due(const struct guest *guest))(void *context)
{
    if (guest->task || guest->state == GUEST_GONE)
        return NULL;
    if (!guest->begun)
        return begin;
    if (guest->client && control_asks(guest))
        return carry_out;
    if (guest->state == GUEST_SETTLING && !search_has(guest) && wait_now_ms() >= guest->settled_ms)
        return settle;
    return NULL;
}

void exchange_begin(struct publication *p)
{
    const size_t first = p->begin_first;

    for (size_t tried = 0; tried < p->guest_count && !p->ending; tried++) {
        size_t i = (first + tried) % p->guest_count;
        struct guest *guest = p->guests[i];
        void (*work)(void *) = due(guest);

        /* Who has no QEMU waits for none. */
        if (work && (!guest->own->qmp || !exchange_left_ms(p, wait_now_ms())))
            guest->task = task_new(work, guest, wait_now_ms());
        if (!work || !guest->task)
            continue;
        p->tasks++;
        p->begin_first = i + 1;
    }
}
