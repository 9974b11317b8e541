/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/status.h"

#define METRICS_MS 10000

static const char *const states[] = {"waiting", "settling", "live", "gone"};

static int address_of(const struct options *options, struct sockaddr_un *address)
{
    const char *path = options->status ? options->status : STATUS_SOCKET;

    address->sun_family = AF_UNIX;
    if (snprintf(address->sun_path, sizeof(address->sun_path), "%s", path) <
        (int)sizeof(address->sun_path))
        return 0;
    return failure("control", "%s: the path is too long", path);
}

int status_open(struct publication *p)
{
    struct sockaddr_un address;

    p->status_fd = -1;
    if (!p->options.status && !p->options.all_kvm)
        return 0;
    if (address_of(&p->options, &address) < 0 || socketfile_clear(&address) < 0)
        return -1;
    p->status_fd = socketfile_listen(&address, &p->status_file);
    if (p->status_fd < 0)
        event("no status: %s: %s", address.sun_path, strerror(errno));
    return 0;
}

/* How old the page's time is. */
static int64_t age_ms(const struct guest *guest)
{
    return (wait_now_ms() * 1000000 -
            guest->clocks->lines[guest->relation.counter].last.monotonic_ns) /
           1000000;
}

static struct json_object *describe(const struct guest *guest)
{
    struct json_object *object = json_object_new_object();
    bool live = guest->state == GUEST_LIVE;

    json_object_object_add(object, "name", json_object_new_string(guest->own->name));
    json_object_object_add(object, "pid", json_object_new_int64(guest->own->kvm));
    json_object_object_add(object, "state", json_object_new_string(states[guest->state]));
    if (live) {
        json_object_object_add(object, "bound_ns", json_object_new_int64((int64_t)guest->bound_ns));
        json_object_object_add(object, "age_ms", json_object_new_int64(age_ms(guest)));
    }
    if (guest->target.open)
        json_object_object_add(
            object, "marker",
            json_object_new_int64((int64_t)guest->target.shown.disruption_marker));
    if (!live && guest->why[0])
        json_object_object_add(object, "why", json_object_new_string(guest->why));
    return object;
}

static void compose(const struct publication *p, int fd)
{
    struct json_object *guests = json_object_new_array(), *all = json_object_new_object();

    for (size_t i = 0; i < p->guest_count; i++)
        json_object_array_add(guests, describe(p->guests[i]));
    json_object_object_add(all, "guests", guests);
    (void)json_object_to_fd(fd, all, JSON_C_TO_STRING_PLAIN);
    json_object_put(all);
}

/* One byte with a descriptor. */
struct handed {
    char byte;
    struct iovec part;
    _Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))];
    struct msghdr message;
};

static void prepare(struct handed *handed)
{
    memset(handed, 0, sizeof(*handed));
    handed->part = (struct iovec){&handed->byte, 1};
    handed->message.msg_iov = &handed->part;
    handed->message.msg_iovlen = 1;
    handed->message.msg_control = handed->room;
    handed->message.msg_controllen = sizeof(handed->room);
}

void status_serve(struct publication *p)
{
    int connection = socketfile_accept(p->status_fd, SOCK_NONBLOCK);
    int file = connection < 0 ? -1 : memfd_create("status", MFD_CLOEXEC);
    struct handed handed;
    struct cmsghdr *header;

    if (file >= 0) {
        compose(p, file);
        prepare(&handed);
        header = CMSG_FIRSTHDR(&handed.message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &file, sizeof(int));
        (void)!sendmsg(connection, &handed.message, MSG_NOSIGNAL);
        close(file);
    }
    if (connection >= 0)
        close(connection);
}

/* Which guest a line is about: two with one label would spoil the file. */
static void write_metric(FILE *file, const char *metric, const struct guest *guest, double value)
{
    if (guest->own->kvm) {
        fprintf(file, "%s{pid=\"%ld\"} %.9g\n", metric, (long)guest->own->kvm, value);
        return;
    }
    fprintf(file, "%s{name=\"", metric);
    for (const char *at = guest->own->name; *at; at++)
        fputc(*at < ' ' || *at > '~' || *at == '"' || *at == '\\' ? '_' : *at, file);
    fprintf(file, "\"} %.9g\n", value);
}

