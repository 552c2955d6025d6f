"""The resources of objectives, their key results and their check-ins.

Each answer carries the version of the objective as its ETag: whoever changes the objective or one of its key results
sends it as If-Match, and is refused with 428 without and 412 where somebody else was faster. What creates something
takes an Idempotency-Key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.callers import Caller
from cadran.access.idempotency import Idempotency, Saved
from cadran.errors import absent
from cadran.objectives import documents as encode
from cadran.objectives.changes import Author, Changes
from cadran.objectives.model.filter import number
from cadran.objectives.model.objective import Owner
from cadran.objectives.model.permissions import no_key_result
from cadran.objectives.progress import ToldObjective
from cadran.objectives.reader import Objectives
from cadran.objectives.rest.forms import (
    CheckInSent,
    KeyResultChange,
    KeyResultSent,
    ObjectiveChange,
    ObjectiveSent,
    as_of,
    plain,
    wanted,
)
from cadran.rest import params
from cadran.rest.changes import NO_STORE, allowed, once, route, sent_as
from cadran.rest.respond import accepted
from cadran.web.authentication import principal_of
from cadran.web.negotiate import JSON, language, media_type

_OPTIONS: Final = orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_UTC_Z


@dataclass(frozen=True, slots=True)
class ObjectiveResources:
    """The handlers, with what they need."""

    objectives: Objectives
    idempotency: Idempotency

    def routes(self) -> list[Route]:
        """Where they are."""
        one = "/v1/objectives/{objective}"
        result = f"{one}/key-results/{{key_result}}"
        return [
            route("/v1/objectives", GET=self.page, POST=self.create),
            route(one, GET=self.one, PATCH=self.change, DELETE=self.delete),
            route(f"{one}/key-results", POST=self.add_key_result),
            route(result, GET=self.key_result, PATCH=self.change_key_result, DELETE=self.delete_key_result),
            route(f"{result}/check-ins", GET=self.check_ins, POST=self.check_in),
        ]

    async def page(self, request: Request) -> Response:
        """A page of objectives."""
        media_type(accepted(request), (JSON,))
        principal = principal_of(request.scope)
        directory = self.objectives.desk.directory_of(principal)
        today = self.objectives.today(Owner("company"))
        asked, day = wanted(request.scope["query_string"], directory, today)
        found = await self.objectives.page(asked, principal, day)
        return self._told(request, encode.page(found, directory, self._language(request)))

    async def one(self, request: Request) -> Response:
        """An objective."""
        media_type(accepted(request), (JSON,))
        return self._of(request, await self._get(request, as_of(request.scope["query_string"])))

    async def key_result(self, request: Request) -> Response:
        """A key result."""
        media_type(accepted(request), (JSON,))
        told = await self._get(request, as_of(request.scope["query_string"]))
        return self._told(request, self._key_result(request, told), told)

    async def check_ins(self, request: Request) -> Response:
        """What was said of a key result, the oldest first."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        told = await self._get(request)
        return self._told(request, {"check_ins": self._key_result(request, told)["check_ins"]}, told)

    async def create(self, request: Request) -> Response:
        """A new objective."""
        caller = allowed(request, "steer")
        sent, body = await sent_as(request, ObjectiveSent)

        async def work() -> Saved:
            made = await self._changes.create(plain(sent), _author(caller))
            told = await self.objectives.get(made, caller.principal)
            return self._saved(self._document(request, told), told, f"/v1/objectives/{made}")

        return await once(self.idempotency, request, caller, body, work)

    async def change(self, request: Request) -> Response:
        """The objective as it is now to be."""
        caller = allowed(request, "steer")
        sent, _ = await sent_as(request, ObjectiveChange)
        objective = _number(request, "objective")
        await self._changes.change(objective, _if_match(request), plain(sent), _author(caller))
        return self._of(request, await self._get(request))

    async def delete(self, request: Request) -> Response:
        """The objective is no more."""
        caller = allowed(request, "steer")
        await self._changes.delete(_number(request, "objective"), _if_match(request), _author(caller))
        return Response(status_code=204, headers=NO_STORE)

    async def add_key_result(self, request: Request) -> Response:
        """Another key result."""
        caller = allowed(request, "steer")
        sent, body = await sent_as(request, KeyResultSent)
        objective = _number(request, "objective")

        async def work() -> Saved:
            made = await self._changes.add_key_result(objective, plain(sent), _author(caller))
            whole = await self.objectives.get(objective, caller.principal)
            told = whole.key_result(made)
            assert told is not None
            directory = self.objectives.desk.directory_of(caller.principal)
            document = encode.key_result(told, directory, self._language(request))
            return self._saved(document, whole, f"/v1/objectives/{objective}/key-results/{made}")

        return await once(self.idempotency, request, caller, body, work)

    async def change_key_result(self, request: Request) -> Response:
        """The key result as it is now to be."""
        caller = allowed(request, "steer")
        sent, _ = await sent_as(request, KeyResultChange)
        objective, key_result = _number(request, "objective"), _number(request, "key_result")
        await self._changes.change_key_result(objective, key_result, _if_match(request), plain(sent), _author(caller))
        told = await self._get(request)
        return self._told(request, self._key_result(request, told), told)

    async def delete_key_result(self, request: Request) -> Response:
        """The key result is no more."""
        caller = allowed(request, "steer")
        objective, key_result = _number(request, "objective"), _number(request, "key_result")
        await self._changes.delete_key_result(objective, key_result, _if_match(request), _author(caller))
        return Response(status_code=204, headers=NO_STORE)

    async def check_in(self, request: Request) -> Response:
        """What is said of a key result, beside what was said before."""
        caller = allowed(request, "steer")
        sent, body = await sent_as(request, CheckInSent)
        objective, key_result = _number(request, "objective"), _number(request, "key_result")

        async def work() -> Saved:
            made = await self._changes.check_in(objective, key_result, plain(sent), _author(caller))
            return Saved(201, orjson.dumps(encode.check_in(made), option=_OPTIONS))

        return await once(self.idempotency, request, caller, body, work)

    @property
    def _changes(self) -> Changes:
        return Changes(self.objectives)

    async def _get(self, request: Request, day: str | None = None) -> ToldObjective:
        return await self.objectives.get(_number(request, "objective"), principal_of(request.scope), day)

    def _key_result(self, request: Request, told: ToldObjective) -> dict[str, Any]:
        wanted = _number(request, "key_result")
        found = told.key_result(wanted)
        if found is None:
            seen = [each.key_result for each in told.key_results]
            raise no_key_result(told.objective.number, str(wanted), seen)
        directory = self.objectives.desk.directory_of(principal_of(request.scope))
        return encode.key_result(found, directory, self._language(request))

    def _document(self, request: Request, told: ToldObjective) -> dict[str, Any]:
        directory = self.objectives.desk.directory_of(principal_of(request.scope))
        return encode.objective(told, directory, self._language(request))

    def _of(self, request: Request, told: ToldObjective) -> Response:
        return self._told(request, self._document(request, told), told)

    def _told(self, request: Request, document: dict[str, Any], of: ToldObjective | None = None) -> Response:
        headers = {**NO_STORE, "content-language": self._language(request)}
        if of is not None:
            headers["etag"] = of.objective.tag
        return Response(orjson.dumps(document, option=_OPTIONS), headers=headers, media_type=JSON)

    @staticmethod
    def _saved(document: dict[str, Any], of: ToldObjective, location: str) -> Saved:
        """What was made, where it is, and the version to change it by."""
        headers = {"location": location, "etag": of.objective.tag}
        return Saved(201, orjson.dumps(document, option=_OPTIONS), headers)

    @staticmethod
    def _language(request: Request) -> str:
        return language(request.headers.get("accept-language"))


def _author(caller: Caller) -> Author:
    return Author(caller.principal, caller.who)


def _if_match(request: Request) -> str | None:
    given = request.headers.getlist("if-match")
    return ", ".join(given) if given else None


def _number(request: Request, name: str) -> int:
    found = number(request.path_params[name])
    if found is None:
        raise absent(name.replace("_", " "), request.path_params[name], listed="/v1/objectives")
    return found
