"""The report page in a browser: what it shows, how it is used, how fast it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from hardener.engine import run
from hardener.model.settings import Level, Settings
from hardener.report import page as report
from hardener.report.page.parts import Cell, Part, Table

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = """\
services:
  "</script><img src=x onerror=alert(1)><svg onload=alert(2)>":
    image: "x</style><script>alert(3)</script>"
    # <script>alert(4)</script> &lt;b&gt;
    privileged: true
  "'\\"><a href=javascript:alert(5)>click": {image: y}
"""
MANY = 1000
PARTS = (
    Part(
        "exceptions",
        "Exceptions",
        (Table("By days left", ("What", "Days"), ((Cell("CHOWN"), Cell("12", "care", 0.1)),)),),
    ),
)


def written(folder: Path, source: Path, *parts: Part) -> str:
    """Return the address of a page about what is in `source`."""
    result = run([source], Settings())
    about = report.Page("a test", date(2026, 1, 2), Level.BASELINE, result, parts=parts)
    (folder / "page.html").write_text(report.html(about), encoding="utf-8")
    return (folder / "page.html").as_uri()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("shop"), ROOT / "samples" / "ecommerce", *PARTS)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("many")
    images = ["redis:7", "nginx:1", "registry.example/app:1", "postgres:16"]
    for number in range(20):
        (folder / f"{number}").mkdir()
        services = (
            f"  s{number}-{each}:\n    image: {images[each % 4]}\n    # why\n    read_only: false\n"
            for each in range(50)
        )
        (folder / f"{number}" / "compose.yaml").write_text("services:\n" + "".join(services))
    return written(folder, folder)


@pytest.fixture(params=["light", "dark", "phone"])
def dressed(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    phone = request.param == "phone"
    context = chromium.new_context(
        bypass_csp=True,  # axe is put into the page as a script of its own
        color_scheme="dark" if request.param == "dark" else "light",
        viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
    )
    yield context.new_page()
    context.close()


def shown(tab: Page) -> list[str]:
    return tab.locator("#services article:not([hidden]) h3 .self").all_text_contents()


def test_it_filters_by_name_rule_and_state(tab: Page, shop: str) -> None:
    tab.goto(shop)
    everything = len(shown(tab))
    tab.get_by_label("Service", exact=True).fill("vault")
    assert set(shown(tab)) == {"service vault", "StatefulSet/vault"}
    expect(tab.locator("#shown")).to_have_text(f"2 of {everything} shown")
    assert tab.locator("#grid tbody tr:not(.file):not([hidden])").count() == 2
    tab.get_by_label("Rule", exact=True).select_option("compose-read-only")
    assert shown(tab) == ["service vault"]
    assert set(
        tab.locator("article:not([hidden]) .finding:not([hidden])").evaluate_all(
            "all => all.map(one => one.dataset.rule)"
        )
    ) == {"compose-read-only"}
    tab.get_by_label("would be fixed", exact=True).check()
    assert shown(tab) == []
    expect(tab.get_by_text("Nothing matches the filter.")).to_be_visible()
    tab.get_by_role("button", name="Show all").click()
    assert len(shown(tab)) == everything
    assert "#" not in tab.url


def test_links_lead_to_a_filter_and_to_a_service(tab: Page, shop: str) -> None:
    tab.goto(f"{shop}#?service=redis&state=fixed")
    assert set(shown(tab)) == {"service redis", "StatefulSet/redis"}
    expect(tab.get_by_label("would be fixed", exact=True)).to_be_checked()
    tab.get_by_label("Service", exact=True).fill("grafana")
    expect(tab).to_have_url(re.compile("service=grafana"))
    tab.goto("about:blank")
    tab.goto(shop)
    tab.locator("#grid").get_by_role("link", name="service grafana").click()
    expect(tab.locator("article:target h3 .self")).to_have_text("service grafana")
    expect(tab.locator("article:target")).to_be_in_viewport()


def test_what_is_held_leads_to_its_service(tab: Page, shop: str) -> None:
    tab.goto(f"{shop}#?service=redis")
    row = tab.locator("#held tbody tr").first
    row.get_by_role("link").click()
    target = tab.locator("article:target")
    expect(target).to_be_in_viewport()
    expect(target.locator(".held .reason").first).to_have_text(row.locator("td").last.inner_text())


def test_the_totals_lead_to_what_they_count(tab: Page, shop: str) -> None:
    tab.goto(shop)
    everything = len(shown(tab))
    tab.get_by_role("link", name=re.compile(r"^\d+ held$")).click()
    expect(tab.locator("#shown")).not_to_have_text(f"{everything} of {everything} shown")
    assert set(
        tab.locator("article:not([hidden]) .finding:not([hidden])").evaluate_all(
            "all => all.map(one => one.dataset.state)"
        )
    ) == {"held"}
    tab.go_back()
    expect(tab.locator("#shown")).to_have_text(f"{everything} of {everything} shown")


def test_cells_tell_who_hears_them_what_the_legend_says(tab: Page, shop: str) -> None:
    tab.goto(shop)
    for mark, words in report.MARKS.items():
        cells = tab.locator(f"#grid td.{mark}").count()
        assert tab.get_by_role("cell", name=words, exact=True).count() == cells
        assert tab.locator(".legend .key", has_text=words).locator(f".{mark}").count() == 1
    assert tab.locator("#grid td.held").count()
    tab.get_by_label("before", exact=True).check()
    assert tab.get_by_role("cell", name="open", exact=True).count()


def test_what_the_columns_are_stays_in_sight(tab: Page, shop: str) -> None:
    tab.goto(shop)
    tab.locator("#grid tbody tr").last.scroll_into_view_if_needed()
    expect(tab.get_by_role("columnheader", name="Not root")).to_be_in_viewport()


def test_a_link_to_a_service_that_the_filter_hides_shows_it(tab: Page, shop: str) -> None:
    tab.goto(f"{shop}#?service=redis")
    hidden = tab.locator("#services article[hidden]").first.get_attribute("id")
    tab.evaluate("id => { location.hash = id; }", hidden)
    expect(tab.locator(f"[id='{hidden}']")).to_be_visible()


def test_before_shows_what_stands_in_the_files(tab: Page, shop: str) -> None:
    tab.goto(shop)
    fixed = tab.locator("#grid td.fixed").first
    assert "✗ → ✓" in fixed.evaluate("cell => getComputedStyle(cell, '::before').content")
    tab.get_by_label("before", exact=True).check()
    assert "→" not in fixed.evaluate("cell => getComputedStyle(cell, '::before').content")


def test_it_is_used_by_keyboard_alone(tab: Page, shop: str) -> None:
    tab.goto(shop)
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name="Skip to the services")).to_be_focused()
    tab.get_by_label("Service", exact=True).focus()
    tab.keyboard.type("qdrant")
    assert {name.split("/")[-1].split()[-1] for name in shown(tab)} == {"qdrant"}
    tab.locator("article:not([hidden]) summary").first.focus()
    before = tab.locator("article:not([hidden]) details").first.evaluate("one => one.open")
    tab.keyboard.press("Enter")
    assert tab.locator("article:not([hidden]) details").first.evaluate("one => one.open") is not before


def test_it_prints_without_what_is_for_screens(tab: Page, shop: str) -> None:
    tab.goto(shop)
    tab.emulate_media(media="print")
    expect(tab.locator("#filters")).to_be_hidden()
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("details:not([open])").count() == 0


def test_it_is_accessible_and_fits(dressed: Page, shop: str) -> None:
    dressed.goto(shop)
    found = Axe().run(dressed)
    assert not found.violations_count, found.generate_report()
    assert dressed.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_names_and_contents_inject_nothing(tab: Page, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(HOSTILE)
    tab.goto(written(tmp_path, tmp_path))
    assert tab.locator("img, svg, iframe, a[href^=javascript]").count() == 0
    assert tab.locator("script").count() == 1
    assert any(name.startswith("service </script><img") for name in shown(tab))


def test_a_thousand_services_open_and_filter_in_a_second(tab: Page, many: str) -> None:
    def seconds(wait: str) -> float:
        return float(tab.evaluate(wait)) / 1000

    opened, took = [], []
    for _ in range(5):
        tab.goto("about:blank")
        tab.goto(many)
        opened.append(seconds("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        took.append(
            seconds(
                """() => new Promise((done) => {
                const began = performance.now();
                document.getElementById("name").value = "s7-";
                document.getElementById("filters").dispatchEvent(new Event("input"));
                requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
                })"""
            )
        )
    expect(tab.locator("#shown")).to_have_text(f"50 of {MANY} shown")
    assert min(opened) < 1
    assert min(took) < 1


def test_changes_of_many_services_are_there_when_somebody_looks(tab: Page, tmp_path: Path) -> None:
    services = (f"  s{number}:\n    image: redis:7  # <script>alert({number})</script>\n" for number in range(300))
    (tmp_path / "compose.yaml").write_text("services:\n" + "".join(services))
    tab.goto(written(tmp_path, tmp_path))
    article = tab.locator("#services article").first
    assert article.locator("ins").count() == 0
    article.locator("summary").last.click()
    expect(article.locator("ins").first).to_contain_text("cap_drop")
    expect(article.locator("pre")).to_contain_text("<script>alert(0)</script>")
    assert tab.locator("script").count() == 1
