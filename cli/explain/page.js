// Lights up what belongs together, and shows the reasons of the line that is pointed at.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("lines").textContent);
  const why = document.getElementById("why");
  const pages = [...document.querySelectorAll(".page")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let page = null;
  let held = null;
  document.documentElement.classList.add("js");

  const make = (name, text, className) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const show = (element, block = "center") => element?.scrollIntoView({ block, behavior: calm ? "auto" : "smooth" });
  const line = (index) => page.querySelectorAll(".lines li")[index];
  const article = (number) => page.querySelector(`article[data-a="${number}"]`);

  const open = (at) => {
    page = pages[at];
    pages.forEach((other) => other.classList.toggle("open", other === page));
    document.querySelectorAll(".tabs button").forEach((tab) => tab.setAttribute("aria-pressed", String(Number(tab.dataset.tab) === at)));
    // The reasons stand below the page that is open.
    page.querySelector(".lines").after(why);
    why.replaceChildren(make("p", "Point at a line, or go to one with the arrow keys, to see why it was read so.", "against"));
    held = null;
    light(null);
  };

  // Marks an article, and of it one line.
  const light = (number, number_of_line) => {
    document.querySelectorAll(".on, .here").forEach((element) => element.classList.remove("on", "here"));
    pages.forEach((other) => other.classList.toggle("lit", other === page && number !== null));
    if (number) page.querySelectorAll(`[data-a="${number}"]`).forEach((element) => element.classList.add("on"));
    if (number_of_line) page.querySelectorAll(`[data-l="${number_of_line}"]`).forEach((element) => element.classList.add("here"));
  };

  const ems = (width) => (width === null ? "no line of print" : width[0] === width[1] ? `${width[0]} em` : `${width[0]}–${width[1]} em`);

  const signs = (table, list, most, className, caption) => {
    list.forEach((sign, at) => {
      const row = table.appendChild(make("tr", undefined, className));
      row.append(make("td", at === 0 ? caption : ""), make("td", `+${sign.weight.toFixed(1)}`));
      const cell = row.appendChild(make("td"));
      const meter = cell.appendChild(make("meter"));
      meter.max = most;
      meter.value = sign.weight;
      cell.append(" ", sign.says);
      row.appendChild(make("td")).append(make("code", sign.sign));
    });
  };

  const explain = (entry) => {
    why.replaceChildren();
    if (held !== null) why.append(make("span", "held · Esc", "held"));
    const to = entry.article === null ? (entry.article_id === null ? "nowhere" : "furniture") : `article ${entry.article}`;
    const title = why.appendChild(make("h3"));
    title.append(`line ${entry.line}: ${entry.parts.join(" + ") || "nothing left"} → ${to}`);
    why.append(make("p", entry.text, "said"));
    const facts = [`${ems(entry.width)} in a measure of ${entry.measure} em`];
    if (entry.blanks_before) facts.push(entry.blanks_before === 1 ? "a blank line before it" : `${entry.blanks_before} blank lines before it`);
    facts.push(...entry.reasons.slice(entry.rival ? (entry.rival.speaks_for.length ? 2 : 1) : 0));
    why.append(make("p", facts.join(" · ")));
    const read = (repair) => `${repair.why.replace("_", " ")} “${repair.printed}” ${repair.read_as ? `read as “${repair.read_as}”` : "left out"}`;
    for (const stage of new Set(entry.repairs.map((repair) => repair.stage))) {
      why.append(make("p", `${stage}: ${entry.repairs.filter((repair) => repair.stage === stage).map(read).join(", ")}`));
    }
    if (!entry.rival) return;
    const doubt = why.appendChild(make("p", undefined, entry.doubtful ? "warning" : ""));
    doubt.append(make("b", entry.role), ` beats ${entry.rival.role} by ${entry.rival.margin.toFixed(1)} nats${entry.doubtful ? ": nearly a toss-up ?" : ""}`);
    const most = Math.max(1, ...[...entry.speaks_for, ...entry.rival.speaks_for].map((sign) => sign.weight));
    const table = why.appendChild(make("table"));
    signs(table, entry.speaks_for, most, "", `for ${entry.role}`);
    signs(table, entry.rival.speaks_for, most, "against", `for ${entry.rival.role}`);
  };

  const point = (index) => {
    const entry = data[pages.indexOf(page)][index];
    light(entry.article ?? 0, entry.line);
    explain(entry);
  };
  // What was found under the pointer: a line, or an article and perhaps the line a stretch of its text comes from.
  const found = (target) => {
    const own = target.closest?.(".lines li");
    if (own) return { index: Number(own.dataset.i) };
    const stretch = target.closest?.(".articles [data-l]");
    if (stretch) return { index: [...page.querySelectorAll(".lines li")].findIndex((other) => other.dataset.l === stretch.dataset.l) };
    const whole = target.closest?.("article");
    return whole ? { number: Number(whole.dataset.a) } : null;
  };
  const react = (what) => {
    if (held !== null) return;
    if (what?.index !== undefined) point(what.index);
    else light(what?.number ?? null);
  };

  document.addEventListener("pointerover", (event) => react(found(event.target)));
  document.addEventListener("focusin", (event) => react(found(event.target)));
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tab]");
    if (tab) return open(Number(tab.dataset.tab));
    const stroke = event.target.closest(".map i");
    if (stroke) return show(line([...stroke.parentElement.children].indexOf(stroke)));
    if (event.target.closest("summary, #why, #legend") || String(getSelection())) return;
    const what = found(event.target);
    held = null;
    react(what);
    if (what?.index !== undefined) {
      held = what.index;
      point(held);
      const other = event.target.closest(".lines")
        ? page.querySelector(`.articles [data-l="${line(held).dataset.l}"]`) ?? article(line(held).dataset.a)
        : line(held);
      show(other);
    } else if (what) {
      show(page.querySelector(`.lines [data-a="${what.number}"]`));
    }
  });
  document.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    if (event.key === "Escape") {
      held = null;
      light(null);
    } else if (at.matches(".lines li") && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
      const all = [...page.querySelectorAll(".lines li")];
      const index = Number(at.dataset.i);
      const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: all.length - 1 }[event.key];
      if (!all[next]) return;
      event.preventDefault();
      held = null;
      at.tabIndex = -1;
      all[next].tabIndex = 0;
      all[next].focus();
    } else if (at.matches(".lines li") && event.key === "Enter") {
      const to = article(at.dataset.a);
      to?.focus();
      show(to, "start");
    } else if (at.matches("article") && event.key === "Enter") {
      const to = page.querySelector(`.lines [data-a="${at.dataset.a}"]`);
      to?.focus();
      show(to);
    }
  });

  open(0);
  // `page.html#l12` opens with line 12 held.
  const wanted = /^#l(\d+)$/.exec(location.hash);
  const index = wanted ? data[0].findIndex((entry) => entry.line === Number(wanted[1])) : -1;
  if (index >= 0) {
    held = index;
    point(index);
    line(index).scrollIntoView({ block: "center" });
    (page.querySelector(`.articles [data-l="${wanted[1]}"]`) ?? article(line(index).dataset.a))?.scrollIntoView({ block: "center" });
  }
})();
