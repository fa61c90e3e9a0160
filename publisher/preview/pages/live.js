// Shows a page again when what it shows has changed. Works on the preview's own pages and on the site's.
"use strict";
(() => {
  const script = document.currentScript;
  const page = location.pathname + location.search;
  let version = script.dataset.version;
  let events = null;
  const changed = (event) => {
    version = event.data;
    if (document.documentElement.querySelector("[data-keys]")) document.dispatchEvent(new CustomEvent("changed"));
    else location.reload();
  };
  // Browsers keep six connections to a server: windows that nobody sees must not hold them.
  const listen = () => {
    const wanted = document.visibilityState === "visible";
    if (wanted && !events) {
      events = new EventSource(`/_preview/events?${new URLSearchParams({ page, version })}`);
      events.onmessage = changed;
    } else if (!wanted && events) {
      events.close();
      events = null;
    }
  };
  const leave = () => {
    events?.close();
    events = null;
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pageshow", listen);
  addEventListener("pagehide", leave);
  listen();
})();
