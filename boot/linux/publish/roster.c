/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which guests a publisher has.
 */
#include <stdlib.h>
#include <string.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/counters.h"

nfds_t publication_watched(const struct publication *p)
{
    return WATCH_GUESTS + p->guest_count * GUEST_WATCHES;
}

struct guest *publication_add(struct publication *p, const struct guest_options *own)
{
    size_t count = p->guest_count + 1, watched = WATCH_GUESTS + count * GUEST_WATCHES;
    struct guest **guests = reallocarray(p->guests, count, sizeof(struct guest *));
    const size_t bytes =
        (sizeof(struct guest) + GUEST_ALIGNMENT - 1) / GUEST_ALIGNMENT * GUEST_ALIGNMENT;
    struct guest *guest = aligned_alloc(GUEST_ALIGNMENT, bytes);
    struct pollfd *more;

    p->guests = guests ? guests : p->guests;
    more = reallocarray(p->watched, watched, sizeof(*more));
    p->watched = more ? more : p->watched;
    if (!guests || !guest || !more) {
        free(guest);
        failure("file", "no memory for so many guests");
        return NULL;
    }
    memset(guest, 0, bytes);
    for (size_t i = publication_watched(p); i < watched; i++)
        p->watched[i] = (struct pollfd){.fd = -1, .events = POLLIN};
    guest->options = &p->options;
    guest->own = own;
    guest->clocks = &p->clocks;
    guest->label = p->options.guest_count > 1 || p->options.all_kvm ? own->name : NULL;
    guest->acts_alone = p->options.verb != VERB_NONE;
    guest->control_fd = guest->pidfd = -1;
    guest->ends_fd = p->ends_fd;
    guest->machine.qmp.fd = -1;
    p->guests[p->guest_count++] = guest;
    if (own->kvm)
        counters_open(p);
    return guest;
}
