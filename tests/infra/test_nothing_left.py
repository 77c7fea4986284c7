"""However the stack ends, no process of it is left behind, and no other is touched."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psutil

from tests.infra.support import WITHIN, gone, run_command, stack, started_elsewhere, until


def test_nothing_is_left_after_stop(tmp_path: Path) -> None:
    running = stack(tmp_path, "mail")
    running.start()
    pids = running.pids()
    running.stop()
    running.stop()
    assert pids.keys() == {"mail"}
    assert gone(pids)


def test_nothing_is_left_after_a_kill_of_whoever_started_it(tmp_path: Path) -> None:
    with started_elsewhere(tmp_path, "mail") as (parent, pids):
        parent.kill()
        until(lambda: gone(pids))


def test_nothing_is_left_after_a_kill_of_the_process_runner(tmp_path: Path) -> None:
    with started_elsewhere(tmp_path, "mail") as (parent, pids):
        (runner,) = psutil.Process(parent.pid).children()
        runner.kill()
        until(lambda: gone(pids))
        assert parent.wait(WITHIN) == 1


def test_nothing_is_left_after_ctrl_c_of_the_whole_group(tmp_path: Path) -> None:
    with started_elsewhere(tmp_path, "mail") as (parent, pids):
        os.killpg(parent.pid, signal.SIGINT)
        assert parent.wait(WITHIN) == 0
        assert gone(pids)


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with started_elsewhere(tmp_path, "mail") as (_, pids):
        second = subprocess.run(run_command(tmp_path, "mail"), capture_output=True, text=True)
        assert second.returncode == 1
        assert "already running in this folder" in second.stdout
        assert not gone(pids)
