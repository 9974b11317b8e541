/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.h - what takes answers of a guest's QEMU, to begin with it, to relate it anew, a verb: each a task (task.h)
 * of its guest's, so that a QEMU which is slow or hangs makes nobody wait but who asked it.
 *
 * Two that measure would make each other's result worse: one is begun while another measures only where that one's
 * QEMU hangs.
 */
#ifndef PUBLISH_EXCHANGE_H
#define PUBLISH_EXCHANGE_H

#include "boot/linux/publish/publication.h"

/* Milliseconds until the next may be begun; INT64_MAX: others have to end before. */
int64_t exchange_left_ms(const struct publication *p, int64_t now_ms);

/*
 * The same until KVM guests may be looked for, and tried: that takes no answer of any QEMU, but a millisecond. They are
 * not held up by QEMUs that hang, nor by many that are slow, one behind the other.
 */
int64_t exchange_held_ms(const struct publication *p, int64_t now_ms);

/* Whether a guest has one whose turn it may be: where one measures a rate, or is at the clocks, it is only that one. */
bool exchange_may_go_on(const struct publication *p, const struct guest *guest);

/* Those go on that have what they wait for, as poll(2) says in p->watched, or have waited for long enough. */
void exchange_go_on(struct publication *p);

/*
 * Begins those that are due, in turn: who is due again and again is behind all others. Their first steps are done as they
 * go on. Where there is no memory for one it stays due.
 */
void exchange_begin(struct publication *p);

#endif
