/* SPDX-License-Identifier: BSD-2-Clause */
/* Which folder in debugfs is taken for that of a KVM guest's process. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/common/event.h"
#include "folders.h"

static void test_names(void **state)
{
    static const struct {
        const char *name;
        bool good;
    } cases[] = {
        {"77-5", true},
        {"1-0", true},
        {"2147483647-2147483647", true},
        {"0-5", false},
        {"-5", false},
        {"77", false},
        {"77-", false},
        {"77-5x", false},
        {"77_5", false},
        {"77--5", false},
        {"2147483648-5", false},
        {"77-2147483648", false},
        {" 77-5", false},
        {"", false},
        {"vcpus", false},
        {"99999999999999999999-5", false},
    };
    pid_t thread;
    int vm_fd;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (kvm_folder_parse(cases[i].name, &thread, &vm_fd) != cases[i].good)
            fail_msg("%s", cases[i].name);
    assert_true(kvm_folder_parse("77-5", &thread, &vm_fd));
    assert_int_equal(thread, 77);
    assert_int_equal(vm_fd, 5);
}

static void assert_not_opened(const char *format, ...)
{
    char expected[300];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(expected, sizeof(expected), format, list);
    va_end(list);
    assert_int_equal(kvm_folder_open(root, getpid(), &folder), -1);
    assert_string_equal(last_failure(), expected);
    assert_int_equal(folder.fd, -1);
}

static void test_whose(void **state)
{
    const long pid = getpid();
    int other, inherited, file = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)state;
    assert_not_opened("process: process %ld has no KVM machine", pid);
    make("%ld-%d", pid + 1, machine_fd); /* of another process */
    make("%ld-%d", pid, file);           /* which is something else by now */
    make("%ld-4095", pid);               /* or closed */
    inherited = eventfd(0, 0);           /* of the program that ran before */
    make("%ld-%d", pid, inherited);
    make("nonsense");
    assert_not_opened("process: process %ld has no KVM machine", pid);
    make("%ld-%d", pid, machine_fd);
    open_it();
    assert_int_equal(folder.thread, pid);
    kvm_folder_close(&folder);
    assert_int_equal(folder.fd, -1);
    other = eventfd(0, EFD_CLOEXEC);
    make("%ld-%d", pid, other);
    assert_not_opened("state: process %ld has 2 machines: which one is meant is not known", pid);
    close(other);
    open_it();
    close(inherited);
    close(file);
}

static void test_no_debugfs(void **state)
{
    char kept[sizeof(root)];

    (void)state;
    strcpy(kept, root);
    strcpy(root, "/nowhere");
    assert_not_opened("debugfs: /nowhere/kvm: No such file or directory");
    strcpy(root, KVM_DEBUGFS);
    if (access(KVM_DEBUGFS "/kvm", F_OK) < 0 && errno == ENOENT) /* on a host without KVM */
        assert_not_opened("debugfs: %s/kvm is not there: mount -t debugfs none %s; or there is no "
                          "KVM, and no guest of it",
                          KVM_DEBUGFS, KVM_DEBUGFS);
    strcpy(root, kept);
}

static void *make_folder(void *context)
{
    *(pid_t *)context = gettid();
    make("%ld-%d", (long)gettid(), machine_fd);
    open_it();
    return NULL;
}

/* The kernel names it by the thread that made it. */
static void test_thread(void **state)
{
    pthread_t thread;
    pid_t id = 0;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, make_folder, &id), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_not_equal(id, getpid());
    assert_int_equal(folder.thread, id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test_setup_teardown(test_whose, fresh, remove_all),
        cmocka_unit_test_setup_teardown(test_no_debugfs, fresh, remove_all),
        cmocka_unit_test_setup_teardown(test_thread, fresh, remove_all),
    };

    return cmocka_run_group_tests_name("publish.folder", tests, NULL, NULL);
}
