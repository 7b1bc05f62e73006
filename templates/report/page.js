"use strict";
{
  const find = (id) => document.getElementById(id);
  const form = find("filters");
  const boxes = [...form.querySelectorAll("[name=state]")];
  const links = [...document.querySelectorAll("#grid tbody a")];
  const lines = new Map(links.map((link) => [link.getAttribute("href").slice(1), link.closest("tr")]));
  const articles = [...document.querySelectorAll("#services article")].map((article) => ({
    article,
    line: lines.get(article.id),
    name: article.dataset.name.toLowerCase(),
    findings: [...article.querySelectorAll(".finding")],
  }));

  function show() {
    const name = find("name").value.trim().toLowerCase();
    const rule = find("rule").value;
    const states = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const { article, line, name: own, findings } of articles) {
      let left = 0;
      for (const finding of findings) {
        const { rule: of, state } = finding.dataset;
        finding.hidden = (rule !== "" && of !== rule) || (states.size > 0 && !states.has(state));
        left += !finding.hidden;
      }
      article.hidden = !own.includes(name) || ((rule !== "" || states.size > 0) && left === 0);
      if (line) line.hidden = article.hidden;
      shown += !article.hidden;
    }
    for (const group of document.querySelectorAll("#grid tbody")) group.hidden = !group.querySelector("tr:not(.file, [hidden])");
    document.body.classList.toggle("before", form.elements.when.value === "before");
    find("none").hidden = shown > 0;
    find("shown").value = `${shown} of ${articles.length} shown`;
  }

  function wanted() {
    const query = new URLSearchParams();
    const said = new FormData(form);
    for (const key of ["service", "rule", "state"]) for (const value of said.getAll(key)) if (value) query.append(key, value);
    if (said.get("when") === "before") query.append("when", "before");
    return query.toString();
  }

  function remember() {
    show();
    const query = wanted();
    history.replaceState(null, "", query ? `#?${query}` : location.pathname + location.search);
  }

  function fill(query) {
    find("name").value = query.get("service") || "";
    find("rule").value = query.get("rule") || "";
    for (const box of boxes) box.checked = query.getAll("state").includes(box.value);
    form.elements.when.value = query.get("when") === "before" ? "before" : "after";
    show();
  }

  function target() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return "";
    }
  }

  function recall() {
    const named = find(target());
    if (!named) fill(new URLSearchParams(location.hash.slice(2)));
    else if (named.closest("[hidden]")) {
      fill(new URLSearchParams());
      named.scrollIntoView();
    }
  }

  form.hidden = false;
  form.addEventListener("input", remember);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault(); // the form would do it only after this
    fill(new URLSearchParams());
    remember();
  });
  addEventListener("hashchange", recall);
  // of many services, the changes are markup only where somebody looks
  function unfold(one) {
    if (!one.dataset.diff) return;
    one.insertAdjacentHTML("beforeend", one.dataset.diff);
    delete one.dataset.diff;
  }

  addEventListener("toggle", (event) => unfold(event.target), true);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { unfold(one); one.open = true; }));
  show();
  if (location.hash) recall();
}
