// Keys, and pages that change in their place. Without it all works by links and forms.
"use strict";
(() => {
  const cycle = (name) => {
    const links = [...document.querySelectorAll(`[data-${name}]`)];
    const now = links.findIndex((link) => link.hasAttribute("aria-current"));
    if (links.length) links[(now + 1) % links.length].click();
  };
  const jobs = {
    g: () => location.assign("/_preview/"),
    l: () => cycle("look"),
    i: () => cycle("images"),
    a: () => cycle("stage"),
    t: () => document.querySelector("#recipient")?.focus(),
    "?": () => document.querySelector("#keys")?.showModal(),
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, select, textarea")) return;
    const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!jobs[event.key] && !link) return;
    event.preventDefault();
    if (link) link.click();
    else jobs[event.key]();
  });
  const prepare = () => {
    for (const button of document.querySelectorAll("[data-keys]")) {
      button.hidden = false;
      button.onclick = jobs["?"];
    }
    for (const form of document.querySelectorAll("form.choice")) {
      form.elements.back.value = location.pathname + location.search;
      form.querySelector("button").hidden = true;
      for (const box of form.querySelectorAll("[type=checkbox]")) box.onchange = () => form.requestSubmit();
    }
  };
  const places = () => [...document.querySelectorAll("iframe")].map((frame) => frame.contentWindow.scrollY);
  // Only what differs is replaced, so that frames whose mail is the same do not blink.
  const swap = (old, fresh) => {
    const before = places();
    const was = document.activeElement;
    const focus = was && was !== document.body && (was.id ? `#${CSS.escape(was.id)}` : was.getAttribute("href"));
    const shown = (body) => [...body.querySelectorAll("iframe")].map((frame) => frame.getAttribute("src")).join();
    if (shown(old) && shown(old) === shown(fresh)) {
      // What stands before the frames and beside them; a frame that is moved would be loaded again.
      old.querySelectorAll("main > :not(.desk)").forEach((part) => part.remove());
      old.querySelector(".desk").before(...fresh.querySelectorAll("main > :not(.desk)"));
      for (const part of [".bar", ".panels"]) old.querySelector(part).replaceWith(fresh.querySelector(part));
      old.querySelector("#publisher-overlay")?.remove();
      const overlay = fresh.querySelector("#publisher-overlay");
      if (overlay) old.querySelector("main").after(overlay);
    } else {
      old.replaceChildren(...fresh.childNodes);
      [...document.querySelectorAll("iframe")].forEach((frame, number) => {
        frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, before[number] ?? 0), { once: true });
      });
    }
    prepare();
    if (!focus) return;
    const again = focus.startsWith("#") ? focus : `[href="${CSS.escape(focus)}"]`;
    document.querySelector(again)?.focus({ preventScroll: true });
  };
  let asked = 0;
  document.addEventListener("changed", async () => {
    const mine = (asked += 1);
    const text = await fetch(location.href).then((answer) => answer.text(), () => "");
    if (mine !== asked || !text) return; // a later one is on its way, or the preview has ended
    const fresh = new DOMParser().parseFromString(text, "text/html");
    document.title = fresh.title;
    swap(document.body, fresh.body);
  });
  prepare();
})();
