# SPDX-License-Identifier: BSD-2-Clause
"""Whose memory the publisher writes to: of nobody's but of whoever made the QMP socket, and only where
a guest's memory is. The publisher is root, the attacker nobody."""

import contextlib
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from attacker import GID, PHYS, UID, Attacker, peer_is_held, with_pid
from guests import BUILD, DUMP, HERE, PUBLISHER, TIMEOUT_S, Publisher, child

VICTIM = os.path.join(BUILD, "tests/live/victim")
OTHER_UID = 65533
CAP_NET_RAW = 1 << 13
PAGE_BYTES = 0x70
NOBODY = {"user": UID, "group": GID, "extra_groups": []}


def place_for_setuid():
    """Where a program's set-uid bit counts, and everybody may look."""
    for path in ("/tmp", "/var/tmp", "/dev/shm", "/run"):
        if os.path.isdir(path) and not os.statvfs(path).f_flag & (os.ST_NOSUID | os.ST_NOEXEC):
            return path
    raise unittest.SkipTest("no folder for set-uid programs")


@unittest.skipUnless(os.getuid() == 0, "needs root, to have rights that can be misused")
class Deputy(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="vmclock-test-", dir=place_for_setuid())
        self.addCleanup(shutil.rmtree, self.directory)
        os.chmod(self.directory, 0o755)
        self.own = os.path.join(self.directory, "own")
        os.mkdir(self.own)
        os.chown(self.own, UID, GID)
        self.qmp = os.path.join(self.own, "qmp")
        self.victim = shutil.copy(VICTIM, self.directory)
        os.chmod(self.victim, 0o755)

    def made_socket(self, program=None):
        """Anew, should there be one already."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.qmp)
        attacker = Attacker(self.qmp, program)
        self.addCleanup(attacker.close)
        return attacker

    def attacker(self, *words):
        """Whose socket was made by the victim; and where the victim's parts are."""
        attacker = self.made_socket([self.victim, *words])
        return attacker, self.places(attacker.said)

    def places(self, line):
        found = {name: int(at, 16) for name, at in re.findall(r"(\w+)=(0x\w+)", line)}
        self.assertIn("ram", found, line)
        return found

    def memory(self, pid, at):
        with open(f"/proc/{pid}/mem", "rb") as memory:
            memory.seek(at)
            return memory.read(PAGE_BYTES)

    def attack(self, attacker, at, pid=None, options=()):
        """The best informed attack: the attacker knows what is there. The finished publisher."""
        before = self.memory(pid or attacker.pid, at)
        attacker.answer(at, struct.unpack_from("<4I", before))
        # Should it succeed, there is no guest to go live with: it is told to end.
        done = subprocess.run(["timeout", "5", PUBLISHER, "--qmp", self.qmp, "--phys", hex(PHYS),
                               "--size", "112", *options],
                              capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
        self.assertEqual(self.memory(pid or attacker.pid, at), before,
                         f"it was overwritten: {done.stdout}{done.stderr}")
        return done

    def assert_refused(self, name, text, *attack, **options):
        done = self.attack(*attack, **options)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, f"(?m)^vmclock-publish: error: {name}: .*{text}")
        self.assertEqual(done.stdout, "")

    def test_set_uid(self):
        """As it runs, with all its ids root's, and with all of them the attacker's."""
        os.chmod(self.victim, 0o4755)
        for words, name, text in (((), "process", "0 and 0"), (("become",), "process", "0, 0 and 0"),
                                  (("drop",), "permission", f"rights of user {UID}")):
            for part in ("page", "ram", "heap"):
                with self.subTest(words=words, part=part):
                    attacker, places = self.attacker(*words)
                    self.assert_refused(name, text, attacker, places[part])

    def test_set_gid(self):
        os.chown(self.victim, 0, 0)
        os.chmod(self.victim, 0o2755)
        attacker, places = self.attacker()
        self.assert_refused("permission", f"rights of user {UID}", attacker, places["ram"])

    def test_capable_program(self):
        """One that has a capability of its file's."""
        rights = struct.pack("<5I", 0x02000001, CAP_NET_RAW, 0, 0, 0)
        os.setxattr(self.victim, "security.capability", rights)
        attacker, places = self.attacker()
        self.assert_refused("permission", f"rights of user {UID}", attacker, places["ram"])

    def test_unreadable_program(self):
        """Its memory is not its user's to see."""
        os.chmod(self.victim, 0o711)
        attacker, places = self.attacker()
        self.assert_refused("permission", f"rights of user {UID}", attacker, places["ram"])

    def test_process_of_another(self):
        """Named by --pid."""
        for uid in (OTHER_UID, 0):
            other = subprocess.Popen([self.victim], stdout=subprocess.PIPE, text=True, user=uid,
                                     group=GID, extra_groups=[])
            self.addCleanup(other.communicate)
            self.addCleanup(other.kill)
            at = self.places(other.stdout.readline())["ram"]
            attacker, _ = self.attacker()
            self.assert_refused("process", f"is not of user {UID}", attacker, at, pid=other.pid,
                                options=("--pid", str(other.pid)))

    def test_reused_id(self):
        """The process has ended, and another has its id. Where ids are ours alone to give."""
        done = subprocess.run(["unshare", "--pid", "--fork", "--kill-child", "--mount-proc",
                               sys.executable, "-B", "-m", "unittest", "deputy.Deputy.reuse_id"],
                              cwd=HERE, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def reuse_id(self):
        """By root's, and by one of the same user.

        A kernel that does not hold the peer cannot tell the second, which is the attacker's anyway.
        """
        for user in (0, UID) if peer_is_held() else (0,):
            attacker = self.made_socket()
            command = ["setpriv", f"--reuid={user}", "--clear-groups", self.victim]
            other = with_pid(attacker.pid, command)
            self.addCleanup(other.communicate)
            self.addCleanup(other.kill)
            at = self.places(other.stdout.readline())["ram"]
            self.assert_refused("process", "", attacker, at)

    def test_own_memory_that_is_no_guests(self):
        for part in ("heap", "stack", "data", "text", "small"):
            with self.subTest(part):
                attacker, places = self.attacker()
                self.assert_refused("address", "is no guest's memory", attacker, places[part])

    def test_end_of_a_mapping(self):
        attacker, places = self.attacker()
        self.assert_refused("process", "is not the QEMU", attacker, places["ram"] + (32 << 20) - 64)

    def test_own_guest_memory(self):
        """What is refused above is so for its own reason: this is written."""
        for part in ("page", "ram"):
            for options in ((), ("--pid",)):
                attacker, places = self.attacker()
                options = (*options, str(attacker.pid)) if options else ()
                attacker.answer(places[part], (0, 0, 0, 0))
                publisher = Publisher("--qmp", self.qmp, "--phys", hex(PHYS), "--size", "112",
                                      *options)
                self.addCleanup(publisher.close)
                publisher.ready()
                self.assertEqual(self.memory(attacker.pid, places[part])[:4], b"VCLK")
                publisher.close()

    def test_dump_looks_at_no_more(self):
        os.chmod(self.victim, 0o4755)
        attacker, places = self.attacker()
        attacker.answer(places["ram"], (0, 0, 0, 0))
        done = subprocess.run([DUMP, "--qmp", self.qmp, "--phys", hex(PHYS)], capture_output=True,
                              text=True, check=False, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("error: process: ", done.stderr)

    def qemu(self, *options, connect=True, **who):
        """One that is honest."""
        sockets = ["-qmp", f"unix:{self.qmp},server=on,wait=off"] if connect else []
        qemu = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-M", "pc", "-m", "64M", "-nodefaults",
             "-display", "none", "-S", *sockets, *options], cwd="/", **who)
        self.addCleanup(qemu.wait)
        self.addCleanup(qemu.kill)
        return qemu

    def assert_live(self, *options):
        publisher = Publisher("--qmp", self.qmp, *options)
        self.addCleanup(publisher.close)
        publisher.ready()
        publisher.close()
        done = subprocess.run([DUMP, "--qmp", self.qmp, *options], capture_output=True, text=True,
                              check=False, timeout=TIMEOUT_S)
        self.assertIn("status=unreliable", done.stdout, done.stderr)

    def assert_not_live(self, text, *options):
        done = subprocess.run([PUBLISHER, "--qmp", self.qmp, *options], capture_output=True,
                              text=True, check=False, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, f"(?m)^vmclock-publish: error: process: .*{text}")

    def test_qemu_of_another(self):
        self.qemu(**NOBODY)
        self.assert_live("--phys", hex(PHYS))

    def test_publisher_of_the_same_user(self):
        """It needs no right at all; and has none for root's QEMU."""
        program = shutil.copy(PUBLISHER, self.directory)
        words = [program, "--qmp", self.qmp, "--phys", hex(PHYS)]
        qemu = self.qemu(**NOBODY)
        publisher = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                     text=True, **NOBODY)
        self.addCleanup(publisher.communicate)
        self.addCleanup(publisher.kill)
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        publisher.terminate()
        self.assertEqual(publisher.wait(TIMEOUT_S), 0)
        qemu.kill()
        qemu.wait()
        os.unlink(self.qmp)
        self.qemu()
        self.assertTrue(child.wait_until(lambda: os.path.exists(self.qmp), [], TIMEOUT_S))
        os.chmod(self.qmp, 0o777)
        done = subprocess.run(words, capture_output=True, text=True, check=False,
                              timeout=TIMEOUT_S, **NOBODY)
        self.assertEqual(done.returncode, 1)
        self.assertIn("error: permission: ", done.stderr)

    def test_qemu_with_shared_ram(self):
        file = os.path.join(self.own, "ram")
        self.qemu("-object", f"memory-backend-file,id=m,size=64M,mem-path={file},share=on",
                  "-machine", "memory-backend=m", **NOBODY)
        self.assert_live("--phys", hex(PHYS))

    def test_qemu_with_a_small_dimm(self):
        file = os.path.join(self.own, "page")
        self.qemu("-object", f"memory-backend-file,id=m,size=4K,mem-path={file},share=on",
                  "-m", "64M,slots=1,maxmem=1G", "-device", "pc-dimm,memdev=m,addr=0x100000000",
                  **NOBODY)
        self.assert_live("--phys", "0x100000000")

    def test_qemu_that_became_another(self):
        """Root made the socket: which process it is to be says who started it."""
        options = subprocess.check_output(["qemu-system-x86_64", "-help"], text=True)
        become = ("-runas", "nobody") if "-runas" in options else ("-run-with", "user=nobody")
        qemu = self.qemu(*become)
        self.assertTrue(child.wait_until(lambda: self.user_of(qemu.pid) == UID, [], TIMEOUT_S))
        self.assert_not_live(f"of {UID}, {UID} and {UID} .*: name QEMU by --pid",
                             "--phys", hex(PHYS))
        self.assert_live("--phys", hex(PHYS), "--pid", str(qemu.pid))

    def test_qemu_that_was_given_its_socket(self):
        """As libvirt does it."""
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(self.qmp)
            server.listen()
            qemu = self.qemu("-chardev", f"socket,id=q,fd={server.fileno()},server=on,wait=off",
                             "-mon", "chardev=q,mode=control", connect=False,
                             pass_fds=[server.fileno()], **NOBODY)
        self.assert_not_live("is not the QEMU of this guest: name it by --pid", "--phys", hex(PHYS))
        self.assert_live("--phys", hex(PHYS), "--pid", str(qemu.pid))

    def user_of(self, pid):
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return int(re.search(r"Uid:\s+(\d+)", status.read()).group(1))


if __name__ == "__main__":
    unittest.main()
