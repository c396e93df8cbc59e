"""Opens HTML reports in a headless browser and says what is wrong with them.

    check_report.py [--screenshots DIR] FILE...

In a light and a dark theme and at widths from a phone to a desk (all of them for the first file, the extremes for the
others): nothing is loaded, logged or refused by
the page's own policy; no script can run; the page does not scroll sideways; every scrolling region can be reached with
the keyboard; and axe-core finds no violation of WCAG 2.2 AA. Findings go to standard output, one a line; the exit
status is 1 if there are any.
"""

import argparse
import json
import pathlib
import sys

import axe_playwright_python
from playwright.sync_api import sync_playwright

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
WIDTHS = (360, 800, 1400)
THEMES = ("light", "dark")
EXTREMES = {("light", 360), ("dark", 1400)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def check(page, path, width, theme):
    requests, messages = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("dialog", lambda dialog: (messages.append("a dialog opened"), dialog.dismiss()))
    page.goto(path.as_uri())
    yield from (f"loads {url}" for url in requests if url != path.as_uri())
    yield from (f"says {text}" for text in messages)
    if page.locator("script, iframe, object, embed, img, link, base, form").count():
        yield "holds an element that loads, runs or sends"
    if page.evaluate("[...document.querySelectorAll('*')].some(e => [...e.attributes].some(a => a.name.startsWith('on')))"):
        yield "holds an event handler"
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        yield "scrolls sideways"
    for label in page.evaluate(
        """[...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1
             && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0)
             .map(e => e.outerHTML.slice(0, 80))"""
    ):
        yield f"cannot be scrolled with the keyboard: {label}"
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate(AXE)
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    for violation in result["violations"]:
        places = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
        yield f"{violation['id']} ({violation['impact']}): {violation['help']}: {places}"


def tab_reaches_all(page):
    """Whether the Tab key goes through every link, summary and region, and no further."""
    wanted = page.evaluate("document.querySelectorAll('a[href], summary, [tabindex=\"0\"]').length")
    seen = set()
    page.evaluate("document.activeElement.blur()")
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        seen.add(page.evaluate(
            "(() => { const all = [...document.querySelectorAll('*')]; return all.indexOf(document.activeElement) })()"))
    hidden = page.evaluate(
        "[...document.querySelectorAll('details:not([open]) [tabindex=\"0\"]')].length")
    return len(seen - {-1}) >= wanted - hidden


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshots", type=pathlib.Path)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    findings, checks = [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.browser, args=["--no-sandbox", "--disable-gpu"])
        for index, path in enumerate(file.resolve() for file in options.files):
            for theme in THEMES:
                for width in WIDTHS:
                    if index > 0 and not options.screenshots and (theme, width) not in EXTREMES:
                        continue
                    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
                    findings += [f"{path.name} {theme} {width}: {text}" for text in check(page, path, width, theme)]
                    checks += 1
                    page.goto(path.as_uri())
                    if options.screenshots:
                        page.screenshot(
                            path=options.screenshots / f"{path.stem}-{theme}-{width}.png", full_page=True)
                    page.close()
            page = browser.new_page(viewport={"width": 800, "height": 900})
            page.goto(path.as_uri())
            if not tab_reaches_all(page):
                findings.append(f"{path.name}: the Tab key does not reach every link and region")
            page.emulate_media(media="print")
            paper = page.pdf(format="A4")
            if not paper.startswith(b"%PDF"):
                findings.append(f"{path.name}: cannot be printed")
            if options.screenshots:
                (options.screenshots / f"{path.stem}.pdf").write_bytes(paper)
            page.close()
        browser.close()
    for finding in findings:
        print(finding)
    print(json.dumps({"files": len(options.files), "checks": checks, "findings": len(findings)}))
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
