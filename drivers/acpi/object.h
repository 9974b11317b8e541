/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * object.h - what a Name or a Method gives, as far as that is known without executing it.
 *
 * A method that fills in a template (CreateDWordField and a Store) is left to interpreters, even if it
 * does so with constants: no hypervisor's vmclock device has one, and to be sure of it takes the order
 * of all statements, which is execution.
 */
#ifndef VMCLOCK_DRIVERS_ACPI_OBJECT_H
#define VMCLOCK_DRIVERS_ACPI_OBJECT_H

#include "drivers/acpi/token.h"

enum object {
    OBJECT_COMPUTED = 0,
    OBJECT_CONSTANT = 1, /* *value is the constant */
    OBJECT_NAMED = 2     /* value->segment is the name of the object that a method returns */
};

/*
 * What the Name or Method whose token was just read at the cursor gives. Moves behind the value of a
 * Name. A method is known if its body is "Return(constant)", "Name(X, constant) Return(X)" or
 * "Return(X)".
 */
enum object vmclock_object_value(struct vmclock_cursor *cursor, const struct vmclock_token *object,
                                 struct vmclock_token *value);

/*
 * The value of the first object of a name that is defined right in a block, which must be a Name.
 * start, end: of the block. Returns 0 if there is none with a constant.
 */
int vmclock_object_find(const uint8_t *bytes, uint32_t start, uint32_t end, uint32_t segment,
                        struct vmclock_token *value);

/* Whether a name is only read that stands behind two opcodes, the last one first. */
int vmclock_object_is_read(const uint16_t *opcodes);

#endif