static void write_metrics(const struct publication *p, FILE *file)
{
    size_t all = 0, live = 0;

    for (size_t i = 0; i < p->guest_count; i++) {
        const struct guest *guest = p->guests[i];

        if (guest->state == GUEST_GONE)
            continue;
        all++;
        live += guest->state == GUEST_LIVE;
        write_metric(file, "vmclock_guest_live", guest, guest->state == GUEST_LIVE);
        if (guest->state == GUEST_LIVE)
            write_metric(file, "vmclock_guest_bound_seconds", guest, (double)guest->bound_ns / 1e9);
    }
    fprintf(file,
            "vmclock_guests %zu\nvmclock_guests_live %zu\nvmclock_written_timestamp_seconds %ld\n",
            all, live, (long)time(NULL));
}

/* A file that nobody else has put there, as a link or a pipe; null with errno set. */
static FILE *make_metrics(const char *path)
{
    int fd;

    if (unlink(path) < 0 && errno != ENOENT)
        return NULL;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

static void renew_metrics(const struct publication *p)
{
    char path[PATH_MAX];
    FILE *file;
    int failed;

    if (snprintf(path, sizeof(path), "%s.new", p->options.metrics) >= (int)sizeof(path)) {
        event("no metrics: %s", strerror(ENAMETOOLONG));
        return;
    }
    file = make_metrics(path);
    if (!file) {
        event("no metrics: %s: %s", path, strerror(errno));
        return;
    }
    write_metrics(p, file);
    failed = fflush(file) || ferror(file);
    if (fclose(file) || failed || rename(path, p->options.metrics))
        event("no metrics: %s: %s", path, strerror(errno));
}

void status_metrics(struct publication *p)
{
    int64_t now_ms = wait_now_ms();

    if (!p->options.metrics || now_ms < p->metrics_ms)
        return;
    p->metrics_ms = now_ms + METRICS_MS;
    renew_metrics(p);
}

void status_end(struct publication *p)
{
    struct sockaddr_un address;

    if (p->options.metrics)
        renew_metrics(p); /* nobody has a clock of ours any more */
    if (p->status_fd < 0 || address_of(&p->options, &address) < 0)
        return;
    close(p->status_fd);
    socketfile_remove(&address, &p->status_file);
}

static const char *text_of(struct json_object *guest, const char *key)
{
    struct json_object *value;

    return json_object_object_get_ex(guest, key, &value) ? json_object_get_string(value) : "-";
}

static void print_table(struct json_object *all)
{
    struct json_object *guests = NULL;

    json_object_object_get_ex(all, "guests", &guests);
    printf("%-24s %-9s %12s %7s %20s  %s\n", "guest", "state", "bound_ns", "age_ms", "marker",
           "why not");
    for (size_t i = 0; guests && i < json_object_array_length(guests); i++) {
        struct json_object *guest = json_object_array_get_idx(guests, i);

        printf("%-24s %-9s %12s %7s %20s  %s\n", text_of(guest, "name"), text_of(guest, "state"),
               text_of(guest, "bound_ns"), text_of(guest, "age_ms"), text_of(guest, "marker"),
               text_of(guest, "why"));
    }
}

/* The file that is handed over a connection, from its start; -1 with errno set. */
static int receive(int connection)
{
    struct handed handed;
    struct cmsghdr *header;
    int file = -1;

    prepare(&handed);
    if (recvmsg(connection, &handed.message, MSG_CMSG_CLOEXEC) <= 0)
        return -1;
    header = CMSG_FIRSTHDR(&handed.message);
    if (header && header->cmsg_type == SCM_RIGHTS)
        memcpy(&file, CMSG_DATA(header), sizeof(int));
    if (file >= 0)
        (void)lseek(file, 0, SEEK_SET);
    return file;
}

int status_ask(const struct options *options)
{
    struct sockaddr_un address;
    struct json_object *all;
    int connection, file;

    if (address_of(options, &address) < 0)
        return -1;
    connection = socketfile_connect(&address, 0);
    if (connection < 0)
        return failure(errno == EACCES ? "permission" : "control",
                       "%s: %s: no publisher with a status", address.sun_path, strerror(errno));
    file = receive(connection);
    close(connection);
    all = file < 0 ? NULL : json_object_from_fd(file);
    if (file >= 0)
        close(file);
    if (!all)
        return failure("control", "%s: the publisher went away", address.sun_path);
    if (options->json)
        puts(json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY));
    else
        print_table(all);
    json_object_put(all);
    return 0;
}
