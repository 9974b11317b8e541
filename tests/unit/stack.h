/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stack.h - the stack that a function takes, measured on one of our own that was painted before.
 * To be included first, and once a program.
 */
#ifndef VMCLOCK_TEST_STACK_H
#define VMCLOCK_TEST_STACK_H

#define _XOPEN_SOURCE 700
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#define STACK_BYTES 65536
#define STACK_PAINT 0xa5

static ucontext_t stack_here, stack_there;
static const uint8_t *stack_entered; /* where the function's own stack begins */
static void (*stack_run)(void);

static void stack_enter(void)
{
    stack_entered = __builtin_frame_address(0);
    stack_run();
}

static size_t stack_used(void (*run)(void))
{
    static uint8_t stack[STACK_BYTES];
    size_t untouched = 0;

    stack_run = run;
    memset(stack, STACK_PAINT, sizeof stack);
    getcontext(&stack_there);
    stack_there.uc_stack.ss_sp = stack;
    stack_there.uc_stack.ss_size = sizeof stack;
    stack_there.uc_link = &stack_here;
    makecontext(&stack_there, stack_enter, 0);
    swapcontext(&stack_here, &stack_there);
    while (stack[untouched] == STACK_PAINT)
        untouched++;
    return (size_t)(stack_entered - stack) - untouched;
}

#endif
