/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint.h - what is wrong with a page, or unusual, by name.
 */
#ifndef DUMP_LINT_H
#define DUMP_LINT_H

#include <stdbool.h>
#include <stddef.h>
#include <vmclock/vmclock.h>

/*
 * Who is told: name is one word, for programs; text a sentence. wrong: it misleads readers, or keeps
 * them from the time; else it is unusual.
 */
struct lint_sink {
    void (*find)(void *context, bool wrong, const char *name, const char *text);
    void *context;
};

/*
 * What can be seen in the bytes of a page.
 *
 * raw: the first bytes, 0 beyond mapped_size. error: what vmclock_open or the snapshot gave, or 0.
 */
void lint_page(const struct vmclock_page *raw, size_t mapped_size, int error,
               const struct lint_sink *sink);

/* What can be seen in a snapshot: the fields and how they fit together. */
void lint_snapshot(const struct vmclock_snapshot *snapshot, const struct lint_sink *sink);

/*
 * That nobody refreshes the page; to be asked after having looked for longer than any publisher takes
 * from one update to the next (a second), and when there was none.
 *
 * age_sec: since the reference point, by the page's counter, or what lint_age_sec gives.
 */
void lint_refresh(const struct vmclock_snapshot *snapshot, int64_t age_sec,
                  const struct lint_sink *sink);

/*
 * How long ago the reference point was, s, by this host's clock, for whoever cannot read the page's
 * counter: at least so long where the TAI offset is not known, 0 or less where there is no epoch.
 */
int64_t lint_age_sec(const struct vmclock_snapshot *snapshot, int64_t unix_sec);

/* What an update did, from the snapshot before it and after it. */
void lint_update(const struct vmclock_snapshot *before, const struct vmclock_snapshot *after,
                 const struct lint_sink *sink);

#endif
