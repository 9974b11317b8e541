/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/memory.h"
#include "boot/linux/qemu/process.h"
#include "boot/report/number.h"

#define DEFAULT_PHYS 0xfeffb000u
#define COMPARED_WORDS 4
#define COMPARE_TRIES 5

/* A property of an object. Returns as qmp_command. */
static int get_property(struct qmp *qmp, const char *path, const char *name,
                        struct json_object **value)
{
    struct json_object *arguments = json_object_new_object();

    json_object_object_add(arguments, "path", json_object_new_string(path));
    json_object_object_add(arguments, "property", json_object_new_string(name));
    return qmp_command(qmp, "qom-get", arguments, value);
}

/* The path of the first vmclock device among a container's children. Returns 0, 1: none, or -1. */
static int find_child(struct qmp *qmp, const char *container, char *path, size_t path_size)
{
    struct json_object *arguments = json_object_new_object(), *children = NULL;
    int error, found = 1;

    json_object_object_add(arguments, "path", json_object_new_string(container));
    error = qmp_command(qmp, "qom-list", arguments, &children);
    if (error)
        return error;
    for (size_t i = 0; found && i < qmp_length(children); i++) {
        struct json_object *child = json_object_array_get_idx(children, i);
        const char *type = json_object_get_string(qmp_member(child, "type"));
        const char *name = json_object_get_string(qmp_member(child, "name"));

        if (type && name && !strcmp(type, "child<vmclock>")) {
            snprintf(path, path_size, "%s/%s", container, name);
            found = 0;
        }
    }
    json_object_put(children);
    return found;
}

int process_find_device(struct qmp *qmp, uint64_t *phys)
{
    struct json_object *address = NULL;
    char device[256], region[288];
    int error = find_child(qmp, "/machine/peripheral", device, sizeof(device));

    if (error > 0)
        error = find_child(qmp, "/machine/peripheral-anon", device, sizeof(device));
    if (error < 0)
        return -1;
    if (error)
        return failure("device", "this QEMU has no vmclock device: start it with -device vmclock "
                                 "(QEMU 10 and later, x86), or use --file or --phys");
    snprintf(region, sizeof(region), "%s/vmclock_page[0]", device);
    error = get_property(qmp, region, "addr", &address);
    if (error < 0)
        return -1;
    *phys = error ? DEFAULT_PHYS : (uint64_t)json_object_get_int64(address);
    json_object_put(address);
    return 0;
}

/* Where QEMU has a guest's address. Returns 0, or -1 having said why. */
static int translate(struct qmp *qmp, uint64_t phys, uint64_t *at)
{
    struct json_object *answer = NULL;
    const char *text, *value;
    char line[64];
    int error;

    snprintf(line, sizeof(line), "gpa2hva 0x%" PRIx64, phys);
    error = qmp_monitor(qmp, line, &answer);
    if (error < 0)
        return -1;
    if (error)
        return failure("address", "QEMU refuses gpa2hva: %s", qmp->refusal);
    text = json_object_get_string(answer);
    value = text ? strstr(text, " is 0x") : NULL;
    value = value ? value + strlen(" is ") : "";
    if (!number_scan(&value, at))
        error = failure("address", "0x%" PRIx64 " is no memory of the guest: %.*s", phys,
                        text ? (int)strcspn(text, "\r\n") : 0, text ? text : "");
    json_object_put(answer);
    return error;
}

/* Whether QEMU reads at the page what its process has there. Returns 1: yes, 0: no, -1. */
static int compare(struct qmp *qmp, struct process_page *page)
{
    struct json_object *answer = NULL;
    uint32_t seen[COMPARED_WORDS], words[COMPARED_WORDS];
    const char *text;
    char line[64];
    int error;

    snprintf(line, sizeof(line), "xp /%dxw 0x%" PRIx64, COMPARED_WORDS, page->phys);
    error = qmp_monitor(qmp, line, &answer);
    if (error < 0)
        return -1;
    text = error ? NULL : json_object_get_string(answer);
    error = !text || process_read(page, 0, words, sizeof(words)) ||
            sscanf(text, "%*[0-9a-fA-F]: 0x%" SCNx32 " 0x%" SCNx32 " 0x%" SCNx32 " 0x%" SCNx32,
                   &seen[0], &seen[1], &seen[2], &seen[3]) != COMPARED_WORDS;
    json_object_put(answer);
    return !error && !memcmp(seen, words, sizeof(words));
}

int process_open(struct qmp *qmp, uint64_t phys, uint32_t size, pid_t pid, bool writable,
                 struct process_page *page)
{
    uint64_t last;
    int same = 0;

    page->fd = -1;
    page->phys = phys;
    if (translate(qmp, phys, &page->at) < 0 || translate(qmp, phys + size - 1, &last) < 0)
        return -1;
    if (last - page->at != size - 1)
        return failure("address",
                       "0x%" PRIx64 ": the guest's %" PRIu32 " bytes there are not one "
                       "piece of QEMU's memory",
                       phys, size);
    page->fd = memory_open(&qmp->peer, pid, page->at, size, writable);
    if (page->fd < 0)
        return -1;
    /* More than once, for a page that is just being written. */
    for (int tries = 0; !same && tries < COMPARE_TRIES; tries++)
        same = compare(qmp, page);
    if (same < 0)
        return -1;
    if (!same)
        return failure("process", "process %ld is not the QEMU of this guest: name it by --pid",
                       (long)(pid ? pid : qmp->peer.pid));
    return 0;
}

int process_read(void *context, uint32_t offset, void *bytes, uint32_t length)
{
    const struct process_page *page = context;

    return pread(page->fd, bytes, length, (off_t)(page->at + offset)) != (ssize_t)length;
}

int process_write(void *context, uint32_t offset, const void *bytes, uint32_t length)
{
    const struct process_page *page = context;

    return pwrite(page->fd, bytes, length, (off_t)(page->at + offset)) != (ssize_t)length;
}

void process_close(struct process_page *page)
{
    if (page->fd >= 0)
        close(page->fd);
    page->fd = -1;
}
