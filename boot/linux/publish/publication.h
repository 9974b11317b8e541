/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publication.h - all guests of one publisher, and the one place where it waits: all guests are heard there, and have
 * their clock.
 *
 * What a guest's QEMU says is reacted to at once, which takes no answer of it. What does is a task: exchange.h. Its
 * guest is busy, and left alone meanwhile.
 */
#ifndef PUBLISH_PUBLICATION_H
#define PUBLISH_PUBLICATION_H

#include <poll.h>
#include <stdbool.h>
#include "boot/linux/publish/guest.h"

/* Places in `watched`; behind WATCH_GUESTS each guest has GUEST_WATCHES. */
enum {
    WATCH_END,
    WATCH_INTERVAL,
    WATCH_CLOCK_SET,
    WATCH_ALL,
    WATCH_ENDS,
    WATCH_COUNTERS,
    WATCH_STATUS,
    WATCH_GUESTS
};
enum { GUEST_QMP, GUEST_CONTROL, GUEST_WATCHES };

enum { SEARCH_EAGER, SEARCH_LATE, SEARCH_PACES };

struct kvm_trace;

struct publication {
    struct options options;
    struct clocks clocks;
    struct guest **guests; /* those of the options, and others that were found */
    size_t guest_count;
    struct pollfd *watched;
    nfds_t used;               /* places of it: behind them none has a descriptor */
    size_t tasks;              /* under way */
    size_t begin_first;        /* the guest who may begin first, behind the one who began last */
    const struct guest *alone; /* whose task alone may go on; null: all may */
    bool ending;               /* nothing more is begun */
    int64_t free_ms; /* when KVM guests could last be looked for as nothing was measured */
    /* Of --all-kvm: */
    int all_fd;          /* readable when guests come or go; -1: none */
    bool all_watched;    /* the kernel tells of changes */
    int all_error;       /* why there is no folder to look at, as said last */
    int64_t all_next_ms; /* when it is looked at the next time */
    int64_t
        search_ms[SEARCH_PACES]; /* when the next guest of each pace may be tried: see search.h */
    int ends_fd;                 /* an epoll(7): which guest's process has ended */
    struct kvm_trace *trace;     /* see counters.h; null: the kernel does not tell */
    bool counters_untold;        /* that it does not was said */
    int64_t counters_next_ms;    /* when it is listened to again */
    bool counters_again;     /* then some guest is to be looked at, whether or not it tells more */
    bool counters_any;       /* it may have been any guest's: all are to be looked at, */
    int64_t counters_any_ms; /* but not before */
    int64_t counters_renewal_ms; /* when that begins anew */
    int interval_fd;             /* a timer: when all are refreshed */
    int status_fd;               /* -1: none */
    struct socketfile status_file;
    int64_t metrics_ms; /* when they are written the next time */
    int end_fd;         /* readable when the publisher is to end */
};

/*
 * Timers, and the guests, all to be begun. options are set, and clocks; all else is 0. end_fd: what
 * is readable when the publisher is to end. Returns 0, or -1 having said why.
 */
int publication_open(struct publication *p, int end_fd);

/* How many places there are. */
nfds_t publication_watched(const struct publication *p);

/* One more guest, to be begun. own: is kept. Returns it, or null having said why. */
struct guest *publication_add(struct publication *p, const struct guest_options *own);

/*
 * Begins the guests. Those that fail are said, and do not end the others. Returns 0, 1: it is to end, or -1 having said
 * why.
 */
int publication_begin(struct publication *p);

/* Refreshes until it is to end, or there is no guest left. Returns 0, or -1 having said why. */
int publication_follow(struct publication *p);

/* Ends the guests; keep: their pages stay as they are. Returns whether one of them had failed. */
bool publication_end(struct publication *p, bool keep);

#endif
