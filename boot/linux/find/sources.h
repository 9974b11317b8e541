/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sources.h - searches, each adding what it meets to a result. path outlives the result.
 */
#ifndef FIND_SOURCES_H
#define FIND_SOURCES_H

#include "boot/linux/find/result.h"

/* A file of one ACPI table or of several, one right behind the other. */
void find_in_tables(const char *path, struct result *result);

/* A flattened device tree. */
void find_in_tree(const char *path, struct result *result);

/* The bytes of an evaluated _CRS. */
void find_in_crs(const char *path, struct result *result);

/* What Linux shows of its firmware under root ("" is this machine's): sys/firmware. */
void find_in_sysfs(const char *root, struct result *result);

#endif
