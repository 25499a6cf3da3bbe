"""Debian's Chromium over its debugging pipe: the standard library is enough.

A page is given as bytes and answered in place of the network: its document is fulfilled, everything
else fails. Its scripts do not run, by a policy header rather than by a switch, so that `noscript`
is parsed as it is for a visitor with scripts.
"""

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from select import select

SCREENS = {
    "desktop": {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False},
    "phone": {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True},
}

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--remote-debugging-pipe",
]

# What runs in a page before it is judged: animations that end within a minute have ended.
SETTLE = """
for (const one of document.getAnimations()) {
  const timing = one.effect?.getComputedTiming();
  if (timing && timing.endTime < 62000) { try { one.finish() } catch {} }
}
"""


class ChromeError(Exception):
    """The browser answered with an error, or not at all."""


class Chrome:
    """One browser with one tab."""

    def __init__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if program is None:
            raise ChromeError("Chromium is missing; tests/run installs it")
        self.profile = tempfile.mkdtemp(prefix="oracle-")
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        flags = " ".join(FLAGS)
        # The pipe has to be file descriptors 3 and 4 of the browser.
        line = (
            f"exec {program} {flags} --user-data-dir={self.profile} about:blank"
            f" 3<&{to_read} 4>&{from_write}"
        )
        self.child = subprocess.Popen(
            ["bash", "-c", line],
            pass_fds=(to_read, from_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_read)
        os.close(from_write)
        self.into, self.out = to_write, from_read
        self.unread, self.number, self.document = b"", 0, None
        self.events, self.blocked = [], False
        self.session = None
        self.version = self.call("Browser.getVersion")["product"].split("/")[-1]
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        self.call("Page.enable")
        self.call("DOMSnapshot.enable")
        self.call("Fetch.enable", patterns=[{"urlPattern": "*"}])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends this browser and the processes that it started."""
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()
        os.close(self.into)
        os.close(self.out)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method: str, timeout: float = 60, **params) -> dict:
        """Sends one command and waits for its answer, serving intercepted requests meanwhile."""
        number = self._send(method, params)
        return self._until(lambda m: m.get("id") == number, timeout, method)

    def _send(self, method: str, params: dict) -> int:
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.into, data) :]
        return self.number

    def _until(self, wanted, timeout: float, what: str) -> dict:
        end = time.monotonic() + timeout
        while True:
            message = self._message(end, what)
            if message.get("method") == "Fetch.requestPaused":
                self._answer(message["params"])
            elif message.get("method") == "Page.javascriptDialogOpening":
                self._send("Page.handleJavaScriptDialog", {"accept": False})
            if wanted(message):
                if "error" in message:
                    raise ChromeError(f"{what}: {message['error'].get('message')}")
                return message.get("result", message)

    def _message(self, end: float, what: str) -> dict:
        while b"\0" not in self.unread:
            left = end - time.monotonic()
            if left <= 0 or not select([self.out], [], [], left)[0]:
                raise ChromeError(f"{what}: no answer in time")
            data = os.read(self.out, 1 << 20)
            if not data:
                raise ChromeError(f"{what}: the browser has ended")
            self.unread += data
        whole, self.unread = self.unread.split(b"\0", 1)
        return json.loads(whole)

    def _answer(self, paused: dict):
        is_document = paused.get("resourceType") == "Document" and self.document
        if is_document and paused["request"]["url"].split("#")[0] == self.document[0]:
            address, body, kind = self.document
            headers = [
                {"name": "Content-Type", "value": kind},
                {"name": "Content-Security-Policy", "value": "script-src 'none'"},
            ]
            self._send(
                "Fetch.fulfillRequest",
                {
                    "requestId": paused["requestId"],
                    "responseCode": 200,
                    "responseHeaders": headers,
                    "body": base64.b64encode(body).decode(),
                },
            )
            self.document = None
        else:
            self._send(
                "Fetch.failRequest",
                {"requestId": paused["requestId"], "errorReason": "BlockedByClient"},
            )

    def load(self, address: str, body: bytes, screen: str, kind: str = "text/html"):
        """Shows a document as if `address` had answered with it, and lets it settle."""
        self.call("Emulation.setDeviceMetricsOverride", **SCREENS[screen])
        self.document = (address, body, kind)
        number = self._send("Page.navigate", {"url": address})
        loaded, answered = False, False
        end = time.monotonic() + 30
        while not (loaded and answered):
            try:
                message = self._until(
                    lambda m: m.get("id") == number or m.get("method") == "Page.loadEventFired",
                    max(0.1, end - time.monotonic()),
                    "load",
                )
            except ChromeError as error:
                if answered and "in time" in str(error):
                    self.call("Page.stopLoading")
                    break
                raise
            if message.get("method") == "Page.loadEventFired":
                loaded = answered
            else:
                if message.get("errorText"):
                    raise ChromeError(f"load: {message['errorText']}")
                answered = True
        self.run(SETTLE)

    def run(self, script: str):
        """The value of a script in the page; the page's own scripts stay off."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise ChromeError(json.dumps(answer["exceptionDetails"])[:400])
        return answer["result"].get("value")

    def snapshot(self, styles: list[str]) -> dict:
        """Layout, computed style and paint order of everything, in one call."""
        return self.call(
            "DOMSnapshot.captureSnapshot",
            computedStyles=styles,
            includePaintOrder=True,
            includeDOMRects=True,
        )

    def picture(self) -> bytes:
        """The viewport as a PNG."""
        shot = self.call(
            "Page.captureScreenshot", format="png", optimizeForSpeed=True, captureBeyondViewport=False
        )
        return base64.b64decode(shot["data"])

    def viewport(self) -> tuple[float, float]:
        """The layout viewport's width and height, in CSS pixels."""
        box = self.call("Page.getLayoutMetrics")["cssLayoutViewport"]
        return (box["clientWidth"], box["clientHeight"])
