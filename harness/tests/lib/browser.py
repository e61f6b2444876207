# SPDX-License-Identifier: Apache-2.0
"""Chromium, driven through the pipe of its DevTools protocol: JSON messages that end with NUL."""
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

OPTIONS = ["--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run",
           "--disable-extensions", "--disable-background-networking", "--disable-component-update",
           "--disable-sync", "--hide-scrollbars", "--force-color-profile=srgb"]
SECONDS = 30


def program():
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """One page; what happened in it is in `requests` and `complaints`, from the last `open` on."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="ts-browser.")
        to_read, self.write_fd = os.pipe()
        self.read_fd, to_write = os.pipe()

        def place():  # the protocol is on 3 and 4, and the pipes may be there already
            ends = os.dup(to_read), os.dup(to_write)
            high = [os.dup2(end, 60 + i) for i, end in enumerate(ends)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program(), *OPTIONS, "--user-data-dir=" + self.folder], preexec_fn=place, close_fds=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.rest, self.number, self.session, self.has_scripts = b"", 0, None, True
        self.requests, self.complaints, self.loaded = [], [], False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Log", "Network", "Audits":
            self.call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.write_fd)  # it ends when nobody speaks to it any more
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.read_fd)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _next(self, deadline):
        while b"\0" not in self.rest:
            if not select.select([self.read_fd], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError(f"chromium did not answer within {SECONDS} s")
            part = os.read(self.read_fd, 1 << 20)
            if not part:
                raise EOFError("chromium ended: run it by hand with --headless to see why")
            self.rest += part
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def _event(self, message):
        method, what = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Log.entryAdded":
            self.complaints.append(what["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(what["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append("console: " + json.dumps(what["args"]))
        elif method == "Audits.issueAdded" and "ContentSecurityPolicy" in what["issue"]["code"]:
            self.complaints.append("policy: " + json.dumps(what["issue"]["details"]))

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session is not None:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.write_fd, data):]
        deadline = time.monotonic() + SECONDS
        while (answer := self._next(deadline)).get("id") != self.number:
            self._event(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def open(self, path, fragment=""):
        """Loads a file, and waits until it is there."""
        # Otherwise only the fragment would change.
        self.call("Page.navigate", url="about:blank")
        self.settle()
        self.requests, self.complaints, self.loaded = [], [], False
        answer = self.call("Page.navigate", url="file://" + os.path.abspath(path) + fragment)
        if "errorText" in answer:
            raise RuntimeError(f"cannot open '{path}': {answer['errorText']}")
        deadline = time.monotonic() + SECONDS
        while not self.loaded:
            self._event(self._next(deadline))
        self.settle()

    def settle(self):
        """Waits for two frames, so that all is drawn and all events were sent."""
        if self.has_scripts:
            self.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))")
        else:  # nothing in the page can say when
            time.sleep(0.2)
            self.run("0")

    def run(self, script):
        """The value of an expression in the page; of a promise, what it is resolved with."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def width(self, pixels, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=pixels, height=height, deviceScaleFactor=1,
                  mobile=pixels < 640)

    def media(self, theme="light", kind=""):
        self.call("Emulation.setEmulatedMedia", media=kind,
                  features=[{"name": "prefers-color-scheme", "value": theme},
                            {"name": "prefers-reduced-motion", "value": "reduce"}])

    def scripts(self, run):
        self.call("Emulation.setScriptExecutionDisabled", value=not run)
        self.has_scripts = run

    def key(self, name, text=None, shift=False):
        code = {"Tab": 9, "Enter": 13, " ": 32, "Escape": 27}.get(name, 0)
        press = {"key": name, "code": "Space" if name == " " else name, "windowsVirtualKeyCode": code,
                 "modifiers": 8 if shift else 0}
        if name == "Enter":
            text = "\r"
        elif name == " ":
            text = " "
        if text is not None:
            press["text"] = text
        self.call("Input.dispatchKeyEvent", type="keyDown", **press)
        self.call("Input.dispatchKeyEvent", type="keyUp", **{k: v for k, v in press.items() if k != "text"})

    def type(self, text):
        self.call("Input.insertText", text=text)
