/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - what differs between architectures: a line for questions and answers, what is
 * mapped, what CPU it is, and the exit that emulators offer. x86/machine.c, aarch64/machine.c.
 */
#ifndef VMCLOCK_BOOT_EFI_MACHINE_H
#define VMCLOCK_BOOT_EFI_MACHINE_H

#include "boot/efi/firmware.h"
#include "boot/report/text.h"

/* Where readings are asked for (report/questions.h); set by line_open. */
struct line {
    EFI_SYSTEM_TABLE *system;
    EFI_SERIAL_IO_PROTOCOL *port; /* aarch64; null: the console itself */
    EFI_TPL previous;             /* the task priority to go back to */
};

/*
 * Takes the line from the firmware: what is sent from now on waits for line_read. The console can
 * still be printed on, no event of the firmware runs any more until line_close.
 *
 * Returns EFI_SUCCESS; EFI_UNSUPPORTED when the machine has no such line; EFI_DEVICE_ERROR when the
 * firmware says that there is one and does not give it.
 */
EFI_STATUS line_open(EFI_SYSTEM_TABLE *system, struct line *line);

/* A character, or negative when there is none yet. context: the struct line. */
int line_read(void *context);

/* Waits for room, for a bounded time a character. context: the struct line. */
void line_write(void *context, const char *text, size_t length);

void line_close(struct line *line);

/* Whether the byte at the address can be read without a fault, as far as this can be known. */
int machine_can_read(uintptr_t address);

/* The CPU, and how its counter is read, as lines "machine.KEY=value". */
void machine_describe(struct text *text);

/* Ends the emulated machine with this code. Comes back, or faults, where there is no such exit. */
void machine_exit(uint8_t code);

#endif
