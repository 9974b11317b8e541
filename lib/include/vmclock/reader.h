/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.h - the time now, again and again, at little more than the price of reading the counter.
 *
 * vmclock_now copies and converts the whole page each time. A reader keeps what it made of the page
 * and does so again only when the page has changed, or when the time has left the second in which
 * it was made. What it returns is the same to the last bit: so at an update of the page times may
 * step, back too (clock.h). steer.h is a clock that never goes backwards.
 */
#ifndef VMCLOCK_READER_H
#define VMCLOCK_READER_H

#include <vmclock/clock.h>
#include <vmclock/page.h>
#include <vmclock/types.h>
#include <vmclock/utc.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The 2^-64 s of a time, which grow with the ticks from a base in a straight line. Of the library. */
struct vmclock_reader_line {
    uint64_t rate;        /* 2^-(64+n) s a tick: n of the reader's scale */
    uint64_t base_frac64; /* 2^-64 s at the base, ... */
    uint64_t base_guard;  /* ... and 2^-128 s */
};

/*
 * Set by vmclock_reader_init; the caller keeps it, at least one for each CPU or thread that reads:
 * it is written at every call and not locked.
 */
struct vmclock_reader {
    /* For the caller, after vmclock_reader_now returned 0. */
    struct vmclock_reading reading;
    /* For the caller, after vmclock_reader_utc_now returned 0; reading is then of another moment. */
    struct vmclock_utc_reading utc;
    /* The page as it was last copied, its counter the value then. The next call of either kind may put
     * another snapshot here, on another axis. */
    struct vmclock_snapshot snapshot;

    /* The library's. */
    const struct vmclock *clk;
    const volatile struct vmclock_page *quick_page; /* null where the quick way is closed, ... */
    const volatile struct vmclock_page *quick_utc;  /* ... or utc is not of this window */
    const volatile struct vmclock_page *page;       /* null where there are no lines */
    uint64_t lock_word;    /* of the page: seq_count, and the constant fields beside it */
    uint64_t base_counter; /* ticks: from here on, for window_ticks, ... */
    uint64_t window_ticks; /* ... no time in reading leaves its second */
    uint64_t scale;        /* 64 - n; ticks of the window shifted by it fit */
    struct vmclock_reader_line time, earliest, latest;
    uint8_t utc_made; /* utc is of this window */
};

/*
 * Makes a reader of a page. The first vmclock_reader_now reads the page.
 *
 * reader: to be filled; not null. clk: an opened handle, which stays where it is as long as the
 * reader is used; any number of readers may share one. After max_tries or max_age_sec of it were
 * changed, call this again. Cannot fail. Bounded.
 */
void vmclock_reader_init(struct vmclock_reader *reader, const struct vmclock *clk);

/*
 * The time now: what vmclock_now would give with the same counter value, in reader->reading.
 *
 * reader: after vmclock_reader_init.
 *
 * Returns 0, or an error of vmclock_now with reader->reading untouched. reader->snapshot is then
 * untouched too, or, if it is its clock that is refused, the page as it is now.
 *
 * An update of the page is noticed by its sequence count, as it is by vmclock_take_snapshot; a
 * page put in its place, by any difference in the count, the fields beside it, the disruption
 * marker or the reference counter value. Any other change is noticed not later than at the next
 * full second of the time, of its bounds or of its age. So a publisher that keeps the protocol is
 * always noticed: it changes the count with every update, or, where it has lost the count because
 * the machine was restored or has moved to another host, the marker.
 *
 * Where the sum of the period and its error rate has more than 64 bits, the shift is above 63, the
 * counter is before the reference point, or the page has an error rate above the period, each call
 * costs what vmclock_now does.
 *
 * Bounded as vmclock_now. Not reentrant for one reader: an interrupt handler needs its own.
 * UAPI.13, "Calculating time".
 */
int vmclock_reader_now(struct vmclock_reader *reader);

/*
 * UTC now: what vmclock_utc_now would give with the same counter value, in reader->utc.
 *
 * Labels are made once a second, or when the page has changed: in between, only their fractions
 * move, which costs no more than vmclock_reader_now. A reader may be asked by both calls in turn;
 * each makes its own result alone.
 *
 * Returns 0, or an error of vmclock_now with reader->utc untouched. All else as vmclock_reader_now.
 */
int vmclock_reader_utc_now(struct vmclock_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
