# SPDX-License-Identifier: BSD-2-Clause
"""The page's own arithmetic: what is counted, what is kept, what is called not run."""

import argparse
import concurrent.futures
import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import sys
import tempfile
import threading
import types
import unittest
import xml.etree.ElementTree as ElementTree
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "boot"))

import coverage  # noqa: E402
import endurance  # noqa: E402
import flakes  # noqa: E402
import litmus  # noqa: E402
import mutation  # noqa: E402
import page  # noqa: E402
import plots  # noqa: E402
import proofs  # noqa: E402
import store  # noqa: E402


def command():
    loader = importlib.machinery.SourceFileLoader("evidence_run", str(HERE / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("evidence_run", loader))
    loader.exec_module(module)
    return module


class Part(types.SimpleNamespace):
    """A part that counts its runs."""

    def __init__(self, name, holds=True, hours=False, why=None):
        super().__init__(NAME=name, TITLE=f"the part {name}", INPUTS=("tests/evidence/run",), HOURS=hours, runs=0)
        self.found, self.why, self.hours = holds, why, []

    def run(self, context):
        if self.why:
            raise store.NotRun(self.why)
        self.runs += 1
        self.hours.append(context.hours)
        return {"holds": self.found, "summary": f"{self.runs} runs"}

    def page(self, found):
        return [f"Said: {found['summary']}."]


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = pathlib.Path(folder.name)
        self.run = command()

    def asked(self, parts, *words):
        """(exit code, the page)"""
        self.run.PARTS = {part.NAME: part for part in parts}
        with mock.patch.object(sys, "argv", ["run", "--out", str(self.out), *words]), \
                contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                code = self.run.main()
            except SystemExit as end:
                return end.code, ""
        return code, (self.out / "page.md").read_text(encoding="utf-8")

    def test_only_what_changed_is_redone(self):
        one, two = Part("one"), Part("two")
        self.assertEqual(self.asked((one, two))[0], 0)
        self.asked((one, two))
        self.assertEqual((one.runs, two.runs), (1, 1))
        self.asked((one, two), "--only", "two", "--again")
        self.assertEqual((one.runs, two.runs), (1, 2))
        one.INPUTS = ("tests/evidence/page.py",)
        told = self.asked((one, two), "--only", "two")[1]
        self.assertIn("Of another state of the tree", told)
        self.asked((one, two))
        self.assertEqual((one.runs, two.runs), (2, 2))

    def test_what_was_not_run_is_called_so(self):
        one, two = Part("one"), Part("two", hours=True)
        code, told = self.asked((one, two))
        self.assertEqual((code, two.runs), (0, 0))
        self.assertIn("| two | the part two | not run |", told)
        self.assertIn("**Not run.**", told)
        code, told = self.asked((one, Part("three", why="no such tool")))
        self.assertEqual(code, 3)
        self.assertIn("**Not run:** no such tool.", told)

    def test_ended_early(self):
        """The page has what there was; the parts behind are not begun."""
        one, two, three = Part("one"), Part("two"), Part("three")
        with mock.patch.object(two, "run", side_effect=KeyboardInterrupt):
            code, told = self.asked((one, two, three))
        self.assertEqual((code, three.runs), (3, 0))
        self.assertIn("| one | the part one | holds: 1 runs |", told)
        self.assertIn("| two | the part two | not run |", told)
        with mock.patch.object(two, "run", lambda _: {"holds": False, "summary": "half", "whole": False}):
            self.assertEqual(self.asked((one, two, three)), (1, mock.ANY))
        self.assertEqual(three.runs, 0)
        self.asked((one, two, three))  # goes on with both
        self.assertEqual((two.runs, three.runs), (1, 1))

    def test_hours_are_shared(self):
        one, two, three = Part("one"), Part("two", hours=True), Part("three", hours=True)
        self.asked((one, two, three), "--hours", "3")
        self.asked((one, two, three), "--hours", "3", "--only", "three")
        self.assertEqual((two.hours, three.hours), ([1.5], [1.5, 3]))

    def test_what_does_not_hold(self):
        code, told = self.asked((Part("one"), Part("two", holds=False), Part("three", why="no")))
        self.assertEqual(code, 1)
        self.assertIn("does not hold: 1 runs", told)

    def test_wrong_usage(self):
        for words in (["--only", "four"], ["--hours", "0"], ["--hours", "x"], ["more"]):
            self.assertEqual(self.asked((Part("one"),), *words)[0], 2)

    def test_stamp(self):
        self.asked((Part("one"),), "--seed", "7")
        kept = store.load(self.out, "one")
        self.assertEqual(kept["seed"], 7)
        self.assertRegex(kept["date"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertIn("gcc", kept["versions"])


class Journals(unittest.TestCase):
    def test_goes_on(self):
        with tempfile.TemporaryDirectory() as name:
            part = types.SimpleNamespace(NAME="one", INPUTS=("tests/evidence/run",))
            context = store.Context(pathlib.Path(name), None, 0, 1, 1, False)
            store.Journal(context, part).add({"a": 1})
            journal = store.Journal(context, part)
            journal.add({"a": 2})
            with journal.path.open("a", encoding="utf-8") as file:
                file.write('{"a": 3')  # whoever wrote it was ended
            self.assertEqual([entry["a"] for entry in store.Journal(context, part).entries()], [1, 2])
            part.INPUTS = ("tests/evidence/page.py",)
            self.assertEqual(store.Journal(context, part).entries(), [])
            part.INPUTS = ("tests/evidence/run",)
            self.assertEqual(store.Journal(context._replace(again=True), part).entries(), [])


class Coverage(unittest.TestCase):
    DATA = {"data": [{"files": [{
        "filename": str(store.ROOT / "lib/page.c"),
        # The same inline branch in two programs, and one that neither runs to false.
        "branches": [[3, 9, 3, 20, 5, 0, 0, 0, 4], [3, 9, 3, 20, 0, 2, 0, 0, 4], [4, 1, 4, 2, 1, 0, 0, 0, 4]],
        "mcdc_records": [[3, 9, 3, 40, 0, 0, 5, [True, False]], [3, 9, 3, 40, 0, 0, 5, [False, True]]]}]}]}
    LCOV = f"SF:{store.ROOT}/lib/page.c\nDA:1,0\nDA:2,7\nend_of_record\n"

    def test_union(self):
        branches, conditions = coverage.sides_of(self.DATA)
        lines = coverage.lines_of(self.LCOV)
        self.assertEqual(coverage.counted(lines, branches, conditions)["lib/page.c"],
                         {"line": [1, 2], "branch": [3, 4], "condition": [2, 2]})
        self.assertEqual(coverage.gaps(lines, branches, conditions),
                         [("lib/page.c", 1, "line", ""), ("lib/page.c", 4, "branch", "1 false")])

    def test_named(self):
        texts = {"f.c": ["a", "  b", "c"]}.get
        found = [("f.c", 2, "branch", "1 false"), ("f.c", 3, "line", "")]
        known = {("f.c", "b", "branch", "any"): "why", ("f.c", "c", "branch", "any"): "not so"}
        left, named, faults = coverage.judged(found, known, texts)
        self.assertEqual(left, [["f.c", 3, "line", "", "c"]])
        self.assertEqual(named, [["f.c", 2, "branch", "1 false", "why"]])
        self.assertEqual(len(faults), 1)
        for words, is_known in (("b / c", True), ("a / c", False)):
            left = coverage.judged(found[1:], {("f.c", words, "line", ""): "Only there"}, texts)[0]
            self.assertEqual(left == [], is_known)
        self.assertEqual(coverage.judged([], {("f.c", "c", "line", ""): "Only there"}, texts)[2], [])

    def test_only_code_counts(self):
        texts = {"f.c": ["#define STATE(name) \\", "    case name: \\", "        return 1;", "  # undef STATE", "x();"]}.get
        self.assertEqual(coverage.code_only({"f.c": {1: 0, 2: 3, 3: 0, 4: 5, 5: 0, 6: 0}}, texts),
                         {"f.c": {2: 3, 3: 0, 5: 0}})

    def test_names_are_of_the_tree(self):
        for path, text, kind, _ in coverage.known_unreached():
            lines = coverage.texts(path)
            there = [line.strip() for line in lines]
            there += [f"{coverage.before(lines, at)} / {lines[at - 1].strip()}" for at in range(1, len(lines) + 1)]
            self.assertIn(text, there)
            self.assertIn(kind, coverage.KINDS)


class Proofs(unittest.TestCase):
    def test_what_is_cut_is_there(self):
        """Once: else the proof without it would be of something else."""
        cuts = [cut for proof in proofs.PROOFS for cut in (*proof.guards, *proof.abstract)]
        cuts += [guard for _, _, guard in proofs.EXHAUSTED]
        for cut in cuts:
            self.assertEqual((store.ROOT / cut.path).read_text(encoding="utf-8").count(cut.old), 1, cut)
        self.assertTrue(all(proof.guards for proof in proofs.PROOFS))

    def test_names(self):
        names = [proof.name for proof in proofs.PROOFS]
        self.assertEqual(len(names), len({*names}))
        self.assertLessEqual({*proofs.SLICE}, {*names})

    def test_goes_on(self):
        """Run by run; one of another state, or that was interrupted, is done again."""
        with tempfile.TemporaryDirectory() as name:
            context = store.Context(pathlib.Path(name), None, 0, 1, 1, False)
            journal = store.Journal(context, proofs, "runs")
            proof = proofs.PROOFS[0]
            answers = iter([("holds", 3, 1.0, []), ("fails", 3, 1.0, ["x"]), KeyboardInterrupt, *[("fails", 3, 1.0, ["y"])] * 9])
            asked = []

            def checked(_cbmc, _proof, tree):
                asked.append([(tree.folder / cut.path).read_text(encoding="utf-8").count(cut.new) for cut in proof.guards])
                answer = next(answers)
                if answer is KeyboardInterrupt:
                    raise KeyboardInterrupt
                return answer

            tree = proofs.Tree(pathlib.Path(name) / "tree")
            with mock.patch.object(proofs, "checked", checked), contextlib.redirect_stdout(io.StringIO()):
                with self.assertRaises(KeyboardInterrupt):
                    proofs.prove("cbmc", proof, tree, journal)
                found = proofs.prove("cbmc", proof, tree, store.Journal(context, proofs, "runs"))
                self.assertEqual(len(asked), 2 + len(proof.guards))
                self.assertEqual([guard["failed"] for guard in found["guards"]], [["x"], *[["y"]] * (len(proof.guards) - 1)])
                proofs.prove("cbmc", proof._replace(unwind=1), tree, journal)
                self.assertEqual(len(asked), 3 + len(proof.guards))

    def test_what_it_is_of(self):
        """All that a harness includes, so that a change elsewhere costs nothing."""
        one = proofs.state_of("multiply.c", ())
        self.assertEqual(one, proofs.state_of("multiply.c", ()))
        with mock.patch.object(store, "digest", lambda files: list(files)):
            files = proofs.state_of.__wrapped__("multiply.c", ())
        self.assertIn("lib/wide.h", files)
        self.assertIn("tests/evidence/proofs/proof.h", files)
        self.assertNotIn("lib/leap.c", files)

    def test_result(self):
        entry = {"name": "a", "verdict": "holds", "properties": 3, "guards": [{"verdict": "fails"}]}
        self.assertTrue(proofs.result([entry], [], "6", 1, 0)["holds"])
        self.assertFalse(proofs.result([entry], [], "6", 2, 0)["holds"])
        self.assertFalse(proofs.result([{**entry, "verdict": "timeout"}], [], "6", 1, 0)["holds"])
        self.assertFalse(proofs.result([{**entry, "guards": [{"verdict": "holds"}]}], [], "6", 1, 0)["holds"])
        self.assertFalse(proofs.result([entry], [{"holds": True, "seen": False}], "6", 1, 1)["holds"])


class Litmus(unittest.TestCase):
    MODELS = "a.litmus: Never in 18 states\n  P0 row 1: mfence -> nothing: Sometimes in 20 states\n1 tests, ...\n"
    EMITTED = "lib/publish.c aarch64: lacks 0\n  without the full barrier at 9: lacks 1\n"

    def test_collected(self):
        found = litmus.result(litmus.models(self.MODELS), litmus.emitted(self.EMITTED), True)
        self.assertTrue(found["holds"])
        self.assertIn("1 of 1 barriers", found["summary"])
        for old, new in (("Never", "Sometimes"), ("nothing: Sometimes", "nothing: Never")):
            found = litmus.result(litmus.models(self.MODELS.replace(old, new)), litmus.emitted(self.EMITTED), True)
            self.assertFalse(found["holds"])
        found = litmus.result(litmus.models(self.MODELS), litmus.emitted(self.EMITTED.replace("9: lacks 1", "9: lacks 0")), True)
        self.assertFalse(found["holds"])
        self.assertFalse(litmus.result([], [], True)["holds"])

    def test_reader(self):
        found = litmus.read("clang i386 -O2: 0 faults\nclang i386 -Os: 1 faults\nfault: x: y\n"
                            "without lfence: x: counter read\nwithout mfence: NOT FOUND\n")
        self.assertEqual([target["lacks"] for target in found], [0, 1])
        self.assertEqual([cut["lacks"] for cut in found[0]["cuts"]], [1, 0])


def answer(answers):
    found = next(answers)
    if found is KeyboardInterrupt:
        raise KeyboardInterrupt
    return found


Mutant = argparse.Namespace


def mutant(line, text):
    return Mutant(path="lib/a.c", line=line, kind="sign", original=" x ", text=text)


class Mutation(unittest.TestCase):
    def test_goes_on(self):
        entries = []
        journal = types.SimpleNamespace(add=entries.append, entries=lambda: entries)
        all_of_them = [mutant(at, f" y{at} ") for at in range(5)]
        asked = []

        def judged(one):
            asked.append(one.line)
            return "survived" if one.line == 2 else "killed by it"

        mutation.judge(all_of_them[:3], mutation.Verdicts(journal), judged, float("inf"))
        self.assertEqual(mutation.judge(all_of_them, mutation.Verdicts(journal), judged, float("inf")), 2)
        self.assertEqual(asked, [0, 1, 2, 3, 4])
        self.assertEqual(mutation.judge([mutant(9, "z")], mutation.Verdicts(journal), judged, 0), 0)
        for line in entries:
            line["tests"] = "others"  # that kill more
        self.assertEqual(mutation.judge(all_of_them, mutation.Verdicts(journal), judged, float("inf")), 1)
        self.assertEqual(asked[5:], [2])
        for line in entries:
            line["of"] = "another core"
        self.assertEqual(mutation.judge(all_of_them, mutation.Verdicts(journal), judged, float("inf")), 5)

    def test_ended(self):
        """What falls behind the end is no verdict: what ended us may have ended the test."""
        entries, ended = [], threading.Event()

        def judged(one):
            if one.line == 1:
                ended.set()
            return "killed by it"

        verdicts = mutation.Verdicts(types.SimpleNamespace(add=entries.append, entries=lambda: entries))
        self.assertEqual(mutation.judge([mutant(at, "y") for at in range(5)], verdicts, judged, float("inf"), ended), 1)
        self.assertEqual(len(entries), 1)

    def test_ended_within_a_mutant(self):
        ended = threading.Event()
        passes = mutation.unless(ended, lambda core, name: core == name)
        self.assertEqual((passes(1, 1), passes(1, 2)), (True, False))
        ended.set()
        with self.assertRaises(concurrent.futures.CancelledError):
            passes(1, 1)

    def test_a_verdict_changes_no_state(self):
        """Or whoever gives a survivor one would have all judged again."""
        self.assertIn(mutation.VERDICTS, {str(path.relative_to(store.ROOT)) for path in store.files_of(mutation.TESTS)})
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for text in ("a", "b"):
                (root / "known").write_text(text, encoding="utf-8")
                (root / "test").write_text("t", encoding="utf-8")
                alike = store.digest(("known", "test"), root, without=("known",))
                self.assertEqual(alike, store.digest(("test",), root))
            self.assertNotEqual(store.digest(("known", "test"), root), alike)

    def test_result(self):
        verdicts = ["killed by the oracle"] * 97 + ["same code", "survived", "survived"]
        entries = [mutation.entry(mutant(at, f"y{at}"), verdict) for at, verdict in enumerate(verdicts)]
        equal = {("lib/a.c", at + 1, "x", f"y{at}"): "why" for at in (98, 99)}
        found = mutation.result({"lib/a.c": 100}, entries, equal, [])
        self.assertTrue(found["holds"])
        self.assertIn("97 of 97 mutants killed (100.0 %), 2 survivors with a verdict, 0 without", found["summary"])
        self.assertFalse(mutation.result({"lib/a.c": 101}, entries, equal, [])["holds"])
        self.assertFalse(mutation.result({"lib/a.c": 100}, entries, {("lib/a.c", 98, "x", "y98"): "why"}, [])["holds"])
        found = mutation.result({"lib/a.c": 100}, entries, {}, [])
        self.assertFalse(found["holds"])
        self.assertEqual(len(found["survivors"]), 2)
        self.assertEqual(found["files"]["lib/a.c"], {"mutants": 100, "killed": 97, "same": 1, "survived": 2})
        found = mutation.result({"lib/a.c": 100}, entries, equal, [], ["core: its tests fail"])
        self.assertFalse(found["holds"])
        self.assertIn("* **Not judged:** core: its tests fail", mutation.page(found))


class Endurance(unittest.TestCase):
    def test_adds_up(self):
        fuzzed = {"kind": "fuzz", "target": "aml", "holds": True, "executions": 10, "seconds": 4, "edges": 4, "corpus": 2}
        found = endurance.result([fuzzed, {**fuzzed, "edges": 3, "corpus": 5},
                                  {"kind": "races", "holds": True, "reads": 7, "contended": 1},
                                  {"kind": "restores", "holds": True, "restores": 22}])
        self.assertEqual(found["total"], {"executions": 20, "reads": 7, "contended": 1, "years": 0, "restores": 22})
        self.assertEqual(found["targets"]["aml"], {"executions": 20, "speed": 2, "edges": 4, "corpus": 5})
        self.assertFalse(found["holds"])
        self.assertEqual(len(endurance.result([{**fuzzed, "holds": False}])["faults"]), 1)


    def test_what_is_missing_is_named(self):
        """And costs the others nothing; where all are, there is no part."""
        def good(context, folder, seconds, seed):
            return {"kind": "sim", "holds": True, "years": 10, "seed": seed}

        def lacking(context, folder, seconds, seed):
            raise store.NotRun("no such program")

        with tempfile.TemporaryDirectory() as name:
            context = store.Context(pathlib.Path(name), None, 1e-6, 1, 1, False)
            with mock.patch.object(endurance, "KINDS", {"sim": good, "races": lacking}):
                found = endurance.run(context)
            self.assertEqual(found["missing"], {"races": "no such program"})
            self.assertGreaterEqual(found["total"]["years"], 10)
            self.assertIn("**Not run:** races: no such program.", endurance.page(found))
            with mock.patch.object(endurance, "KINDS", {"races": lacking}), self.assertRaises(store.NotRun):
                endurance.run(context)

    def test_ended(self):
        """With what was found until then."""
        answers = iter([{"kind": "sim", "holds": True, "years": 10}, KeyboardInterrupt])

        with tempfile.TemporaryDirectory() as name, \
                mock.patch.object(endurance, "KINDS", {"sim": lambda *_, **__: answer(answers)}):
            found = endurance.run(store.Context(pathlib.Path(name), None, 1, 1, 1, False))
        self.assertEqual((found["whole"], found["total"]["years"]), (False, 10))


class Flakes(unittest.TestCase):
    XML = """<testsuite><testcase name="a" status="run"/>
        <testcase name="b" status="fail"><failure message="Timeout"/></testcase>
        <testcase name="c" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
        <testcase name="d" status="notrun"><skipped message="Unable to find executable"/></testcase></testsuite>"""

    def test_failed(self):
        failed, ran = flakes.judged(io.StringIO(self.XML))
        self.assertEqual((failed, ran), ({"b": "Timeout", "d": "Unable to find executable"}, 2))

    def test_ended(self):
        answers = iter([{"failed": {"a": "once"}, "ran": 5}, KeyboardInterrupt])
        with tempfile.TemporaryDirectory() as name, mock.patch.object(flakes, "one", lambda *_: answer(answers)):
            build = pathlib.Path(name)
            (build / "CTestTestfile.cmake").touch()
            found = flakes.run(store.Context(build, build, 1, 1, 1, False))
        self.assertEqual((found["whole"], found["runs"], found["rows"]), (False, 1, [["a", 1, "once"]]))

    def test_result(self):
        good, bad = {"failed": {}, "ran": 5}, {"failed": {"b": "Timeout"}, "ran": 4}
        self.assertTrue(flakes.result([good] * 20)["holds"])
        self.assertFalse(flakes.result([good] * 19)["holds"])
        found = flakes.result([*[good] * 20, bad, bad])
        self.assertFalse(found["holds"])
        self.assertEqual((found["rows"], found["ran"]), ([["b", 2, "Timeout"]], 4))


class Drawings(unittest.TestCase):
    BENCH = "                 ns a call    / counter\nordered counter read     9.50    1.00    0.30\nx y, a value  19.00  2.00  0.60\n"

    def test_bars(self):
        rows = plots.costs(self.BENCH)
        self.assertEqual(rows[1], ("x y, a value", 19.0, 2.0, 0.6))
        svg = ElementTree.fromstring(plots.bars("t <&>", [("a", 1), ("b", 2)], "ns"))
        boxes = [float(box.get("width")) for box in svg.iter("{http://www.w3.org/2000/svg}rect") if box.get("x")]
        self.assertAlmostEqual(boxes[1] / boxes[0], 2, places=2)

    def test_records(self):
        self.assertTrue(all("virt" in machines for machines in plots.recorded().values()))

    def test_table(self):
        lines = page.table(("a", "b"), [("x|y", 1234), ("z", 5)])
        self.assertEqual(lines[1:3], ["|:--|--:|", "| x\\|y | 1,234 |"])
