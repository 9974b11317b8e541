/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's tables as Linux shows them.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "boot/linux/find/sources.h"

/* ROOT/PATH, or ROOT/PATH/NAME. Never freed: the result names files by it. */
static char *join(const char *root, const char *path, const char *name)
{
    char *joined;

    if (asprintf(&joined, "%s/%s%s%s", root, path, *name ? "/" : "", name) < 0)
        abort();
    return joined;
}

static int is_wanted(const struct dirent *entry)
{
    return strcmp(entry->d_name, "DSDT") == 0 || strncmp(entry->d_name, "SSDT", 4) == 0;
}

/* The DSDT, then the SSDTs by their numbers. Returns whether the directory is there. */
static bool find_in_directory(const char *root, const char *path, struct result *result)
{
    struct dirent **entries;
    char *directory = join(root, path, "");
    int count = scandir(directory, &entries, is_wanted, versionsort);
    const struct place place = {.file = directory};

    if (count < 0 && errno == ENOENT)
        return false;
    if (count < 0)
        result_add_refusal(result, &place, RANK_FILE, errno == EACCES ? "permission" : "file", "%s",
                           strerror(errno));
    for (int i = 0; i < count; i++) {
        find_in_tables(join(root, path, entries[i]->d_name), result);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return true;
}

void find_in_sysfs(const char *root, struct result *result)
{
    bool any = find_in_directory(root, "sys/firmware/acpi/tables", result);
    char *fdt = join(root, "sys/firmware/fdt", "");
    const struct place place = {.file = join(root, "sys/firmware", "")};

    (void)find_in_directory(root, "sys/firmware/acpi/tables/dynamic", result);
    if (access(fdt, F_OK) == 0 || errno != ENOENT) {
        find_in_tree(fdt, result);
        any = true;
    }
    if (!any)
        result_add_refusal(result, &place, RANK_FILE, "missing",
                           "has neither acpi/tables nor fdt: no firmware tables are shown here");
}
