"""A person without a mouse: Tab, Enter, Space and arrows; where they are must be seen."""

from playwright.sync_api import Error, Locator

from tests.journeys.walker import Walker

MOST_STEPS = 150
MOST_WAITS = 500
LEAVE_A_MARK = "() => { window.wasHere = true; return location.href; }"
IS_HERE = "element => element === document.activeElement"
IN_THIS_GROUP = "element => document.activeElement.name === element.name"
# A ring or a shadow on what has the focus, or on the drawn circle of a choice; in the window.
IS_SEEN = """() => {
  const here = document.activeElement, marks = [getComputedStyle(here)];
  if (here === document.body) return true;  // past the last stop, the browser's own begin
  if (["date", "time"].includes(here.type)) return true;  // the browser marks the part
  const card = here.closest(".w-door");  // a card that is one link
  if (card) marks.push(getComputedStyle(card));
  if (here.matches("[type=radio], [type=checkbox]"))
    marks.push(getComputedStyle(here.labels[0], "::before"));
  const { top, bottom, left, right } = here.getBoundingClientRect();
  const isInside = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  const hasRing = (mark) => mark.outlineStyle !== "none" && parseFloat(mark.outlineWidth) >= 2;
  return isInside && marks.some((mark) => mark.boxShadow !== "none" || hasRing(mark));
}"""


class KeyboardWalker(Walker):
    def mark(self, group: Locator, answer: str) -> None:
        wanted = group.get_by_label(answer, exact=True)
        self._reach(wanted, IN_THIS_GROUP)
        if wanted.evaluate(IS_HERE):
            self.page.keyboard.press("Space")
        for _ in range(MOST_STEPS):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{answer} cannot be chosen by keyboard")

    def fill(self, **fields: str) -> None:
        for field, text in fields.items():
            place = self.page.locator(f"[name={field}]:visible").first
            self._reach(place)
            if place.get_attribute("type") == "date":
                year, month, day = text.split("-")
                text = month + day + year  # as the fields of this browser stand
            self.page.keyboard.type(text)

    def pick(self, **fields: str) -> None:
        for field, label in fields.items():
            place = self.page.locator(f"select[name={field}]")
            options = [text.strip() for text in place.locator("option").all_inner_texts()]
            self._reach(place)
            self.page.keyboard.press("Home")
            for _ in range(options.index(label)):
                self.page.keyboard.press("ArrowDown")
            assert place.evaluate("list => list.selectedOptions[0].text.trim()") == label

    def _activate(self, named: Locator) -> None:
        self._reach(named.first)
        before = self.page.evaluate(LEAVE_A_MARK)
        self.page.keyboard.press("Enter")
        for _ in range(MOST_WAITS):
            if self._is_elsewhere(before):
                self.page.wait_for_load_state()
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"Enter on {named} led nowhere")

    def _is_elsewhere(self, before: str) -> bool:
        """On another page, or at the next question of this one."""
        try:
            has_mark, address = self.page.evaluate("[window.wasHere === true, location.href]")
        except Error:  # between two pages
            return False
        return not has_mark or address != before

    def _reach(self, wanted: Locator, is_there: str = IS_HERE) -> None:
        """Tab after Tab. Every stop on the way shows where it is."""
        for _ in range(MOST_STEPS):
            if wanted.evaluate(is_there):
                return
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(IS_SEEN), self.page.evaluate(
                "document.activeElement.outerHTML.slice(0, 200)"
            )
        raise AssertionError(f"{wanted} cannot be reached by keyboard")
