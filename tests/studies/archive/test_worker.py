"""Whatever a file does to its worker, it costs that file, and the next one goes on."""

import pickle
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from studies.archive import wire
from studies.archive.examined import Examined, Outcome, Refused, Source
from studies.archive.kinds import QuarantineReason
from studies.archive.limits import MB, Limits
from studies.archive.tasks import Examine
from studies.archive.worker import Pool, Worker

from .pieces import dataset, gradient, written

CT = str(get_testdata_file("CT_small.dcm"))
QUICK = Limits(wall_seconds=3)
PROGRAM = "tests.studies.archive.troublesome_worker"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "staging").mkdir()
    return tmp_path


@pytest.fixture
def pool(root: Path) -> Iterator[Pool]:
    with Pool(root, 2, QUICK, program=PROGRAM) as pool:
        yield pool


@pytest.fixture
def patient_pool(root: Path) -> Iterator[Pool]:
    with Pool(root, 2, Limits(cpu_seconds=1), program=PROGRAM) as pool:
        yield pool


def tasks(*names: str) -> list[Examine]:
    return [Examine(Source(name, CT), f"staging/{number}") for number, name in enumerate(names)]


def outcomes(pool: Pool, *names: str) -> list[Outcome]:
    return [answer for answer in pool.answers(tasks(*names)) if isinstance(answer, Examined | Refused)]


@pytest.mark.parametrize(
    ("trouble", "reason", "detail"),
    [
        ("crashes", QuarantineReason.CRASHED, "reading the file crashed the program"),
        ("hangs", QuarantineReason.CRASHED, "reading the file took longer than 3 s"),
        ("half done", QuarantineReason.CRASHED, "reading the file crashed the program"),
        ("lies", QuarantineReason.CRASHED, "reading the file upset the program"),
        ("leaves", QuarantineReason.CRASHED, "reading the file crashed the program"),
    ],
)
def test_a_file_that_ends_its_worker_is_refused_and_the_rest_goes_on(
    pool: Pool, root: Path, trouble: str, reason: QuarantineReason, detail: str
) -> None:
    first, troubled, last = outcomes(pool, "fine", trouble, "fine too")
    assert isinstance(first, Examined)
    assert isinstance(last, Examined)
    assert isinstance(troubled, Refused)
    assert (troubled.reason, troubled.detail, troubled.sha256) == (reason, detail, first.sha256)
    kept = [*(root / troubled.staged).iterdir()]
    assert [file.read_bytes() for file in kept] == [Path(CT).read_bytes()]


def test_a_file_that_keeps_its_worker_computing_is_refused(patient_pool: Pool) -> None:
    troubled, last = outcomes(patient_pool, "spins", "fine too")
    assert isinstance(troubled, Refused)
    assert (troubled.reason, troubled.detail) == (
        QuarantineReason.LIMIT,
        "reading the file took more than 1 s of computing",
    )
    assert isinstance(last, Examined)


def test_answers_come_in_the_order_of_the_files(pool: Pool) -> None:
    names = ["slow", "a", "b", "slow", "c", "d", "e"]
    assert [outcome.name for outcome in outcomes(pool, *names)] == names


def test_a_worker_that_left_of_its_own_accord_is_replaced(root: Path) -> None:
    with Pool(root, 1, QUICK, idle_seconds=0.2) as pool:
        assert isinstance(pool.answer(tasks("a")[0]), Examined)
        time.sleep(0.5)
        assert isinstance(pool.answer(tasks("a", "b")[1]), Examined)


def test_whoever_stops_listening_leaves_no_worker_busy(root: Path) -> None:
    with Pool(root, 1, program=PROGRAM) as pool:
        answers = pool.answers(tasks("a", "hangs"))
        assert isinstance(next(answers), Examined)
        answers.close()  # type: ignore[attr-defined]
        assert isinstance(pool.answer(tasks("a", "hangs", "b")[2]), Examined)


def test_a_picture_that_takes_too_much_memory_is_refused(root: Path) -> None:
    path = root / "large.dcm"
    path.write_bytes(written(dataset(gradient(4096, 4096))))
    with Pool(root, 1, Limits(memory=240 * MB)) as pool:
        answer = pool.answer(Examine(Source("large", str(path)), "staging/large"))
        assert isinstance(answer, Refused)
        assert (answer.reason, answer.detail) == (
            QuarantineReason.LIMIT,
            "reading it takes more memory than is allowed",
        )
        assert isinstance(pool.answer(tasks("fine")[0]), Examined)


def test_a_worker_starts_quickly_and_knows_no_secrets(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "never to be told")
    worker = Worker(wire.Setup(root, QUICK, 60, leashed=False))
    began = time.monotonic()
    worker.begin(tasks("fine")[0])
    try:
        while worker.collect() is None:
            pass
        assert time.monotonic() - began < 10  # 0.4 s on an idle machine
        environment = Path(f"/proc/{worker.process_id}/environ").read_bytes()
        assert b"SECRET_KEY" not in environment
    finally:
        worker.stop()


def test_a_worker_dies_with_the_process_that_started_it(root: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from studies.archive.worker import Worker\nfrom studies.archive import wire\n"
        "from studies.archive.limits import LIMITS\nfrom studies.archive.tasks import Examine\n"
        "from studies.archive.examined import Source\n"
        f"worker = Worker(wire.Setup(Path({str(root)!r}), LIMITS, 600, leashed=True), {PROGRAM!r})\n"
        f"worker.begin(Examine(Source('a', {CT!r}), 'staging/a'))\nwhile worker.collect() is None: pass\n"
        f"worker.begin(Examine(Source('hangs', {CT!r}), 'staging/b'))\n"
        "print(worker.process_id, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    worker = Path(f"/proc/{int(parent.stdout.readline())}")
    assert worker.exists()
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 5
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(worker)


def _runs(process: Path) -> bool:
    try:
        return "\nState:\tZ" not in (process / "status").read_text()
    except FileNotFoundError:
        return False


def test_an_answer_is_unpickled_to_values_and_nothing_else() -> None:
    content = pickle.dumps(subprocess.Popen)
    with pytest.raises(wire.NotAnAnswer, match=r"subprocess\.Popen"):
        wire.answer_in(struct.pack("!L", len(content)) + content)
    with pytest.raises(wire.NotAnAnswer):
        wire.answer_in(struct.pack("!L", 5) + b"\x80\x04\x95..")
    with pytest.raises(wire.NotAnAnswer, match="too long"):
        wire.answer_in(struct.pack("!L", 2**31))
    assert wire.answer_in(b"\0\0") is None


def test_two_threads_have_their_own_pools(root: Path) -> None:
    answers: list[object] = []

    def examine(name: str) -> None:
        with Pool(root, 1, QUICK) as pool:
            answers.append(pool.answer(Examine(Source(name, CT), f"staging/{name}")))

    threads = [threading.Thread(target=examine, args=(name,)) for name in ("x", "y")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(answer, Examined) for answer in answers)
