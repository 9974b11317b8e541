/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qmp.h - a connection to QEMU's machine protocol: commands, and the events in between.
 */
#ifndef PUBLISH_QMP_H
#define PUBLISH_QMP_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qmp {
    int fd;
    char *buffer; /* bytes received, not yet taken */
    size_t filled;
    size_t capacity;
    uint64_t received_ticks; /* host_ticks() right after bytes were received last */
    /* Called for each event, also during qmp_command. name is "STOP", "RESUME", ... */
    void (*on_event)(void *context, const char *name, struct json_object *message);
    void *context;
};

/*
 * Connects and negotiates; waits up to 2 s for the socket to be there. The caller has set on_event
 * and context.
 *
 * Returns 0, or -1 having said why.
 */
int qmp_open(struct qmp *qmp, const char *path);

/*
 * Executes a command and waits for its return; at most 10 s.
 *
 * arguments: the command's arguments, given away; or null.
 * result: the returned object, to be released by json_object_put; null: not wanted.
 * Returns 0, 1 when QEMU answers with an error (nothing is said, *result is untouched), or -1 when
 * the connection fails, having said so.
 */
int qmp_command(struct qmp *qmp, const char *name, struct json_object *arguments,
                struct json_object **result);

/* add-fd: gives QEMU a copy of a descriptor. Result and return as qmp_command. */
int qmp_pass_fd(struct qmp *qmp, int fd, struct json_object **result);

/* Takes what has arrived, calling on_event. Returns 0, or -1 when QEMU closed the connection. */
int qmp_drain(struct qmp *qmp);

void qmp_close(struct qmp *qmp);

#endif
