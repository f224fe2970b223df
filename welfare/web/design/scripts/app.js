// On every page: the error summary takes the focus, and a form is sent only once.
(() => {
  "use strict";

  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field || field.closest("[data-questionnaire]")) return;
    event.preventDefault();
    (field.closest("fieldset, .govuk-form-group") || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });

  // Moments are written in UTC; here they are said by the person's own clock.
  for (const time of document.querySelectorAll("time[data-clock]")) {
    const at = new Date(time.dateTime);
    const words = (options) => at.toLocaleString(document.documentElement.lang, options);
    const isToday = at.toDateString() === new Date().toDateString();
    time.textContent = words({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) + (isToday ? "" : `, ${words({ day: "numeric", month: "long" })}`);
  }

  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.hasAttribute("data-once")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    // A bad link must not lock anyone out: after a while the button works again.
    setTimeout(release, 15000, form);
  });

  // Coming back by the browser's own button brings the page as it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
})();
