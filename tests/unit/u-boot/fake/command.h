/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.h - stands in for U-Boot's; the macro gives the test a command by its name.
 */
#ifndef VMCLOCK_TESTS_U_BOOT_COMMAND_H
#define VMCLOCK_TESTS_U_BOOT_COMMAND_H

struct cmd_tbl;

enum { CMD_RET_SUCCESS = 0, CMD_RET_FAILURE = 1, CMD_RET_USAGE = -1 };

#define U_BOOT_CMD(name, maximum, repeatable, function, usage, help) \
    extern int (*const command_##name)(struct cmd_tbl *, int, int, char *const[]); \
    int (*const command_##name)(struct cmd_tbl *, int, int, char *const[]) = function

#endif
