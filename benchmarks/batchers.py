"""What batches requests: ours, the peers' (each in an environment that has it), and the floor of asyncio itself.

A batcher is made with a model, started on a loop, and asked there (``async_ask``) or from threads (``ask``). Peers are
wired as their own servers wire them, with one executor thread for the model. The names ending in ``tuned`` have a batch
size of 256 and the window that served them best here; the others are as they come.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from costs import Model


class Batcher:
    """A batcher; what it does not override it cannot do."""

    packages: tuple[str, ...] = ()
    callers = ("coroutines",)

    def __init__(self, model: Model) -> None:
        self.model = model

    async def start(self) -> None:
        """Begin, on the loop that will ask."""

    async def async_ask(self, value: np.ndarray) -> Any:
        """Ask from a coroutine; may be replaced by something that is awaited."""
        raise NotImplementedError

    def ask(self, value: np.ndarray) -> Any:
        """Ask from a thread."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End."""

    def one_by_one(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Do what peers leave to their users: one array in, rows out."""
        answer, stop, pieces = self.model(np.concatenate(values)), 0, []
        for value in values:
            stop += len(value)
            pieces.append(answer[stop - len(value) : stop])
        return pieces


class Floor(Batcher):
    """No batcher but the least that asyncio needs for one: a future for each request; the model blocks the loop."""

    async def start(self) -> None:
        self._loop, self._waiting = asyncio.get_running_loop(), []
        self.async_ask = self._ask

    def _ask(self, value: np.ndarray) -> asyncio.Future[Any]:
        future = self._loop.create_future()
        if not self._waiting:
            self._loop.call_soon(self._run)
        self._waiting.append((value, future))
        return future

    def _run(self) -> None:
        batch, self._waiting = self._waiting, []
        pieces = self.one_by_one([value for value, _ in batch])
        for (_, future), piece in zip(batch, pieces, strict=True):
            future.set_result(piece)


class OneByOne(Batcher):
    """No batching: each request goes to one executor thread."""

    async def start(self) -> None:
        self._loop, self._pool = asyncio.get_running_loop(), ThreadPoolExecutor(1)

    async def async_ask(self, value: np.ndarray) -> Any:
        return await self._loop.run_in_executor(self._pool, self.model, value)

    async def stop(self) -> None:
        self._pool.shutdown()


class Bentobook(Batcher):
    """Ours: a Runner with its default settings."""

    packages = ("bentobook",)
    callers = ("coroutines", "threads", "mixed")

    async def start(self) -> None:
        from bentobook.runner.runner import Runner

        self._runner = Runner(self._runnable())
        self._runner.init_local(quiet=True)
        self.async_ask, self.ask = self._runner.predict.async_run, self._runner.predict.run

    def _runnable(self) -> type:
        from bentobook.runner.runnable import Runnable

        class Model(Runnable):
            pass

        Model.add_method(staticmethod(self.model), "predict", batchable=True)
        return Model

    async def stop(self) -> None:
        self._runner.close()


class BentobookChecked(Bentobook):
    """The same with a schema, put together as ``Model.to_runner`` does: each request is checked before it is queued."""

    def _runnable(self) -> type:
        from bentobook.frameworks.model_runnable import Asked, make
        from bentobook.schema.spec import Schema, Signature, TensorSpec
        from bentobook.store.model_yaml import ModelSignature

        inputs = Schema(tensors=(TensorSpec(None, "float64", (-1, 8)),))
        asked = Asked(
            name="predict",
            declared=ModelSignature(batchable=True),
            flavor="pyfunc",
            where="predict of accelerator",
            find=lambda model: model,
            signature=Signature(inputs=inputs),
        )
        return make("Accelerator", lambda: self.model, [asked])


class BentomlDispatcher(Batcher):
    """BentoML's CorkDispatcher as its runner server and its batchable APIs use it."""

    packages = ("bentoml",)
    max_batch_size, max_latency_ms = 100, 60_000

    async def start(self) -> None:
        import anyio.to_thread
        from bentoml._internal.marshal.dispatcher import CorkDispatcher
        from bentoml._internal.runner.container import AutoContainer

        limiter = anyio.CapacityLimiter(1)

        async def infer(values: Sequence[np.ndarray]) -> Any:
            batch, indices = AutoContainer.batches_to_batch(values, 0)
            answer = await anyio.to_thread.run_sync(self.model, batch, limiter=limiter)
            return AutoContainer.batch_to_batches(answer, indices, 0)

        self._dispatcher = CorkDispatcher(
            self.max_latency_ms,
            self.max_batch_size,
            fallback=lambda: RuntimeError("overloaded"),
            get_batch_size=functools.partial(AutoContainer.get_batch_size, batch_dim=0),
            batch_dim=(0, 0),
        )
        self.async_ask = self._dispatcher(infer)

    async def stop(self) -> None:
        self._dispatcher.shutdown()


class BentomlDispatcherTuned(BentomlDispatcher):
    max_batch_size = 256


class BentomlLocal(Batcher):
    """BentoML's runner after ``init_local()``, which is its way to run in a notebook; it does not batch there."""

    packages = ("bentoml",)
    callers = ("coroutines", "threads")

    async def start(self) -> None:
        logging.disable(logging.WARNING)
        from bentoml.legacy import Runnable, Runner

        model = self.model

        class Local(Runnable):
            SUPPORTED_RESOURCES = ("cpu",)
            SUPPORTS_CPU_MULTI_THREADING = True

            @Runnable.method(batchable=True)
            def predict(self, x: np.ndarray) -> np.ndarray:
                return model(x)

        runner = Runner(Local, name="local")
        runner.init_local(quiet=True)
        self.async_ask, self.ask = runner.predict.async_run, runner.predict.run


class RayServe(Batcher):
    """Ray's ``@serve.batch`` queue; the context of a replica, which it asks for, is made up."""

    packages = ("ray",)
    max_batch_size, window = 10, 0.01

    async def start(self) -> None:
        logging.disable(logging.ERROR)
        from ray import serve

        settings = SimpleNamespace(max_ongoing_requests=10_000)
        context = SimpleNamespace(_deployment_config=settings, app_name="a", deployment="d", replica_id=None)
        serve.get_replica_context = lambda: context
        pool, loop = ThreadPoolExecutor(1), asyncio.get_running_loop()

        async def infer(values: list[np.ndarray]) -> list[np.ndarray]:
            return await loop.run_in_executor(pool, self.one_by_one, values)

        self.async_ask = serve.batch(infer, max_batch_size=self.max_batch_size, batch_wait_timeout_s=self.window)


class RayServeTuned(RayServe):
    max_batch_size, window = 256, 0.002


class MlServer(Batcher):
    """MLServer's AdaptiveBatcher, which merges messages of the V2 protocol; its batching is off as it comes."""

    packages = ("mlserver",)
    window = 0.01

    async def start(self) -> None:
        logging.disable(logging.ERROR)
        from mlserver import MLModel, ModelSettings, types
        from mlserver.batching.adaptive import AdaptiveBatcher
        from mlserver.context import model_context

        pool, model, self._types = ThreadPoolExecutor(1), self.model, types

        class Served(MLModel):
            async def load(self) -> bool:
                return True

            async def predict(self, payload: Any) -> Any:
                given = payload.inputs[0]
                x = np.asarray(given.data.root).reshape(given.shape)
                y = await asyncio.get_running_loop().run_in_executor(pool, model, x)
                answer = types.ResponseOutput(name="y", shape=[len(y), 1], datatype="FP64", data=y.tolist())
                return types.InferenceResponse(model_name="m", outputs=[answer])

        settings = ModelSettings(name="m", implementation=Served, max_batch_size=256, max_batch_time=self.window)
        self._context = contextlib.ExitStack()
        self._context.enter_context(model_context(settings))
        self._batcher = AdaptiveBatcher(Served(settings))

    async def async_ask(self, value: np.ndarray) -> Any:
        types = self._types
        given = types.RequestInput(name="x", shape=list(value.shape), datatype="FP64", data=value.ravel().tolist())
        answer = await self._batcher.predict(types.InferenceRequest(inputs=[given]))
        return np.asarray(answer.outputs[0].data.root)


class MlServerTuned(MlServer):
    window = 0.001


class Batched(Batcher):
    """``batched.aio.dynamically`` and, for threads, ``batched.dynamically``."""

    packages = ("batched",)
    callers = ("coroutines", "threads")
    settings: ClassVar[dict[str, Any]] = {}

    async def start(self) -> None:
        import batched

        self.async_ask = batched.aio.dynamically(self.one_by_one, **self.settings)
        self.ask = batched.dynamically(self.one_by_one, **self.settings)


class BatchedTuned(Batched):
    settings: ClassVar[dict[str, Any]] = {"batch_size": 256, "timeout_ms": 1.0}


class AsyncBatcher(Batcher):
    """``async_batcher.AsyncBatcher``."""

    packages = ("async-batcher",)
    settings: ClassVar[dict[str, Any]] = {}

    async def start(self) -> None:
        from async_batcher.batcher import AsyncBatcher

        one_by_one = self.one_by_one

        class Merged(AsyncBatcher):
            def process_batch(self, batch: list[np.ndarray]) -> list[np.ndarray]:
                return one_by_one(batch)

        self._batcher = Merged(executor=ThreadPoolExecutor(1), **self.settings)
        self.async_ask = self._batcher.process

    async def stop(self) -> None:
        await self._batcher.stop(force=True)


class AsyncBatcherTuned(AsyncBatcher):
    settings: ClassVar[dict[str, Any]] = {"max_queue_time": 0.0, "max_batch_size": 256}


OURS: dict[str, type[Batcher]] = {
    "floor": Floor,
    "one by one": OneByOne,
    "bentobook": Bentobook,
    "bentobook checked": BentobookChecked,
}
PEERS: dict[str, dict[str, type[Batcher]]] = {
    "bentoml": {
        "bentoml": BentomlDispatcher,
        "bentoml tuned": BentomlDispatcherTuned,
        "bentoml init_local": BentomlLocal,
    },
    "ray": {"ray": RayServe, "ray tuned": RayServeTuned},
    "mlserver": {"mlserver": MlServer, "mlserver tuned": MlServerTuned},
    "batchers": {
        "batched": Batched,
        "batched tuned": BatchedTuned,
        "async-batcher": AsyncBatcher,
        "async-batcher tuned": AsyncBatcherTuned,
    },
}
BATCHERS = {**OURS, **{name: batcher for each in PEERS.values() for name, batcher in each.items()}}
