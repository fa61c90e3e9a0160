// Shows a page again when what it shows has changed. Works on the preview's own pages and on the site's.
"use strict";
(() => {
  const script = document.currentScript;
  const page = location.pathname + location.search;
  const query = new URLSearchParams({ page, version: script.dataset.version });
  const events = new EventSource(`/_preview/events?${query}`);
  events.onmessage = () => {
    if (!document.documentElement.querySelector("[data-keys]")) {
      location.reload();
      return;
    }
    document.dispatchEvent(new CustomEvent("changed"));
  };
  addEventListener("pagehide", () => events.close());
})();
