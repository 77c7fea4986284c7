"""The local stack as one object, for the run command and for tests alike."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console

from infra.local import kafka, mongod, readiness
from infra.local.faults import StackFault
from infra.local.issuer import client
from infra.local.keeper import PAUSE, Keeper
from infra.local.parts import kafka_jars
from infra.local.ports import SERVICES, Ports, require_free
from infra.local.programs import PROJECT, Addresses, Program, issuer, mail_catcher, service
from kernel import masterkeys

PARTS = ("kafka", "mongod", "mail")
PARTS_FOLDER = PROJECT / ".madoguchi" / "parts"
READY_WITHIN = 90.0
LEAST_DISK = 1 << 30


class Stack:
    """Kafka, MongoDB, the mail catcher and services, with all data, logs and keys under `root`.

    `start` returns when everything is ready, and otherwise raises a `StackFault` with nothing left running.
    Usable as a context manager. `extra` programs are started like services and count as ready when they run. `changed`
    sees each program before it is started: a trial may put it on a disk of its own. `given` are addresses of parts that
    run elsewhere. `first` is done when the parts are ready, before any service starts.
    `tokens`: the services take tokens alone, and an issuer gives them to whoever has the client file, which is there
    while the stack runs; otherwise the services believe whoever is named.
    """

    def __init__(
        self,
        root: Path,
        ports: Ports,
        prefix: str,
        clock: str,
        services: Sequence[str] = SERVICES,
        *,
        parts: Collection[str] = PARTS,
        extra: Sequence[Program] = (),
        console: Console | None = None,
        changed: Callable[[Program], Program] = lambda program: program,
        given: Mapping[str, str] | None = None,
        log_level: str = "INFO",
        tokens: bool = False,
        client_file: Path | None = None,
        first: Callable[[Addresses], None] | None = None,
    ) -> None:
        self.root, self._ports, self._parts = root.resolve(), ports, parts
        self._services, self._extra, self._log_level = tuple(services), tuple(extra), log_level
        self._console = console or Console(quiet=True)
        self._keeper: Keeper | None = None
        self._changed, self._first = changed, first
        key, issues = self.root / "run" / "master.key", tokens and bool(services)
        own = Addresses.of(ports, self._services, prefix, clock, key, client_file and client_file.resolve(), issues)
        self.addresses = addresses = replace(own, **(given or {}))  # type: ignore[arg-type]  # texts, all of them
        self._probes = readiness.probes(ports, addresses)

    def __enter__(self) -> Stack:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Prepare what is absent, start every program, wait until each is ready."""
        self._require_room()
        self._require_ports()
        self._make_master_key()
        try:
            self._keeper = Keeper(self.root, self._programs())
            self._keeper.start()
            self._await_parts()
            if self._first is not None:
                self._first(self.addresses)
            self._begin_services()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop every program in order, services first. May be called at any time, and twice."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.stop()
        if self.addresses.issuer:
            self.addresses.client_file.unlink(missing_ok=True)

    def restart(self, name: str) -> None:
        """Stop a program in order, start it, wait until it is ready."""
        self.keeper.end(name)
        self.keeper.begin(name)
        self.await_ready(name)

    def kill(self, name: str) -> int:
        """SIGKILL to a program by its process id, which is returned. The runner starts it again at once."""
        return self.keeper.kill(name)

    def await_restarted(self, name: str, former_pid: int) -> None:
        """After a kill: wait until another process of the program is ready."""
        until = time.monotonic() + READY_WITHIN
        while self.pids().get(name, former_pid) == former_pid:
            self.keeper.check()
            if time.monotonic() > until:
                raise self.keeper.crash(name).fault()
            time.sleep(PAUSE)
        self.await_ready(name)

    def check(self) -> None:
        """Raise a fault if a program was given up."""
        self.keeper.check()

    def pids(self) -> dict[str, int]:
        """Process id of each running program."""
        return self.keeper.pids()

    def await_ready(self, name: str) -> None:
        """Wait until a program answers; a fault with the end of its log if it does not."""
        until = time.monotonic() + READY_WITHIN
        probe = self._probes.get(name) or (lambda: self.keeper.runs(name))
        while not probe():
            self.keeper.check()
            if time.monotonic() > until:
                raise self.keeper.crash(name).fault()
            time.sleep(PAUSE)

    @property
    def keeper(self) -> Keeper:
        """The process runner of a started stack."""
        if self._keeper is None:
            raise StackFault("The stack is not started.")
        return self._keeper

    def _programs(self) -> list[Program]:
        data, made = self.root / "data", []
        if "kafka" in self._parts:
            jars = kafka_jars(PARTS_FOLDER / "kafka", self._console)
            properties = self.root / "run" / "kafka.properties"
            made.append(kafka.prepare(jars, self._ports, data / "kafka", properties))
        if "mongod" in self._parts:
            made.append(mongod.prepare(self._ports, data / "mongod"))
        if "mail" in self._parts:
            made.append(mail_catcher(self._ports, data / "mail"))
        if self.addresses.issuer:
            client.write(self.addresses.client_file, self.addresses.issuer)
            made.append(issuer(self._ports, self.addresses.client_file))
        ports = self._ports.services
        made += [service(name, self.addresses, ports[name], self._log_level) for name in self._services]
        return [self._changed(each) for each in (*made, *self._extra)]

    def _await_parts(self) -> None:
        if "mongod" in self._parts:
            self._step("MongoDB", partial(self.await_ready, "mongod"))
        if "kafka" in self._parts:
            self._step("Kafka", partial(self.await_ready, "kafka"))
        if "mail" in self._parts:
            self._step("Mail catcher", partial(self.await_ready, "mail"))
        if self.addresses.issuer:
            self._step("Issuer of tokens", partial(self.await_ready, "issuer"))

    def _begin_services(self) -> None:
        for name in (*self._services, *(each.name for each in self._extra if each.last)):
            self.keeper.begin(name)
        for name in self._services:
            self._step(f"Service {name}", partial(self.await_ready, name))
        for each in self._extra:
            self.await_ready(each.name)

    def _step(self, title: str, doing: Callable[[], None]) -> None:
        begun = time.monotonic()
        with self._console.status(f"Waiting for {title} …"):
            doing()
        self._console.print(f"[green]✓[/green] {title} is ready ({time.monotonic() - begun:.1f} s)")

    def _require_room(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.root).free
        if free < LEAST_DISK:
            raise StackFault(
                f"The disk of {self.root.name}/ has {free >> 20} MB left and at least {LEAST_DISK >> 20} MB are "
                "needed: free some space, then start again."
            )

    def _require_ports(self) -> None:
        used = {"kafka": ("kafka", "kafka_controller"), "mongod": ("mongod",), "mail": ("smtp", "mail")}
        wanted = {port for part in self._parts for port in used[part]} | set(self._services)
        wanted |= {"issuer"} if self.addresses.issuer else set()
        for name, port in self._ports.each():
            if name in wanted:
                require_free(name, port)

    def _make_master_key(self) -> None:
        path = self.addresses.master_key_file
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            masterkeys.write(path, masterkeys.MasterKeys.fresh())
