/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/linux/publish/search.h"

/* The pace of a guest: its place in search_ms, or that it has none. */
static int pace_of(const struct guest *guest)
{
    return guest->wait_ms <= GUEST_EAGER_WAIT_MS ? SEARCH_EAGER : SEARCH_LATE;
}

bool search_has(const struct guest *guest)
{
    return guest->state == GUEST_SETTLING && !guest->busy && guest->own->kvm;
}

int64_t search_left_ms(const struct publication *p, const struct guest *guest, int64_t now_ms)
{
    int64_t at_ms = guest->settled_ms;

    if (guest->wait_ms && p->search_ms[pace_of(guest)] > at_ms)
        at_ms = p->search_ms[pace_of(guest)];
    return at_ms > now_ms ? at_ms - now_ms : 0;
}

/* Whether a goes before b. */
static bool precedes(const struct guest *a, const struct guest *b)
{
    if (!a->wait_ms != !b->wait_ms)
        return !a->wait_ms;
    if (pace_of(a) != pace_of(b))
        return pace_of(a) == SEARCH_EAGER;
    return a->settled_ms < b->settled_ms;
}

void search_next(struct publication *p)
{
    int64_t now_ms = wait_now_ms();
    struct guest *first = NULL;

    for (size_t i = 0; i < p->guest_count; i++) {
        struct guest *guest = p->guests[i];

        if (search_has(guest) && !search_left_ms(p, guest, now_ms) &&
            (!first || precedes(guest, first)))
            first = guest;
    }
    if (!first)
        return;
    if (first->wait_ms)
        p->search_ms[pace_of(first)] =
            now_ms +
            1000 / (pace_of(first) == SEARCH_EAGER ? SEARCH_EAGER_A_SEC : SEARCH_LATE_A_SEC);
    guest_settle(first);
}
