/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.h - the socket by which a live publisher is asked to do something to its guest.
 *
 * A question is a line, "VERB" or "VERB ARGUMENT"; the answer is the line "ok" or "error: NAME: why".
 */
#ifndef PUBLISH_CONTROL_H
#define PUBLISH_CONTROL_H

#include "boot/linux/publish/guest.h"

/*
 * Makes the guest's control socket, in place of one of our own user that nobody listens on any more.
 * Where it cannot be made it says so and does without.
 *
 * Returns 0, or -1 having said that another publisher has it, or that something else is there.
 */
int control_listen(struct guest *guest);

/*
 * Somebody who asks is heard bit by bit, and nobody waits for him; there is one at a time. What is to be watched for
 * him, or for the next one; -1: nothing. How long he may take yet.
 */
int control_watched(const struct guest *guest);
int64_t control_left_ms(const struct guest *guest, int64_t now_ms);

/* Reacts to what is watched. */
void control_hear(struct guest *guest);

/* Turns him away. */
void control_let_go(struct guest *guest);

/* Whether all was heard of what somebody asks; carries that out, and answers. */
bool control_asks(const struct guest *guest);
void control_answer(struct guest *guest);

/* Removes the socket, if there is one. */
void control_end(struct guest *guest);

#define CONTROL_NOBODY 1

/*
 * Asks the guest's publisher to carry out a verb, and waits until it has.
 *
 * Returns 0, CONTROL_NOBODY, or -1 having said what the publisher answered.
 */
int control_ask(const struct guest_options *guest, enum verb verb, const char *argument);

#endif
