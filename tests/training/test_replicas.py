"""Processes that average their weights."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from multiprocessing import Pipe
from threading import Thread

import pytest
import torch
from torch import nn

from secrel.errors import ModelError
from secrel.training.replicas import Averaging, AveragingCallback, replicas


def filled(*values: float) -> list[nn.Parameter]:
    return [nn.Parameter(torch.full((2, 3), values[0])), nn.Parameter(torch.full((4,), values[1]))]


def test_all_get_the_mean() -> None:
    pipes = [Pipe(), Pipe()]
    ranks = [
        Averaging(0, 3, 1, tuple(ours for ours, _ in pipes)),
        *(Averaging(rank, 3, 1, (theirs,)) for rank, (_, theirs) in enumerate(pipes, start=1)),
    ]
    weights = [filled(1.0, 6.0), filled(2.0, 0.0), filled(6.0, 3.0)]
    threads = [Thread(target=rank.average, args=(own,)) for rank, own in zip(ranks, weights, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    for first, second in weights:
        assert first.equal(torch.full((2, 3), 3.0))
        assert second.equal(torch.full((4,), 3.0))


class Counting(Averaging):
    calls: list[int] = []  # noqa: RUF012

    def average(self, parameters: Sequence[nn.Parameter]) -> None:
        self.calls.append(len(parameters))


class State:
    def __init__(self, global_step: int) -> None:
        self.global_step = global_step


def test_weights_that_learn_are_averaged_every_few_steps_and_after_a_pass() -> None:
    model = nn.Linear(2, 2)
    model.bias.requires_grad_(False)
    Counting.calls = []
    callback = AveragingCallback(Counting(0, 2, 3), model)
    for step in range(1, 8):
        callback.on_step_end(None, State(step), None)
    assert Counting.calls == [1, 1]
    callback.on_epoch_end(None, State(7), None)
    assert Counting.calls == [1, 1, 1]


def add_rank(averaging: Averaging, start: float) -> None:
    averaging.average([nn.Parameter(torch.tensor([start + averaging.rank]))])


def die(averaging: Averaging, status: int) -> None:
    os._exit(status + averaging.rank)


def wait_for_ever(averaging: Averaging, seconds: float) -> None:
    while averaging.rank:
        time.sleep(seconds)


def test_other_processes_do_the_same() -> None:
    n_threads = torch.get_num_threads()
    weight = nn.Parameter(torch.tensor([4.0]))
    with replicas(add_rank, 4.0, 3, every=1) as averaging:
        assert (averaging.rank, averaging.n) == (0, 3)
        assert torch.get_num_threads() == max(1, n_threads // 3)
        averaging.average([weight])
    assert weight.item() == 5.0
    assert torch.get_num_threads() == n_threads
    assert [process.exitcode for process in averaging.processes] == [0, 0]


def test_one_process_has_no_others() -> None:
    with replicas(die, 0, 1, every=1) as averaging:
        assert averaging == Averaging(0, 1)


def test_a_process_that_ends_is_named() -> None:
    with pytest.raises(ModelError) as error, replicas(die, 6, 2, every=1) as averaging:
        averaging.average(filled(1.0, 1.0))
    assert error.value.where == "process 2 of 2 of the training"
    assert "status 7" in error.value.found
    assert "__main__" in error.value.expected


def test_the_others_end_when_this_one_fails() -> None:
    with pytest.raises(RuntimeError, match="power cut"), replicas(wait_for_ever, 0.1, 2, every=1) as averaging:
        raise RuntimeError("power cut")
    assert not averaging.processes[0].is_alive()


def test_the_others_end_quietly_when_this_one_is_gone(capfd: pytest.CaptureFixture[str]) -> None:
    with replicas(add_rank, 1.0, 2, every=1) as averaging:
        pass
    assert averaging.processes[0].exitcode == 0
    assert not capfd.readouterr().err
