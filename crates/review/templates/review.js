"use strict";
// Forms and links that are marked replace what is in <main>, so that a decision needs no whole page.
// Whatever goes wrong, the browser does it in its own way.
(() => {
  const swap = async (address, options, push) => {
    const response = await fetch(address, { credentials: "same-origin", ...options });
    const kind = response.headers.get("content-type") || "";
    if (!kind.startsWith("text/html")) throw new Error(kind);
    // Its style is here already, and would be complained about: it has another nonce.
    const text = (await response.text()).replace(/<style[^]*?<\/style>/, "");
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.querySelector("main");
    if (!fresh) throw new Error("no page");
    document.querySelector("main").replaceWith(document.adoptNode(fresh));
    const bar = page.querySelector("header.desk");
    if (bar) document.querySelector("header.desk").replaceWith(document.adoptNode(bar));
    document.title = page.title;
    const hash = new URL(address, location.href).hash;
    if (push) history.pushState(null, "", response.url.split("#")[0] + hash);
    const refresh = response.headers.get("refresh");
    if (refresh) setTimeout(() => location.reload(), 1000 * parseInt(refresh, 10));
    focus(hash);
  };
  const focus = (hash) => {
    const said = document.getElementById("said");
    const named = hash && document.getElementById(hash.slice(1));
    const link = named && named.closest("a");
    if (said) said.focus();
    else if (link) link.focus({ preventScroll: false });
    else document.querySelector("main").focus({ preventScroll: true });
    if (!said && !link) scrollTo(0, 0);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-swap") || event.defaultPrevented) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form));
    const action = form.getAttribute("action");
    const asked = form.method === "post"
      ? swap(action, { method: "POST", body: fields }, true)
      : swap(action + "?" + fields, {}, true);
    asked.catch(() => form.submit());
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain) return;
    event.preventDefault();
    const address = link.getAttribute("href");
    swap(address, {}, true).catch(() => { location.href = address; });
  });
  addEventListener("popstate", () => location.reload());
})();
