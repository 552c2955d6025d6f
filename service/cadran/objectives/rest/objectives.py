"""The REST resources of objectives, key results and check-ins.

A response about one objective has the objective's version as its ETag. A change or deletion sends the ETag as If-Match.
The response is 428 without If-Match, and 412 if the objective has changed since. A creation accepts an Idempotency-Key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.callers import Caller
from cadran.access.idempotency import Idempotency, StoredAnswer
from cadran.errors import absent
from cadran.objectives.changes import Author, Changes
from cadran.objectives.documents.key_result import (
    CheckInsDocument,
    KeyResultDocument,
    encode_check_in,
    encode_key_result,
)
from cadran.objectives.documents.objective import ObjectiveDocument, ObjectivesDocument, encode_objective, encode_page
from cadran.objectives.forms import CheckInBody, KeyResultBody, KeyResultChange, ObjectiveBody, ObjectiveChange
from cadran.objectives.model.filter import parse_number
from cadran.objectives.model.objective import Owner
from cadran.objectives.model.permissions import no_key_result
from cadran.objectives.progress import ObjectiveProgress
from cadran.objectives.reader import ObjectiveReader
from cadran.objectives.rest.requests import read_as_of, read_filter, to_json
from cadran.rest import params
from cadran.rest.changes import NO_STORE, make_route, read_form, require_right, run_once
from cadran.rest.respond import read_accept
from cadran.web.authentication import get_principal
from cadran.web.negotiate import JSON, choose_language, choose_media_type

Document: TypeAlias = ObjectivesDocument | ObjectiveDocument | KeyResultDocument | CheckInsDocument
_OPTIONS: Final = orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_UTC_Z


@dataclass(frozen=True, slots=True)
class ObjectiveResources:
    """The request handlers of objectives, key results and check-ins."""

    objectives: ObjectiveReader
    idempotency: Idempotency

    def routes(self) -> list[Route]:
        """Return the routes of the resources."""
        one = "/v1/objectives/{objective}"
        result = f"{one}/key-results/{{key_result}}"
        return [
            make_route("/v1/objectives", GET=self.page, POST=self.create),
            make_route(one, GET=self.one, PATCH=self.change, DELETE=self.delete),
            make_route(f"{one}/key-results", POST=self.add_key_result),
            make_route(result, GET=self.key_result, PATCH=self.change_key_result, DELETE=self.delete_key_result),
            make_route(f"{result}/check-ins", GET=self.check_ins, POST=self.check_in),
        ]

    async def page(self, request: Request) -> Response:
        """Return a page of objectives."""
        choose_media_type(read_accept(request), (JSON,))
        principal = get_principal(request.scope)
        directory = self.objectives.desk.directory_of(principal)
        today = self.objectives.today(Owner("company"))
        asked, day = read_filter(request.scope["query_string"], directory, today)
        found = await self.objectives.page(asked, principal, day)
        return self._respond(request, encode_page(found, directory, self._language(request)))

    async def one(self, request: Request) -> Response:
        """Return an objective."""
        choose_media_type(read_accept(request), (JSON,))
        return self._respond_objective(request, await self._get(request, read_as_of(request.scope["query_string"])))

    async def key_result(self, request: Request) -> Response:
        """Return a key result."""
        choose_media_type(read_accept(request), (JSON,))
        found = await self._get(request, read_as_of(request.scope["query_string"]))
        return self._respond(request, self._key_result(request, found), found)

    async def check_ins(self, request: Request) -> Response:
        """Return the check-ins of a key result, the oldest first."""
        choose_media_type(read_accept(request), (JSON,))
        params.parse_nothing(request.scope["query_string"])
        found = await self._get(request)
        entries: CheckInsDocument = {"check_ins": self._key_result(request, found)["check_ins"]}
        return self._respond(request, entries, found)

    async def create(self, request: Request) -> Response:
        """Create an objective and return it."""
        caller = require_right(request, "steer")
        sent, body = await read_form(request, ObjectiveBody)

        async def work() -> StoredAnswer:
            made = await self._changes.create(to_json(sent), _author(caller))
            found = await self.objectives.get(made, caller.principal)
            return self._creation(self._document(request, found), found, f"/v1/objectives/{made}")

        return await run_once(self.idempotency, request, caller, body, work)

    async def change(self, request: Request) -> Response:
        """Change an objective and return it."""
        caller = require_right(request, "steer")
        sent, _ = await read_form(request, ObjectiveChange)
        objective = _number(request, "objective")
        await self._changes.change(objective, _if_match(request), to_json(sent), _author(caller))
        return self._respond_objective(request, await self._get(request))

    async def delete(self, request: Request) -> Response:
        """Delete a draft objective."""
        caller = require_right(request, "steer")
        await self._changes.delete(_number(request, "objective"), _if_match(request), _author(caller))
        return Response(status_code=204, headers=NO_STORE)

    async def add_key_result(self, request: Request) -> Response:
        """Add a key result to an objective and return the key result."""
        caller = require_right(request, "steer")
        sent, body = await read_form(request, KeyResultBody)
        objective = _number(request, "objective")

        async def work() -> StoredAnswer:
            made = await self._changes.add_key_result(objective, to_json(sent), _author(caller))
            whole = await self.objectives.get(objective, caller.principal)
            found = whole.key_result(made)
            assert found is not None
            directory = self.objectives.desk.directory_of(caller.principal)
            document = encode_key_result(found, directory, self._language(request))
            return self._creation(document, whole, f"/v1/objectives/{objective}/key-results/{made}")

        return await run_once(self.idempotency, request, caller, body, work)

    async def change_key_result(self, request: Request) -> Response:
        """Change a key result and return it."""
        caller = require_right(request, "steer")
        sent, _ = await read_form(request, KeyResultChange)
        objective, key_result = _number(request, "objective"), _number(request, "key_result")
        await self._changes.change_key_result(objective, key_result, _if_match(request), to_json(sent), _author(caller))
        found = await self._get(request)
        return self._respond(request, self._key_result(request, found), found)

    async def delete_key_result(self, request: Request) -> Response:
        """Delete a key result without check-ins."""
        caller = require_right(request, "steer")
        objective, key_result = _number(request, "objective"), _number(request, "key_result")
        await self._changes.delete_key_result(objective, key_result, _if_match(request), _author(caller))
        return Response(status_code=204, headers=NO_STORE)

    async def check_in(self, request: Request) -> Response:
        """Add a check-in to a key result and return the check-in."""
        caller = require_right(request, "steer")
        sent, body = await read_form(request, CheckInBody)
        objective, key_result = _number(request, "objective"), _number(request, "key_result")

        async def work() -> StoredAnswer:
            made = await self._changes.check_in(objective, key_result, to_json(sent), _author(caller))
            return StoredAnswer(201, orjson.dumps(encode_check_in(made), option=_OPTIONS))

        return await run_once(self.idempotency, request, caller, body, work)

    @property
    def _changes(self) -> Changes:
        return Changes(self.objectives)

    async def _get(self, request: Request, day: str | None = None) -> ObjectiveProgress:
        return await self.objectives.get(_number(request, "objective"), get_principal(request.scope), day)

    def _key_result(self, request: Request, of: ObjectiveProgress) -> KeyResultDocument:
        wanted = _number(request, "key_result")
        found = of.key_result(wanted)
        if found is None:
            seen = [each.key_result for each in of.key_results]
            raise no_key_result(of.objective.number, str(wanted), seen)
        directory = self.objectives.desk.directory_of(get_principal(request.scope))
        return encode_key_result(found, directory, self._language(request))

    def _document(self, request: Request, found: ObjectiveProgress) -> ObjectiveDocument:
        directory = self.objectives.desk.directory_of(get_principal(request.scope))
        return encode_objective(found, directory, self._language(request))

    def _respond_objective(self, request: Request, found: ObjectiveProgress) -> Response:
        return self._respond(request, self._document(request, found), found)

    def _respond(self, request: Request, document: Document, of: ObjectiveProgress | None = None) -> Response:
        headers = {**NO_STORE, "content-language": self._language(request)}
        if of is not None:
            headers["etag"] = of.objective.tag
        return Response(orjson.dumps(document, option=_OPTIONS), headers=headers, media_type=JSON)

    @staticmethod
    def _creation(document: Document, of: ObjectiveProgress, location: str) -> StoredAnswer:
        """Return the response of a creation: the document, its location and its version."""
        headers = {"location": location, "etag": of.objective.tag}
        return StoredAnswer(201, orjson.dumps(document, option=_OPTIONS), headers)

    @staticmethod
    def _language(request: Request) -> str:
        return choose_language(request.headers.get("accept-language"))


def _author(caller: Caller) -> Author:
    return Author(caller.principal, caller.who)


def _if_match(request: Request) -> str | None:
    given = request.headers.getlist("if-match")
    return ", ".join(given) if given else None


def _number(request: Request, name: str) -> int:
    found = parse_number(request.path_params[name])
    if found is None:
        raise absent(name.replace("_", " "), request.path_params[name], listed="/v1/objectives")
    return found
