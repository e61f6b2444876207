#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""page_browser.py FOLDER: opens the pages that write_pages wrote to FOLDER in Chromium, and uses them as a reader would: with
and without scripts, with the keyboard only, at three widths, in both themes, and printed. If AXE is the file axe.min.js of
axe-core, its rules are asked too."""
import base64
import itertools
import os
import re
import sys

from browser import Browser

here = os.path.dirname(os.path.abspath(__file__))
folder = sys.argv[1]
with open(os.path.join(here, "page_facts.js"), encoding="utf-8") as file:
    ASK = file.read()
# On a page in Chinese: products, CPUs, instructions, tools and languages, then what the sample calls its own.
NAMES = """Touchstone Redis QEMU TCG CPU KVM SHA UTC LSE Armv AVX CAS SWP LDADD SIGILL Arm Advanced SIMD CPUID AAPCS EOF ABI
mcpu armv GCC moutline atomics char signed unsigned fsigned Debian HiSilicon Kunpeng TaiShan TLS PASS FAIL SKIP DONE MISS ERROR BLOCK HIGH UNKNOWN
stdout console midr tcg
redis kunpeng phytium behaviour install persist speed lse probe debian bookworm amd arm stand in aarch executes""".split()
WIDTHS = 390, 800, 1440
AXE = "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 150)))"
PLATFORMS = "kunpeng", "phytium", "phytium-d3000", "x86"
count = failures = 0


def check(name, actual, expected):
    global count, failures
    count += 1
    if actual == expected:
        print(f"ok {count} - {name}")
        return
    failures += 1
    print(f"not ok {count} - {name}\n  is       {actual}\n  expected {expected}")


def open_page(browser, page, fragment=""):
    browser.open(os.path.join(folder, page), fragment)
    browser.run(ASK + axe + ";0")


def ask(browser, what):
    return browser.run(f"facts.{what}")


def is_quiet(browser, page):
    """It loads nothing but itself (a cell of a site its style), and nothing in it is refused or wrong."""
    files = [page, page.split("/")[0] + "/style.css"] if "/cells/" in page else [page]
    check(f"{page}: no request but the file itself", sorted(browser.requests),
          ["file://" + os.path.join(folder, name) for name in files])
    check(f"{page}: no violation of the policy, no error", browser.complaints, [])


def layouts(browser, page, platforms, how=""):
    for width, theme in itertools.product(WIDTHS, ("light", "dark")):
        browser.width(width)
        browser.media(theme)
        browser.settle()
        at = f"{page}, {width} px, {theme}{how}"
        check(f"{at}: contrast of at least 4.5", ask(browser, "faint()"), [])
        if axe:
            check(f"{at}: axe", browser.run(AXE), [])
        if theme == "dark":
            continue
        check(f"{at}: nothing beyond the edge", ask(browser, "beyond()"), [])
        check(f"{at}: no word is broken", ask(browser, "broken()"), [])
        wanted = [*platforms, *(f"matrix: {name}" for name in platforms if width < 640)]
        check(f"{at}: every platform is there", ask(browser, f"inside({wanted})"), [])


def structure(browser, page):
    for what, name in (("headings", "headings without jumps, one h1"), ("unnamed", "every control has a name"),
                       ("scopes", "every head of a table has a scope and a text"), ("languages", "every language is said")):
        check(f"{page}: {name}", ask(browser, what + "()"), [])


def in_chinese(browser, page):
    """No word but names and what a guest or a vendor said, and the punctuation of its script."""
    ask(browser, "open()")
    browser.settle()
    check(f"{page}: no English is left over", ask(browser, f"leftovers({NAMES})"), [])


def without_scripts(browser, page):
    """Everything that is there with them."""
    ask(browser, "open()")
    browser.settle()
    whole = ask(browser, "said()")
    browser.scripts(False)
    open_page(browser, page)
    check(f"{page}: no box that does nothing", browser.run("document.getElementById('filter').checkVisibility()"), False)
    ask(browser, "open()")
    browser.settle()
    bare = ask(browser, "said()")
    check(f"{page}: without scripts it says the same", bare, whole)
    browser.scripts(True)


def by_keyboard(browser, page):
    """Tab reaches each control in order, and shows where it is."""
    stops = ask(browser, "number()")
    reached, hidden = [], []
    for _ in range(stops):
        browser.key("Tab")
        now = ask(browser, "focused()")
        reached.append(now["at"])
        if not (now["shown"] and now["seen"]):
            hidden.append(now["name"])
    check(f"{page}: Tab reaches each of {stops} controls", reached, list(range(stops)))
    check(f"{page}: and shows each", hidden, [])


def press_at(browser, selector, key):
    browser.run(f"document.querySelector({selector!r}).focus(); 0")
    browser.key(key)
    browser.settle()


def folds(browser, page):
    fold = "details.cell.good > summary"
    is_open = "document.querySelector('details.cell.good').open"
    before = browser.run(is_open)
    press_at(browser, fold, "Enter")
    after = browser.run(is_open)
    press_at(browser, fold, " ")
    check(f"{page}: Enter and Space fold", [before, after, browser.run(is_open)], [False, True, False])
    press_at(browser, "#matrix td.bad a", "Enter")
    check(f"{page}: Enter follows a link to its details",
          browser.run("document.getElementById(decodeURIComponent(location.hash.slice(1))).className"), "cell bad")


def filters(browser, page):
    seen = "Array.from(document.querySelectorAll('.reasons li')).filter(one => one.checkVisibility()).length"
    every = browser.run(seen)
    browser.run("document.querySelector('#filter input').focus(); 0")
    browser.type("platform:kunpeng verdict:incompatible")
    browser.settle()
    check(f"{page}: the box shows what its query selects", (every > 1, browser.run(seen)), (True, 1))
    address = browser.run("location.hash")
    browser.type(" (")
    browser.settle()
    check(f"{page}: an error is marked, and what is shown stays",
          (browser.run("document.querySelector('#filter input').getAttribute('aria-invalid')"), browser.run(seen)), ("true", 1))
    open_page(browser, page, address)
    check(f"{page}: its address selects the same", browser.run(seen), 1)


def chooses(browser, page):
    """The theme that the reader chose is kept, and a command is copied."""
    ground = "getComputedStyle(document.body).backgroundColor"
    browser.media("light")
    system = browser.run(ground)
    choose = "(value => {{ const at = document.querySelector('#tools select'); at.value = value; at.dispatchEvent(new Event('change')); }})('{}')"
    browser.run(choose.format("dark"))
    dark = browser.run(ground)
    check(f"{page}: the dark theme has another ground, and is readable", (dark != system, ask(browser, "faint()")), (True, []))
    open_page(browser, page)
    check(f"{page}: the choice is kept", browser.run(ground), dark)
    browser.media("dark", "print")
    check(f"{page}: paper stays white", browser.run(ground), "rgb(255, 255, 255)")
    browser.media("dark")
    browser.run(choose.format("light"))
    check(f"{page}: light where the system is dark", browser.run(ground), system)
    browser.run(choose.format(""))
    check(f"{page}: and as the system again", browser.run(ground), dark)
    browser.media()
    browser.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    press_at(browser, "code[data-copy] + button", "Enter")
    browser.run("new Promise(done => setTimeout(done, 100))")
    said = browser.run("document.querySelector('#tools output').textContent !== ''")
    check(f"{page}: the button copies its command, and says so",
          (browser.run("navigator.clipboard.readText()"), said),
          (browser.run("document.querySelector('code[data-copy]').textContent"), True))


def unfolds(browser, page):
    """What --print says is open while it is printed, and what the reader left open is after it."""
    is_open = "document.querySelector('details.cell.good').open"
    browser.run("addEventListener('beforeprint', () => { window.printed = " + is_open + "; }); 0")
    browser.run("document.querySelector('details.cell.good').open = true; 0")
    browser.call("Page.printToPDF")
    check(f"{page}: paper has what the page opens with", (browser.run("window.printed"), browser.run(is_open)), (False, True))
    open_page(browser, page.replace(".html", ".all.html"))
    browser.run("addEventListener('beforeprint', () => { window.printed = " + is_open + "; }); 0")
    browser.call("Page.printToPDF")
    check(f"{page}: with --print all, paper has all", (browser.run("window.printed"), browser.run(is_open)), (True, False))


def printed(browser, page):
    browser.media("light", "print")
    browser.width(703)  # what the margins leave of A4
    browser.settle()
    check(f"{page}, printed: heads repeat, no row is split, nothing is cut", ask(browser, "print()"), [])
    check(f"{page}, printed: nothing beyond the edge", ask(browser, "beyond()"), [])
    check(f"{page}, printed: no word is broken", ask(browser, "broken()"), [])
    check(f"{page}, printed: contrast of at least 4.5", ask(browser, "faint()"), [])
    browser.media("dark", "print")
    pdf = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    check(f"{page}, printed: on A4", [[round(float(side)) for side in box] for box in boxes], [[595, 842]])
    browser.media()


def overview(browser, page):
    """All that a page of a whole run can do."""
    open_page(browser, page)
    is_quiet(browser, page)
    structure(browser, page)
    layouts(browser, page, PLATFORMS)
    ask(browser, "open()")
    layouts(browser, page, PLATFORMS, ", unfolded")
    if ".zh" in page:
        in_chinese(browser, page)
    browser.width(1440)
    for step in without_scripts, printed, by_keyboard, filters, chooses:
        browser.width(1440)
        open_page(browser, page)
        step(browser, page)
    if "site" not in page:
        open_page(browser, page)
        folds(browser, page)
        open_page(browser, page)
        unfolds(browser, page)


def part(browser, page, platforms):
    """A page of a cell, or of many cells."""
    browser.width(1440)
    browser.media()
    open_page(browser, page)
    is_quiet(browser, page)
    structure(browser, page)
    layouts(browser, page, platforms)
    if ".zh" in page:
        in_chinese(browser, page)
    printed(browser, page)


axe = ""
if os.environ.get("AXE"):
    with open(os.environ["AXE"], encoding="utf-8") as file:
        axe = file.read()
with Browser() as chromium:
    for one in "report.html", "report.zh.html", "site/index.html":
        overview(chromium, one)
    part(chromium, "site/cells/debian-bookworm-arm64/kunpeng/redis.html", [])
    part(chromium, "site.zh/cells/debian-bookworm-arm64/phytium/redis.html", [])
    part(chromium, "large.html", ["platform-0", "platform-3"])
print(f"{count - failures} of {count} checks hold")
sys.exit(failures > 0)
