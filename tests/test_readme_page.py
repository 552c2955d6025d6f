"""README's page, run by node over answers of the demonstration: it shows its figure, renews its token in time, and dims
a stale figure. ``tests/browser`` opens the same page in a browser.
"""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from tests.packages import told
from tests.test_readme import EXAMPLES, HOST, PAGES, request_of

SCRIPT: Final = re.findall(r'```html\n.*?<script type="module">\n(.*?)</script>', PAGES["README.md"], re.DOTALL)[0]
#: A mock of the page's browser: one element, a clock and a network. Each turn sets the state of both.
AROUND: Final = """
const {turns, minted, answer, said} = JSON.parse(process.argv[2]);
const qos = {value: "…", style: {}};
const seen = [];
let next, now, turn;
globalThis.document = {querySelector: () => qos};
Date.now = () => now;
globalThis.setTimeout = (work) => { next = work; };
globalThis.fetch = async (url, {method = "GET", headers = {}} = {}) => {
  turn.asked.push(method === "POST" ? "token" : headers.authorization);
  if (turn.network === false) throw new TypeError("fetch failed");
  if (method === "POST") return {ok: true, status: 200, json: async () => ({...minted, ...turn.minted})};
  const status = turn.status ?? 200;
  const json = async () => status === 200 ? answer : {code: "x"};
  return {ok: status === 200, status, headers: new Headers({...said, ...turn.said}), json};
};
const begin = (each) => { turn = {...each, asked: []}; now = each.now; };
const end = async () => {
  for (let ticks = 0; ticks < 100; ticks++) await Promise.resolve();
  await new Promise(setImmediate);
  seen.push([qos.value, Number(qos.style.opacity), turn.asked]);
};
begin(turns[0]);
"""
AFTER: Final = """
await end();
for (const each of turns.slice(1)) { begin(each); next(); await end(); }
console.log(JSON.stringify(seen));
"""


async def given(client: httpx.AsyncClient) -> tuple[Any, httpx.Response]:
    """Return the two responses that the page gets: the minted token, and the answer to the page's question."""
    minting = next(str(example.values[0]) for example in EXAMPLES if "/v1/embed-tokens" in str(example.values[0]))
    method, url, headers, body = request_of(shlex.split(minting))
    minted = (await client.request(method, url, headers=headers, content=body)).json()
    asked = re.findall(rf'"{HOST}(/v1/.*?)"', SCRIPT)[0]
    origin = json.loads(body or "")["origins"][0]
    sent = {"authorization": f"Bearer {minted['token']}", "origin": origin}
    answer = await client.get(asked, headers=sent)
    assert answer.headers["access-control-allow-origin"] == origin
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"cadran-as-of", "cadran-stale", "cadran-stale-after"} <= set(exposed)
    return minted, answer


async def test_the_page_lives_as_long_as_its_wall(demo_client: httpx.AsyncClient, tmp_path: Path):
    minted, answer = await given(demo_client)
    (path := tmp_path / "page.mjs").write_text(AROUND + f"{{{SCRIPT}}}" + AFTER)
    said = {name: value for name, value in answer.headers.items() if name.startswith("cadran-")}
    start, stale = milliseconds(answer.json()["generated_at"]), milliseconds(said["cadran-stale-after"])
    expires = milliseconds(minted["expires_at"])
    assert start < stale
    # The figure becomes stale before the token expires, so that both effects can be tested separately.
    soon = {"cadran-stale-after": datetime.fromtimestamp(start / 1000 + 30, UTC).isoformat()}
    late = {"cadran-stale-after": "2100-01-01T00:00:00Z"}
    other = {"token": "other", "expires_at": "2100-01-01T00:00:00Z"}
    first, second = f"Bearer {minted['token']}", "Bearer other"
    turns: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
        ({"now": start}, (1, "token", first)),
        ({"now": start + 10_000, "said": soon}, (1, first)),
        # While the service does not answer, the figure is shown as long as it is fresh, and then dimmed.
        ({"now": start + 20_000, "network": False}, (1, first)),
        ({"now": start + 31_000, "network": False}, (0.4, first)),
        # The token is renewed before it expires.
        ({"now": expires - 30_000, "minted": other, "said": late}, (1, "token", second)),
        # The token is refused early, as after its key was revoked. The next turn requests another token.
        ({"now": expires, "status": 401}, (1, second)),
        ({"now": expires + 10_000, "minted": other, "said": late}, (1, "token", second)),
        # The service serves a stale answer while its database is away.
        ({"now": expires + 20_000, "said": {**late, "cadran-stale": "true"}}, (0.4, second)),
    ]
    given_turns = [turn for turn, _ in turns]
    seen = told(path, json.dumps({"turns": given_turns, "minted": minted, "answer": answer.json(), "said": said}))
    assert seen == [["94%", opacity, asked] for _, (opacity, *asked) in turns]


def milliseconds(text: str) -> float:
    """Convert an ISO 8601 text to milliseconds since 1970, as JavaScript counts time."""
    return datetime.fromisoformat(text).timestamp() * 1000
