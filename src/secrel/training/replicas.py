"""Training in several processes whose weights are averaged every few steps.

This is local SGD (Stich 2019, *Local SGD Converges Fast and Communicates Little*; Lin et al. 2020, *Don't Use Large
Mini-Batches, Use Local SGD*) with AdamW, whose moments stay with every process. Small batches give the threads of one
process too little to share, and to exchange gradients at every step takes as long as the step; to exchange weights at
every sixteenth keeps all cores at work.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn
from transformers import TrainerCallback

from secrel.errors import ModelError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Averaging:
    """The connections of a process to those whose weights are averaged with its own.

    The first process has one connection to each of the others, and they have one to it.

    Attributes:
        rank: Number of this process, from 0 up.
        n: Number of processes.
        every: Steps between two averages.
        connections: The connections, in the order of the ranks.
        processes: In the first process, the others.
    """

    rank: int = 0
    n: int = 1
    every: int = 1
    connections: tuple[Connection, ...] = ()
    processes: tuple[BaseProcess, ...] = ()

    def average(self, parameters: Sequence[nn.Parameter]) -> None:
        """Sets the weights, in place, to their mean over all processes; all have to call it with the same shapes.

        Sums are taken in the order of the ranks, so that the result does not depend on which process is first.

        Raises:
            ModelError: If another process has ended.
        """
        flat = torch.cat([parameter.detach().float().cpu().flatten() for parameter in parameters]).numpy()
        if self.rank:
            self._from_first(flat)
        else:
            self._from_all(flat)
        taken = 0
        with torch.no_grad():
            for parameter in parameters:
                part = torch.from_numpy(flat[taken : taken + parameter.numel()])
                parameter.copy_(part.view_as(parameter))
                taken += parameter.numel()

    def _from_first(self, flat: np.ndarray[Any, np.dtype[np.float32]]) -> None:
        (connection,) = self.connections
        connection.send_bytes(flat.data)
        connection.recv_bytes_into(flat.data)

    def _from_all(self, flat: np.ndarray[Any, np.dtype[np.float32]]) -> None:
        other = np.empty_like(flat)
        for rank, connection in enumerate(self.connections, start=1):
            with self._watched(rank):
                connection.recv_bytes_into(other.data)
            flat += other
        flat /= self.n
        for rank, connection in enumerate(self.connections, start=1):
            with self._watched(rank):
                connection.send_bytes(flat.data)

    @contextmanager
    def _watched(self, rank: int) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            process = self.processes[rank - 1]
            process.join(timeout=10)
            raise ModelError(
                f"process {rank + 1} of {self.n} of the training",
                found=f"that it has ended, with status {process.exitcode}",
                expected="one that trains to the end: what it says stands above; status -9 means that the machine has "
                'no memory for it; in a script, training has to stand below `if __name__ == "__main__":`',
            ) from error


class AveragingCallback(TrainerCallback):  # type: ignore[misc]
    """Averages the weights every few steps and at the end of every pass, before they are saved or looked at."""

    def __init__(self, averaging: Averaging, model: nn.Module) -> None:
        self._averaging = averaging
        self._parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002, D102
        if state.global_step % self._averaging.every == 0:
            self._averaging.average(self._parameters)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002, D102
        self._averaging.average(self._parameters)


@contextmanager
def replicas(target: Callable[[Averaging, T], None], job: T, n: int, *, every: int) -> Iterator[Averaging]:
    """Runs a function in ``n - 1`` processes beside this one, which does the same.

    All processes have to average their weights as often. The threads of PyTorch are shared out between them. When the
    context ends they have ended, whichever way it ends; when this process is killed they end at the next average.

    Args:
        target: Called in every other process with its connections and the job; a function of a module.
        job: What to do; it has to be picklable.
        n: Number of processes, this one included.
        every: Steps between two averages.

    Yields:
        The connections of this process.
    """
    if n == 1:
        yield Averaging()
        return
    context = get_context("spawn")
    n_threads = torch.get_num_threads()
    share = max(1, n_threads // n)
    connections, processes = [], []
    for rank in range(1, n):
        ours, theirs = context.Pipe()
        averaging = Averaging(rank, n, every, (theirs,))
        process = context.Process(target=_serve, args=(target, averaging, job, share), daemon=True)
        process.start()
        # The other end is theirs alone, so that it is seen here when they are gone.
        theirs.close()
        connections.append(ours)
        processes.append(process)
    torch.set_num_threads(share)
    finished = False
    try:
        yield Averaging(0, n, every, tuple(connections), tuple(processes))
        finished = True
    finally:
        torch.set_num_threads(n_threads)
        for connection in connections:
            connection.close()
        for process in processes:
            if not finished:
                process.terminate()
            process.join()


def _serve(target: Callable[[Averaging, T], None], averaging: Averaging, job: T, n_threads: int) -> None:
    # The first process is told to stop and stops the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(n_threads)
    # The first process is gone: nobody waits for more, and it has said why.
    with suppress(EOFError, ConnectionError):
        target(averaging, job)
