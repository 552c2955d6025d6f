"""The REST resources of objectives, key results and check-ins.

Each answer carries the version of the objective as its ETag. A change or deletion sends the ETag as If-Match. It is
refused with 428 without If-Match, and with 412 if the objective has changed since. A creation takes an Idempotency-Key.
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
    """The request handlers of objectives, key results and check-ins."""

    objectives: Objectives
    idempotency: Idempotency

    def routes(self) -> list[Route]:
        """Return the routes of the resources."""
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
        """Return a page of objectives."""
        media_type(accepted(request), (JSON,))
        principal = principal_of(request.scope)
        directory = self.objectives.desk.directory_of(principal)
        today = self.objectives.today(Owner("company"))
        asked, day = wanted(request.scope["query_string"], directory, today)
        found = await self.objectives.page(asked, principal, day)
        return self._respond(request, encode.page(found, directory, self._language(request)))

    async def one(self, request: Request) -> Response:
        """Return an objective."""
        media_type(accepted(request), (JSON,))
        return self._respond_objective(request, await self._get(request, as_of(request.scope["query_string"])))

    async def key_result(self, request: Request) -> Response:
        """Return a key result."""
        media_type(accepted(request), (JSON,))
        found = await self._get(request, as_of(request.scope["query_string"]))
        return self._respond(request, self._key_result(request, found), found)

    async def check_ins(self, request: Request) -> Response:
        """Return the check-ins of a key result, the oldest first."""
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        found = await self._get(request)
        return self._respond(request, {"check_ins": self._key_result(request, found)["check_ins"]}, found)

    async def create(self, request: Request) -> Response:
        """Create an objective and return it."""
        caller = allowed(request, "steer")
        sent, body = await sent_as(request, ObjectiveSent)

        async def work() -> Saved:
            made = await self._changes.create(plain(sent), _author(caller))
            found = await self.objectives.get(made, caller.principal)
            return self._creation(self._document(request, found), found, f"/v1/objectives/{made}")

        return await once(self.idempotency, request, caller, body, work)

    async def change(self, request: Request) -> Response:
        """Change an objective and return it."""
        caller = allowed(request, "steer")
        sent, _ = await sent_as(request, ObjectiveChange)
        objective = _number(request, "objective")
        await self._changes.change(objective, _if_match(request), plain(sent), _author(caller))
        return self._respond_objective(request, await self._get(request))

    async def delete(self, request: Request) -> Response:
        """Delete a draft objective."""
        caller = allowed(request, "steer")
        await self._changes.delete(_number(request, "objective"), _if_match(request), _author(caller))
        return Response(status_code=204, headers=NO_STORE)

    async def add_key_result(self, request: Request) -> Response:
        """Add a key result to an objective and return the key result."""
        caller = allowed(request, "steer")
        sent, body = await sent_as(request, KeyResultSent)
        objective = _number(request, "objective")

        async def work() -> Saved:
            made = await self._changes.add_key_result(objective, plain(sent), _author(caller))
            whole = await self.objectives.get(objective, caller.principal)
            found = whole.key_result(made)
            assert found is not None
            directory = self.objectives.desk.directory_of(caller.principal)
            document = encode.key_result(found, directory, self._language(request))
            return self._creation(document, whole, f"/v1/objectives/{objective}/key-results/{made}")

        return await once(self.idempotency, request, caller, body, work)

    async def change_key_result(self, request: Request) -> Response:
        """Change a key result and return it."""
        caller = allowed(request, "steer")
        sent, _ = await sent_as(request, KeyResultChange)
        objective, key_result = _number(request, "objective"), _number(request, "key_result")
        await self._changes.change_key_result(objective, key_result, _if_match(request), plain(sent), _author(caller))
        found = await self._get(request)
        return self._respond(request, self._key_result(request, found), found)

    async def delete_key_result(self, request: Request) -> Response:
        """Delete a key result without check-ins."""
        caller = allowed(request, "steer")
        objective, key_result = _number(request, "objective"), _number(request, "key_result")
        await self._changes.delete_key_result(objective, key_result, _if_match(request), _author(caller))
        return Response(status_code=204, headers=NO_STORE)

    async def check_in(self, request: Request) -> Response:
        """Add a check-in to a key result and return the check-in."""
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

    def _key_result(self, request: Request, of: ToldObjective) -> dict[str, Any]:
        wanted = _number(request, "key_result")
        found = of.key_result(wanted)
        if found is None:
            seen = [each.key_result for each in of.key_results]
            raise no_key_result(of.objective.number, str(wanted), seen)
        directory = self.objectives.desk.directory_of(principal_of(request.scope))
        return encode.key_result(found, directory, self._language(request))

    def _document(self, request: Request, found: ToldObjective) -> dict[str, Any]:
        directory = self.objectives.desk.directory_of(principal_of(request.scope))
        return encode.objective(found, directory, self._language(request))

    def _respond_objective(self, request: Request, found: ToldObjective) -> Response:
        return self._respond(request, self._document(request, found), found)

    def _respond(self, request: Request, document: dict[str, Any], of: ToldObjective | None = None) -> Response:
        headers = {**NO_STORE, "content-language": self._language(request)}
        if of is not None:
            headers["etag"] = of.objective.tag
        return Response(orjson.dumps(document, option=_OPTIONS), headers=headers, media_type=JSON)

    @staticmethod
    def _creation(document: dict[str, Any], of: ToldObjective, location: str) -> Saved:
        """Return the response of a creation: the document, its location and its version."""
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
