"""Looking through pictures: with the mouse, the keys, a finger, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from portal.demo.phantoms.hand import hand_x_ray
from portal.demo.phantoms.series import Detail
from tests.browser.conftest import DESKTOP, PHONE, PageMaker, photograph
from tests.factories.imaging import delivered, numbered, ultrasound
from tests.studies.viewer.practice import Practice, open_practice

from .physicians import Served

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def practice(transactional_db: None) -> Practice:
    return open_practice(Detail(scale=0.25, most_pictures=12))


@pytest.fixture
def served(live_server: LiveServer) -> Served:
    return Served(live_server.url)


def picture(page: Page) -> Locator:
    return page.get_by_role("img", name=re.compile("picture"))


def position(page: Page, text: str) -> None:
    """The picture in front, as its description and the count beside the slider say alike."""
    number, total = text.split(" / ")
    expect(page.get_by_text(text, exact=True)).to_be_visible()
    expect(picture(page)).to_have_attribute("alt", re.compile(f"picture {number} of {total}$"))


def test_the_keys_go_through_a_series(practice: Practice, served: Served, page_at: PageMaker) -> None:
    page = served.logged_in(page_at(), practice.gp.user)
    served.open(page, practice.study)
    position(page, "6 / 12")  # the middle of a volume says more than its edge
    page.get_by_role("slider", name="Picture").focus()
    for key, there in (("ArrowRight", 7), ("ArrowDown", 8), ("ArrowUp", 7), ("Home", 1), ("PageDown", 11), ("End", 12)):
        page.keyboard.press(key)
        position(page, f"{there} / 12")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "Picture 12 of 12")
    expect(page.get_by_role("link", name="Next picture")).to_be_disabled()
    expect(page).to_have_url(re.compile(r"\?series=[0-9a-f-]{36}&picture=12$"))
    page.reload()
    position(page, "12 / 12")


def test_in_the_full_window_the_keys_need_no_focus(practice: Practice, served: Served, page_at: PageMaker) -> None:
    page = served.logged_in(page_at(), practice.gp.user)
    served.open(page, practice.study, "viewer/")
    position(page, "6 / 12")
    page.keyboard.press("ArrowDown")
    position(page, "7 / 12")


def test_wheel_and_drag_go_through_a_series_and_the_slider_too(
    practice: Practice, served: Served, page_at: PageMaker
) -> None:
    page = served.logged_in(page_at(), practice.gp.user)
    served.open(page, practice.study, "viewer/")
    position(page, "6 / 12")
    picture(page).hover()
    page.mouse.wheel(0, 100)
    position(page, "7 / 12")
    page.mouse.wheel(0, -100)
    position(page, "6 / 12")
    page.mouse.down()
    page.mouse.move(640, 300, steps=8)
    page.mouse.up()
    expect(picture(page)).not_to_have_attribute("alt", re.compile("picture 6 of"))
    page.get_by_role("slider").fill("2")
    position(page, "2 / 12")


def test_pictures_ahead_are_loaded_once_and_say_that_nobody_asked(
    practice: Practice, served: Served, page_at: PageMaker
) -> None:
    page = served.logged_in(page_at(), practice.gp.user)
    asked: list[tuple[str, bool]] = []
    page.on("request", lambda sent: asked.append((sent.url, "x-preload" in sent.headers)))
    served.open(page, practice.study)
    page.wait_for_load_state("networkidle")
    previews = [(url, ahead) for url, ahead in asked if url.endswith("/preview.jpg")]
    assert [ahead for _, ahead in previews] == [False, *[True] * 12]  # the one in front came with the page
    assert len(set(previews)) == 13
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    position(page, "1 / 12")
    page.keyboard.press("End")
    position(page, "12 / 12")
    assert sum(url.endswith("/preview.jpg") for url, _ in asked) == 13


def test_windows_and_series_change_in_place(practice: Practice, served: Served, page_at: PageMaker) -> None:
    page = served.logged_in(page_at(), practice.gp.user)
    served.open(page, practice.study, "viewer/")
    with page.expect_response(re.compile(r"/preview-bone\.jpg$")) as sent:
        page.get_by_role("link", name="Bone", exact=True).click()
    assert sent.value.ok
    expect(page.get_by_role("link", name="Bone", exact=True)).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Side view").click()
    expect(picture(page)).to_have_attribute("alt", "CT head, Side view, picture 6 of 12")
    expect(page.get_by_role("link", name="Standard")).to_have_attribute("aria-current", "true")
    expect(page.get_by_text("H", exact=True)).to_be_visible()
    photograph(page, "viewer-side-view-1280")


def test_a_picture_is_enlarged_and_moved(practice: Practice, served: Served, page_at: PageMaker) -> None:
    page = served.logged_in(page_at(), practice.gp.user)
    served.open(page, practice.study)
    position(page, "6 / 12")
    out = page.get_by_role("button", name="Zoom out")
    expect(out).to_be_disabled()
    page.get_by_role("button", name="Zoom in").click()
    expect(picture(page)).to_have_css("transform", re.compile(r"matrix\(1\.5, 0, 0, 1\.5, 0, 0\)"))
    page.keyboard.press("Shift+ArrowRight")
    expect(picture(page)).to_have_css("transform", re.compile(r"matrix\(1\.5, 0, 0, 1\.5, -60, 0\)"))
    page.keyboard.press("0")
    expect(picture(page)).to_have_css("transform", "none")
    picture(page).dblclick()
    expect(out).to_be_enabled()
    photograph(page, "picture-zoomed-1280")
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    position(page, "7 / 12")
    expect(picture(page)).not_to_have_css("transform", "none")


def test_a_large_picture_shows_all_its_pixels_once_it_is_enlarged(
    practice: Practice, served: Served, page_at: PageMaker
) -> None:
    x_ray = delivered(
        practice.hospital,
        hand_x_ray(Detail(scale=0.6), 1),
        numbered(practice.gp),
        key="hand",
        description="X-ray hand",
    )
    page = served.logged_in(page_at(PHONE), practice.gp.user)
    served.open(page, x_ray)
    with page.expect_response(re.compile(r"/full\.jpg$")) as sent:
        page.get_by_role("button", name="Zoom in").click()
    assert sent.value.ok
    shown = "() => document.querySelector('[data-image]').naturalHeight > 1024"
    page.wait_for_function(shown)
    expect(page.get_by_role("slider")).to_be_hidden()  # a single picture has no way to go


def test_a_film_plays_at_its_rate_and_only_when_asked(practice: Practice, served: Served, page_at: PageMaker) -> None:
    film = delivered(
        practice.hospital,
        ultrasound(Detail(scale=0.25, most_pictures=12)),
        numbered(practice.gp),
        key="film",
        description="Ultrasound abdomen",
    )
    page = served.logged_in(page_at(PHONE), practice.gp.user)
    served.open(page, film, "viewer/")
    page.wait_for_load_state("networkidle")
    position(page, "1 / 12")  # it did not begin by itself
    page.get_by_role("button", name="Play").click()
    shown = "number => document.querySelector('[data-position]').textContent === `${number} / 12`"
    page.wait_for_function(shown, arg=3)
    page.wait_for_function(shown, arg=1)  # and round again
    page.get_by_role("button", name="Pause").click()
    photograph(page, "viewer-film-390")
    page.get_by_role("link", name="Liver, flow").click()
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    expect(page.get_by_role("slider")).to_be_hidden()  # one picture alone


def test_what_cannot_be_loaded_says_so_and_can_be_tried_again(
    practice: Practice, served: Served, page_at: PageMaker
) -> None:
    page = served.logged_in(page_at(PHONE), practice.gp.user)
    page.route(re.compile(r"/preview-brain\.jpg$"), lambda route: route.abort())
    served.open(page, practice.study)
    page.get_by_role("link", name="Brain", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("This picture could not be loaded.")
    photograph(page, "picture-failed-390")
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_be_hidden()
    position(page, "6 / 12")


def test_a_slow_line_shows_that_it_is_waited_for(practice: Practice, served: Served, page_at: PageMaker) -> None:
    page = served.logged_in(page_at(), practice.gp.user)
    waiting: list[Route] = []
    held = True
    page.route(re.compile(r"/preview-bone\.jpg$"), lambda route: waiting.append(route) if held else route.continue_())
    served.open(page, practice.study)
    page.get_by_role("link", name="Bone", exact=True).click()
    expect(page.get_by_role("progressbar", name="Loading the picture")).to_be_visible()
    page.get_by_role("slider").fill("2")  # a wish while the first is on its way
    held = False
    for route in waiting:
        route.continue_()
    position(page, "2 / 12")
    expect(page.get_by_role("progressbar")).to_be_hidden()


def test_a_finger_swipes_through_a_series(practice: Practice, served: Served, page_at: PageMaker) -> None:
    page = served.logged_in(page_at(PHONE), practice.gp.user)
    served.open(page, practice.study)
    position(page, "6 / 12")
    box = picture(page).bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    x, y = box["x"] + 60, box["y"] + 60
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + 10 * step, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(picture(page)).to_have_attribute("alt", re.compile(r"picture ([789]|1\d) of 12$"))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_without_javascript_links_do_the_same(
    practice: Practice, served: Served, page_at: PageMaker, width: int
) -> None:
    page = served.logged_in(page_at(width, javascript=False), practice.gp.user)
    served.open(page, practice.study)
    page.get_by_role("link", name="Next picture").click()
    position(page, "7 / 12")
    page.get_by_role("link", name="Bone", exact=True).click()
    position(page, "7 / 12")
    assert (picture(page).get_attribute("src") or "").endswith("/preview-bone.jpg")
    expect(page.get_by_role("slider")).to_be_hidden()
    photograph(page, f"study-without-javascript-{width}")
    page.get_by_role("link", name="Side view").click()
    expect(picture(page)).to_have_attribute("alt", "CT head, Side view, picture 6 of 12")
    page.get_by_role("link", name="Full window", exact=True).click()
    expect(picture(page)).to_have_attribute("alt", "CT head, Side view, picture 6 of 12")
    page.get_by_role("link", name="Full size").click()
    expect(page).to_have_url(re.compile(r"/preview\.jpg$"))
