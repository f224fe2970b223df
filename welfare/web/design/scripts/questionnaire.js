// Shows one question at a time. Without this script the same page is a plain list of questions.
(() => {
  "use strict";

  const form = document.querySelector("[data-questionnaire]");
  if (!form) return;

  const items = [...form.querySelectorAll("[data-item]")];
  const back = document.querySelector("[data-back]");
  const summary = document.querySelector("[data-error-summary]");
  const pageTitle = document.title;
  const errorPrefix = form.dataset.errorPrefix;
  let current = null;
  let changingOne = false;

  const chosen = (item) => item.querySelector("input:checked");

  // "audit-c.1=1|2|3|4" on an item: it is asked only when that item has one of those answers.
  const condition = (item) => {
    const [name, values] = item.dataset.shownWhen.split("=");
    return { answer: form.querySelector(`input[name="${CSS.escape(name)}"]:checked`), values: values.split("|") };
  };

  const isAsked = (item) => {
    if (!item.dataset.shownWhen) return true;
    const { answer, values } = condition(item);
    return Boolean(answer) && values.includes(answer.value);
  };

  // Before that answer is known, nobody can say how many questions there will be.
  const isUndecided = (item) => Boolean(item.dataset.shownWhen) && !condition(item).answer;

  const asked = () => items.filter(isAsked);

  // The same words for every question stand on the page once.
  const sayMissing = (error) => {
    const prefix = document.createElement("span");
    prefix.className = "govuk-visually-hidden";
    prefix.textContent = errorPrefix;
    error.append(prefix, form.dataset.missing);
  };

  const setError = (item, isMissing) => {
    const error = item.querySelector("[data-error]");
    item.classList.toggle("w-item--error", isMissing);
    if (isMissing && !error.firstChild) sayMissing(error);
    error.hidden = !isMissing;
    if (isMissing) item.setAttribute("aria-describedby", error.id);
    else item.removeAttribute("aria-describedby");
    document.title = isMissing ? errorPrefix + pageTitle.replace(errorPrefix, "") : pageTitle.replace(errorPrefix, "");
  };

  const markCritical = (item) => {
    const answer = chosen(item);
    item.classList.toggle("w-item--raised", Boolean(answer) && answer.hasAttribute("data-above"));
  };

  const refresh = () => {
    const list = asked();
    for (const item of items) {
      item.hidden = item !== current;
      // What is not asked is not sent.
      item.disabled = !list.includes(item);
      markCritical(item);
    }
    const place = list.indexOf(current) + 1;
    const words = items.some(isUndecided) ? form.dataset.countOpen : form.dataset.countText;
    current.querySelector("[data-count]").textContent = words.replace("{n}", place).replace("{total}", list.length);
    if (back) back.hidden = place === 1 && back.dataset.back === "script";
  };

  const show = (item, { focus = true, remember = true } = {}) => {
    current = item;
    refresh();
    if (remember) history.pushState({ item: item.id }, "", `#${item.id}`);
    if (!focus) return;
    item.querySelector("legend").focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  const following = () => {
    const list = asked();
    const after = list.slice(list.indexOf(current) + 1);
    // Someone who came to change one answer is not led through all the others again.
    return changingOne ? list.find((item) => !chosen(item)) : after[0];
  };

  form.addEventListener("submit", (event) => {
    if (event.submitter && ["later", "tell"].includes(event.submitter.value)) return;
    if (!chosen(current)) {
      event.preventDefault();
      setError(current, true);
      current.querySelector("input").focus();
      return;
    }
    setError(current, false);
    const next = following();
    if (!next) return;
    event.preventDefault();
    show(next);
  });

  // Boxes: some cannot be ticked beside others, as "prefer not to answer".
  const leaveAlone = (item, box) => {
    if (box.type !== "checkbox" || !box.checked) return;
    for (const other of item.querySelectorAll("input:checked")) {
      const isAlone = box.hasAttribute("data-alone") || other.hasAttribute("data-alone");
      if (other !== box && isAlone) other.checked = false;
    }
  };

  form.addEventListener("change", (event) => {
    const item = event.target.closest("[data-item]");
    if (!item) return;
    leaveAlone(item, event.target);
    setError(item, false);
    refresh();
  });

  if (back) {
    back.addEventListener("click", (event) => {
      const list = asked();
      const place = list.indexOf(current);
      if (place < 1) return;
      event.preventDefault();
      show(list[place - 1]);
    });
  }

  // A link may name a question or one of its answers.
  const byHash = (hash) => {
    const target = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    return target ? target.closest("[data-item]") : null;
  };

  addEventListener("popstate", (event) => {
    const item = (event.state && items.find((one) => one.id === event.state.item)) || byHash(location.hash) || items[0];
    show(isAsked(item) ? item : items[0], { remember: false });
  });

  if (summary) {
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const item = link && byHash(link.hash);
      if (!item) return;
      event.preventDefault();
      show(item, { focus: false });
      document.getElementById(link.hash.slice(1)).focus();
    });
  }

  document.documentElement.classList.add("w-scripted");
  for (const hint of form.querySelectorAll("[data-without-script]")) hint.hidden = true;

  const wrong = items.find((item) => item.classList.contains("w-item--error"));
  const asLinked = byHash(location.hash);
  const open = asked().find((item) => !chosen(item));
  changingOne = Boolean(asLinked) && !open;
  const first = wrong || (asLinked && isAsked(asLinked) ? asLinked : null) || open || items[0];
  history.replaceState({ item: first.id }, "", location.hash);
  show(first, { focus: false, remember: false });

  // Coming back by the browser's own button: its restored answers decide what is asked.
  addEventListener("pageshow", refresh);
})();
